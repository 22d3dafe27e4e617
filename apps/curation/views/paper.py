"""The paper beside the form: its text with what is named in it, and what may be taken over."""

from typing import Any

from django.http import QueryDict

from apps.accounts.models import User
from apps.literature.models import Reference
from apps.vocabularies.mentions import kinds_among, segments

from .. import services
from ..forms import ContentForm, offering
from ..implied import implied
from ..models import Submission
from ..prefill import Suggestion, found_in
from . import show

_MOST_ON_PAPER = 10
#: What the buttons send that take over several at once.
SURE, IMPLIED = "sure", "implied"


def paper(reader: User, submission: Submission, form: ContentForm) -> dict[str, Any]:
    """The reference with what is named in it, marked in its text and offered to be taken over."""
    reference = submission.paper
    if reference is None:
        return {}
    found = found_in(reference)
    offers = offering.offered(form, found.suggestions)
    return {
        "reference": reference,
        "citation": show.citation(reference),
        "title": segments(reference.title, found.title),
        "quoted": show.quoted(reference.abstract, submission.author_claim, found.abstract),
        "kinds": kinds_among([*found.title, *found.abstract]),
        "offers": offers,
        "sure": [offer for group in offers for offer in group.offers if offer.sure],
        "on_paper": _on_paper(reader, submission, reference),
        "taken": {offer.suggestion.value for group in offers for offer in group.offers if offer.taken},
    }


def _on_paper(reader: User, submission: Submission, reference: Reference) -> list[tuple[Submission, str]]:
    """The latest others from the same paper, each with its claim."""
    others = Submission.objects.on_paper(reference, reader).exclude(pk=submission.pk).with_content()
    return [(one, show.sentence(one)) for one in others.order_by("-pk")[:_MOST_ON_PAPER]]


def with_choices(typed: QueryDict, submission: Submission) -> tuple[list[Suggestion], QueryDict]:
    """What was typed, with what is to be taken over or back of what was offered (the buttons without script),
    or with what the rules say to exchange."""
    if "exchange" in typed:
        return [], offering.exchanged(typed)
    key = typed.get("take") or typed.get("drop")
    if not key:
        return [], typed
    content = submission.content()
    found = found_in(submission.paper).suggestions if submission.paper else []
    follows = implied(content, services.facts_for(content, record=submission.record))
    several = {SURE: offering.sure(found), IMPLIED: follows}
    chosen = several.get(key) or [one for one in [*found, *follows] if one.key == key][:1]
    change = offering.taken_over if "take" in typed else offering.taken_back
    data = typed
    for one in chosen:
        data = change(data, one)
    return chosen, data
