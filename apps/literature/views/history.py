"""The history of a reference: what changed, field by field, in words for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.accounts.models import Event
from apps.core.differences import Words, words

from ..models import Reference, ReferenceType, RetractionState
from .access import line_of

#: Texts from this length on are compared word by word.
SHORT = 80
_LABELS = {
    "reference_type": dict(ReferenceType.choices),
    "retraction_state": dict(RetractionState.choices),
}
_NAMES = {"pmid_version": "PubMed's version", "revised_on": "date of the description", "preprint_of": "published as"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; of long texts ``words``: what stayed (""), went ("-") and came ("+")."""

    label: str
    before: str
    after: str
    words: Words = ()


def history_of(reference: Reference) -> list[dict[str, Any]]:
    """All that happened to a reference, and before that to those merged into it, oldest first."""
    merged = [str(pk) for pk in reference.merged.values_list("pk", flat=True)]
    own = Q(object_id=str(reference.pk)) | (Q(object_id__in=merged) & ~Q(verb="merge"))
    events = Event.objects.filter(own, object_type="reference").select_related("actor").order_by("pk")
    return [_line(event, reference) for event in events]


def _line(event: Event, reference: Reference) -> dict[str, Any]:
    line = line_of(event)
    if event.object_id != str(reference.pk):
        line["verb_text"] += ", while it was a second reference to this publication"
    if event.verb == "merge":
        return line | {"two_said": True, "changes": list(_changes(event.data.get("differed", {})))}
    return line | {"changes": list(_changes(event.data.get("changed", {})))}


def _changes(changed: Mapping[str, list[Any] | None]) -> Iterator[Change]:
    for column in Reference._meta.concrete_fields:
        field = column.name
        if field not in changed:
            continue
        label, values = _NAMES.get(field) or str(column.verbose_name), changed[field]
        if values is None:
            yield Change(label, "a very long text", "another one")
            continue
        before, after = (_shown(field, value) for value in values)
        is_long = min(len(before), len(after)) >= SHORT
        yield Change(label, before, after, words(before, after) if is_long else ())


def _shown(field: str, value: Any) -> str:
    if field in _LABELS:
        return str(_LABELS[field].get(value, value))
    if field == "preprint_of":
        return f"reference {value}" if value else ""
    if field == "authors":
        names = ((author.get("collective"), author.get("given"), author.get("family")) for author in value)
        return ", ".join(" ".join(filter(None, name)) for name in names)
    return ", ".join(value) if isinstance(value, list) else str("" if value is None else value)
