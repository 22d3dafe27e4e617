"""What a page says of a submission: its fields in words, its history, the quoted claim in the abstract."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from apps.accounts.models import Event, User
from apps.vocabularies.mentions import Mention, Segment, segments

from .. import projection
from ..content import FIELD_NAMES, GROUPS
from ..differences import labels_of
from ..forms.content import ContentForm, plain_text
from ..forms.guidance import SECTIONS
from ..models import Flag, Record, Submission
from ..permissions import is_party, may_see_verdicts
from ..workflow import THIRD, Status, Verb

#: The fields whose text is prose: they stand below their name, not beside it.
_PROSE = frozenset({"author_claim", "summary", "nct_waiver"})

#: Shown on their own, or gathered in one line: not among the fields of their group.
_WITH_EFFECT = ("effect_measure", "ci_low", "ci_high", "p_value", "sample_size")
_ELSEWHERE = frozenset({"reference", *_WITH_EFFECT})


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: its words, and its id where it is a term or a target."""

    text: str
    curie: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    label: str
    values: tuple[Value, ...]
    unread: str = ""
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def prose(self) -> bool:
        return self.name in _PROSE


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history, in words."""

    event: Event
    title: str
    tone: str
    reason: str
    fields: tuple[str, ...] = ()
    about: Submission | Record | Flag | None = None

    @property
    def changed(self) -> str:
        """The fields that it is about, in words."""
        return labels_of(self.fields)

    @property
    def who(self) -> str:
        return str(self.event.actor) if self.event.actor_id else "The portal"


def groups(submission: Submission, remarks: Mapping[str, Sequence[tuple[str, str]]] = {}) -> list[Group]:
    """The fields that are filled or remarked on, grouped as in the form; a group without any is left out.

    ``remarks`` tells of a field who said what.
    """
    listed = []
    for key, names in GROUPS.items():
        shown = [name for name in names if name not in _ELSEWHERE or (name == "reference" and name in remarks)]
        lines = tuple(line for name in shown for line in _line(submission, name, remarks))
        if lines:
            listed.append(Group(key, SECTIONS[key].title, lines))
    return listed


def _line(submission: Submission, name: str, remarks: Mapping[str, Sequence[tuple[str, str]]]) -> Iterable[Line]:
    if name == "effect_value":
        values = tuple(_effect(submission))
    else:
        # The paper itself stands beside the content.
        values = () if name == "reference" else tuple(_values(submission, name))
    names = (name, *_WITH_EFFECT) if name == "effect_value" else (name,)
    unread = "; ".join(submission.unread[one] for one in names if one in submission.unread)
    said = tuple(each for one in names for each in remarks.get(one, ()))
    if values or unread or said:
        yield Line(name, str(ContentForm.base_fields[name].label), values, unread, said)


def _values(submission: Submission, name: str) -> Iterable[Value]:
    field = submission._meta.get_field(name)
    value = getattr(submission, name)
    if field.many_to_many:
        yield from sorted((_named(term) for term in value.all()), key=lambda shown: shown.text.lower())
    elif isinstance(value, Model):
        yield _named(value)
    elif isinstance(value, list):
        wording = dict(getattr(getattr(field, "base_field", None), "choices", None) or ())
        yield from (Value(str(wording.get(code, code))) for code in value)
    elif value not in ("", None):
        wording = dict(getattr(field, "flatchoices", None) or ())
        yield Value(str(wording.get(value, plain_text(value))))


def _effect(submission: Submission) -> Iterable[Value]:
    """The numbers of the outcome as a paper prints them: “HR 0.58 (95% CI 0.41–0.82), p = 0.002, n = 120”."""
    measure = submission.effect_measure
    size = plain_text(submission.effect_value)
    if measure == "percent":
        size = f"{size}%" if size else ""
    elif measure and measure != "other":
        size = f"{measure.replace('_', ' ')} {size}".strip()
    low, high = plain_text(submission.ci_low), plain_text(submission.ci_high)
    if low or high:
        size = f"{size} (95% CI {low or '?'}–{high or '?'})".strip()
    p_value = submission.p_value
    if p_value:
        p_value = f"p {p_value[0]} {p_value[1:].strip()}" if p_value[0] in "<>≤≥" else f"p = {p_value}"
    number = f"n = {submission.sample_size}" if submission.sample_size else ""
    if printed := ", ".join(filter(None, [size, p_value, number])):
        yield Value(printed)


def _named(one: Any) -> Value:
    if hasattr(one, "symbol"):
        return Value(one.symbol, one.curie, one.name if one.name != one.symbol else "")
    return Value(
        one.label, one.curie, "obsolete" if one.obsolete else "awaiting a decision" if one.status == "pending" else ""
    )


_STEP_TITLES = {
    "start": "Started as a draft",
    "edit": "Edited",
    "submit": "Submitted for review",
    "withdraw": "Withdrawn",
    "claim": "Claimed for review",
    "release": "Returned to the queue",
    "expire": "Returned to the queue",
    "request_changes": "Changes requested",
    "reject": "Rejected",
    "approve": "Approved and published",
    "assign": "Given to a reviewer",
    "leave": "A reviewer gave their seat back",
    "ask_second": "A second reviewer asked for",
    "verdict": "Verdict given",
    "new_round": "Reviewed anew, for it was changed",
    "re_review": "Put under re-review",
    "end_re_review": "Re-review ended",
    "retract": "Retracted",
    "merge": "Merged into another record",
    "take_over": "Another record was merged into it",
    "flag": "Flagged",
    "resolve_flag": "Flag answered",
    "follow": "Its paper was known twice; it rests on the one kept",
}

_TONES = {
    Status.APPROVED: "done",
    Status.CHANGES_REQUESTED: "wants",
    Status.REJECTED: "wants",
    Status.SUBMITTED: "waits",
    Status.IN_REVIEW: "waits",
}


def history(one: Submission | Record | Flag, reader: User | None = None) -> list[Step]:
    """Every step from the first on; a run of edits by one person counts as one, the last.

    Of a review that goes on, a ``reader`` is told no more than they may know.
    """
    return steps_of(Event.objects.of_object(one), one, reader)


def steps_of(events: Iterable[Event], one: Submission | Record | Flag, reader: User | None = None) -> list[Step]:
    """The lines of history about one thing, in words (prefetch its decisions and reviews for many)."""
    steps: list[Step] = []
    known = _known_to(reader, one) if isinstance(one, Submission) else None
    verdicts = {each.pk: each for each in one.decisions.all()} if isinstance(one, Submission) else {}
    for event in events:
        if known and not known(event):
            continue
        verb = event.verb.rpartition(".")[2]
        again = (
            steps
            and verb == "edit"
            and steps[-1].event.verb == event.verb
            and steps[-1].event.actor_id == event.actor_id
        )
        fields = _fields_of(event)
        if again:
            fields = tuple(dict.fromkeys((*steps.pop().fields, *fields)))
        title, reason = _STEP_TITLES.get(verb) or event.verb_text.capitalize(), event.reason
        if verdict := verdicts.get(event.data.get("decision", 0)) if verb == Verb.VERDICT else None:
            title, reason = f"Verdict: {verdict.get_outcome_display().lower()}", verdict.reason
        elif "name" in event.data and verb == Verb.ASSIGN:
            title = f"Given to {event.data['name']} for review"
        tone = _TONES.get(event.to_state, "") if event.from_state != event.to_state else ""  # type: ignore[call-overload]
        if verb == Verb.REBASE:
            title = f"Brought up to date with version {event.data.get('to')}"
        elif "accepted" in event.data:
            title = f"Accepted in part as version {event.data['version']}; changes requested of the rest"
        elif "split_from" in event.data:
            title = f"Some changes of submission {event.data['split_from']}: approved and published"
        steps.append(Step(event, title, tone, reason, fields, one))
    return steps


def _fields_of(event: Event) -> tuple[str, ...]:
    named = event.data.get("fields", event.data.get("accepted", ()))
    return tuple(name for name in named if name in FIELD_NAMES or name == "change_note")


def _known_to(reader: User | None, submission: Submission) -> Callable[[Event], bool]:
    """What of the review that goes on may be told: that a verdict was given only to those who may see it, and
    nothing of the third seat, which tells that the others disagree, to those who wrote it."""
    told = reader is not None and bool(may_see_verdicts(reader, submission))
    wrote = reader is None or is_party(reader, submission)

    def known(event: Event) -> bool:
        if submission.status != Status.IN_REVIEW or event.data.get("round") != submission.round:
            return True
        if event.verb == Verb.VERDICT:
            return told or (reader is not None and event.actor_id == reader.pk)
        return not (wrote and event.data.get("seat") == THIRD)

    return known


@dataclass(frozen=True, slots=True)
class Quoted:
    """An abstract in parts, each in segments with what is named there, and whether it is the quoted claim.

    ``found`` tells whether the claim stands in the abstract.
    """

    parts: tuple[tuple[list[Segment], bool], ...]
    found: bool


_ALIKE = {"-": "-‐‑‒–—−", "'": "'’‘ʼ", '"': '"“”„'}
_ANY_OF = {char: f"[{re.escape(alike)}]" for alike in _ALIKE.values() for char in alike}


def quoted(abstract: str, claim: str, mentions: Sequence[Mention] = ()) -> Quoted:
    """Where the claim stands in the abstract; white space, dashes and quotation marks may differ."""
    start, end = _place_of(claim, abstract)
    borders = ((0, start, False), (start, end, True), (end, len(abstract), False))
    parts = tuple((segments(abstract, mentions, *place), marked) for *place, marked in borders if place[0] < place[1])
    return Quoted(parts, start < end)


def _place_of(claim: str, abstract: str) -> tuple[int, int]:
    words = claim.split()
    pattern = r"\s+".join("".join(_ANY_OF.get(char) or re.escape(char) for char in word) for word in words)
    match = re.search(pattern, abstract, re.IGNORECASE) if words else None
    return match.span() if match else (0, 0)


def citation(reference: Any) -> str:
    """``Ries CH, Cannarile MA, … · Cancer Cell 2014``, at most three authors."""
    names = [
        author.get("collective") or " ".join(filter(None, [author.get("family"), _initials(author.get("given"))]))
        for author in reference.authors or []
    ]
    people = ", ".join(filter(None, names[:3])) + (" et al." if len(names) > 3 else "")
    place = " ".join(filter(None, [reference.journal, str(reference.year or "")]))
    return " · ".join(filter(None, [people, place]))


def _initials(given: str | None) -> str:
    return "".join(part[0] for part in re.split(r"[\s.-]+", given or "") if part)


def sentence(submission: Submission) -> str:
    """The claim as one sentence; of a draft, as far as it goes."""
    return projection.statement(submission) or "Nothing filled in yet"


@dataclass(frozen=True, slots=True)
class QueueRow:
    submission: Submission
    statement: str
    own: bool


def queue_rows(submissions: Iterable[Submission], reader: User) -> list[QueueRow]:
    return [QueueRow(one, sentence(one), is_party(reader, one)) for one in submissions]


@dataclass(frozen=True, slots=True)
class Similar:
    """Another submission or entry that says the same or much the same."""

    submission: Submission
    statement: str
    same: bool

    @property
    def accession(self) -> str:
        return self.submission.record.accession or ""


def similar(submission: Submission) -> list[Similar]:
    content, record = submission.content(), submission.record
    twins = list(Submission.objects.twins_of(content, record=record).with_content())
    near = [one.pk for one in Submission.objects.similar_to(content, record=record)]
    kin = Submission.objects.filter(pk__in=near).with_content().order_by("pk") if near else ()
    return [*(Similar(one, sentence(one), True) for one in twins), *(Similar(one, sentence(one), False) for one in kin)]
