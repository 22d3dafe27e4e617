"""Candidates as the queue shows them: what is named is marked, and what may be done with each is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.core.exceptions import Refused
from apps.vocabularies.mentions import Dictionary, Mention, kinds_among, load_dictionary, segments
from apps.vocabularies.mentions.marking import Segment

from .. import permissions
from ..choices import Verdict
from ..models import Candidate
from ..relevance import GROUP_OF_KIND
from ..workflow import CandidateVerb
from .references import byline, source_of

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that a candidate names, and the address of the new ones that name it as well."""

    label: str
    kind: str
    group: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One candidate as the queue shows it; ``may`` names the steps that its reader may take."""

    candidate: Candidate
    title: Sequence[Segment]
    abstract: Sequence[Segment]
    kinds: Sequence[tuple[str, str]]
    byline: str
    source: str
    named: Sequence[Named]
    may: frozenset[str]
    after: str = ""
    refused: Refused | None = None


def rows_of(candidates: Sequence[Candidate], person: User, *, back: str, refused: Refused | None = None) -> list[Row]:
    """The rows of a list; after a step with one of them the next one is returned to."""
    dictionary = load_dictionary()
    following = [f"{back}#candidate-{each.pk}" if back else "" for each in candidates[1:]]
    return [
        _row(each, person, dictionary, after=after, refused=refused)
        for each, after in zip(candidates, [*following, back], strict=False)
    ]


def _row(candidate: Candidate, person: User, dictionary: Dictionary, *, after: str, refused: Refused | None) -> Row:
    reference = candidate.reference
    in_title, in_abstract = (_counting(dictionary.find(text)) for text in (reference.title, reference.abstract))
    may = {verb.value for verb in CandidateVerb if permissions.may_step(person, candidate, verb)}
    if permissions.may_vote(person, candidate):
        may |= {verdict.value for verdict in Verdict}
    return Row(
        candidate=candidate,
        title=segments(reference.title, in_title),
        abstract=segments(reference.abstract, in_abstract),
        kinds=kinds_among([*in_title, *in_abstract]),
        byline=byline(reference),
        source=source_of(reference),
        named=[_named(mention) for mention in candidate.mentions[:_MOST_NAMED]],
        may=frozenset(may),
        after=after,
        refused=refused,
    )


def _counting(mentions: Iterable[Mention]) -> list[Mention]:
    """Those that the relevance rests on."""
    return [mention for mention in mentions if mention.kind in GROUP_OF_KIND]


def _named(mention: dict[str, Any]) -> Named:
    group = GROUP_OF_KIND[mention["kind"]]
    url = f"{reverse('literature:triage-queue')}?{urlencode({group: mention['curie']})}"
    return Named(label=mention["label"], kind=mention["kind"], group=group, url=url)
