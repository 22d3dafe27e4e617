"""What editors do with a published entry: look at it again on their own ground, retract it, merge it."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.authentication import signed_in
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry
from apps.catalogue.views import shaping
from apps.core.exceptions import Refused

from .. import permissions, services
from ..forms import MergeForm, ReReviewForm
from ..models import Record
from . import show
from .access import editors_only, status_of

#: So many entries about the same target are offered as successors.
MOST_OFFERED = 25
_READ_AND_WRITE = ["GET", "HEAD", "POST"]


@editors_only
@require_http_methods(_READ_AND_WRITE)
def entry_re_review(request: HttpRequest, accession: str) -> HttpResponse:
    """GET asks for the ground, POST puts the entry under re-review."""
    record, entry = _published(accession)
    form = ReReviewForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            services.re_review(actor=signed_in(request), record=record, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            refused = _put_at_its_field(form, refusal)
        else:
            messages.success(request, "Under re-review. The entry says so, with your reason.")
            return redirect("curation:re-review-detail", accession)
    context = {"may": permissions.may_re_review(signed_in(request), record)}
    return _page(request, "curation/entry_re_review.html", record, entry, form, refused, context)


@editors_only
@require_http_methods(_READ_AND_WRITE)
def entry_retract(request: HttpRequest, accession: str) -> HttpResponse:
    """GET shows what retracting would do, POST does it."""
    record, entry = _published(accession)
    form = ReReviewForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            services.retract(actor=signed_in(request), record=record, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            refused = _put_at_its_field(form, refusal)
        else:
            messages.success(request, "Retracted. Its tombstone shows your reason.")
            return redirect("catalogue:entry-detail", accession)
    context = {"may": permissions.may_take_out(signed_in(request), record), **_consequences(record, entry)}
    return _page(request, "curation/entry_retract.html", record, entry, form, refused, context)


@editors_only
@require_http_methods(_READ_AND_WRITE)
def entry_merge(request: HttpRequest, accession: str) -> HttpResponse:
    """GET asks for the successor and shows the two side by side with what merging would do, POST does it."""
    record, entry = _published(accession)
    asked = request.POST or request.GET
    form = MergeForm(asked if "successor" in asked else None)
    heir, refused = None, None
    if form.is_bound:
        heir = Entry.objects.current().filter(accession=form.named).exclude(pk=entry.pk).first()
        if heir is None:
            form.add_error("successor", "This is not the accession of another entry in force.")
    if request.method == "POST" and heir is not None and form.is_valid():
        try:
            services.merge(
                actor=signed_in(request),
                record=record,
                successor=heir.accession,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            refused = _put_at_its_field(form, refusal)
        else:
            messages.success(request, f"Merged. Its address leads to {heir.accession} from now on.")
            return redirect("catalogue:entry-detail", accession)
    other = Record.objects.filter(accession=heir.accession).first() if heir else None
    may = permissions.may_take_out(signed_in(request), record)
    context: dict[str, Any] = {
        "may": permissions.may_merge(signed_in(request), record, other) if other and may else may,
        "heir": heir,
        "facts": _side_by_side(entry, heir) if heir else [],
        "offered": _offered(entry) if heir is None else [],
        **(_consequences(record, entry) if heir else {}),
    }
    return _page(request, "curation/entry_merge.html", record, entry, form, refused, context)


def _published(accession: str) -> tuple[Record, Entry]:
    record = get_object_or_404(Record, accession=accession)
    entry = Entry.objects.defer("search").filter(accession=accession).first()
    if entry is None:
        raise Http404
    return record, entry


def _put_at_its_field(form: Any, refused: Refused) -> Refused | None:
    """A refusal that is about a field stands there; any other stands above."""
    if refused.field not in form.fields:
        return refused
    form.add_error(refused.field, refused.reason)
    return None


def _page(  # noqa: PLR0917
    request: HttpRequest,
    template: str,
    record: Record,
    entry: Entry,
    form: Any,
    refused: Refused | None,
    context: dict[str, Any],
) -> HttpResponse:
    context |= {"record": record, "entry": entry, "form": form, "refused": refused, "history": show.history(record)}
    status = status_of(refused) if refused else 422 if form.errors else 200
    return render(request, template, context, status=status)


def _consequences(record: Record, entry: Entry) -> dict[str, Any]:
    """What taking it out of force would touch: the score, and the revisions that are open."""
    open_ones = record.submissions.open()
    return {
        "foresight": catalogue.foresee_end(entry),
        "revisions": list(open_ones.filter(submitted_at__isnull=False).order_by("pk")),
        "drafts": open_ones.filter(submitted_at__isnull=True).count(),
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact of the two entries; what differs is marked."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


def _side_by_side(entry: Entry, heir: Entry) -> list[Compared]:
    one, other = (_facts(orjson.loads(each.document)) for each in (entry, heir))
    return [Compared(label, one.get(label, ""), other.get(label, "")) for label in dict.fromkeys([*one, *other])]


def _facts(document: dict[str, Any]) -> dict[str, str]:
    groups = shaping.groups_of(document)
    facts = {fact.label: ", ".join(value.text for value in fact.values) for group in groups for fact in group.facts}
    return {"Publication": document["study"]["reference"]["title"], **facts, "Assessment": document["text"]["summary"]}


def _offered(entry: Entry) -> list[Entry]:
    """Others in force about the same target, those on the same publication first."""
    others = Entry.objects.current().about(entry.target).exclude(pk=entry.pk).defer("document", "search")
    found = list(others.resting_on([entry.reference])[:MOST_OFFERED])
    return [*found, *others.exclude(reference=entry.reference).order_by("number")[: MOST_OFFERED - len(found)]]
