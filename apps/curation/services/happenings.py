"""What can happen to a published entry, each with a key by which nobody is told of it twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from apps.catalogue.models import Entry
from apps.literature.models import RetractionState


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that is so now and was not before, since when, and in words."""

    key: str
    at: datetime
    text: str
    is_version: bool = False


def version_key(accession: str, version: int) -> str:
    return f"{accession} version {version}"


def happenings(entry: Entry, published_at: datetime) -> list[Happening]:
    """All that holds of the current version of an entry, published at that moment; the latest is last."""
    name, version = entry.accession, entry.version
    new = f"{name} is new" if version == 1 else f"Version {version} of {name} is published"
    found = [Happening(version_key(name, version), published_at, f"{new}: {entry.statement}", is_version=True)]
    if entry.retraction_state and entry.retraction_state != RetractionState.NONE:
        state = RetractionState(entry.retraction_state).label.lower()
        key = f"{version_key(name, version)}, publication {entry.retraction_state}"
        found.append(Happening(key, entry.changed_at, f"The publication that {name} rests on: {state}."))
    if entry.under_review_since:
        key = f"{name} under review {entry.under_review_since:%Y-%m-%dT%H:%M:%S.%f}"
        found.append(Happening(key, entry.under_review_since, f"{name} is under re-review: {entry.review_reason}"))
    if entry.upheld_at:
        key = f"{name} upheld {entry.upheld_at:%Y-%m-%dT%H:%M:%S.%f}"
        found.append(Happening(key, entry.upheld_at, f"{name} was looked at again and stands: {entry.upheld_reason}"))
    if entry.status != Entry.Status.CURRENT:
        heir = f" into {entry.successor.accession}" if entry.successor else ""
        what = f"{name} was {entry.get_status_display().lower()}{heir}: {entry.tombstone_reason}"
        found.append(Happening(f"{name} {entry.status}", entry.ended_at or entry.changed_at, what))
    return found


def keys_about(accessions: Collection[str]) -> list[str]:
    """The keys of all that holds of these entries now: for a notice that tells of what has just been done to them."""
    entries = Entry.objects.filter(accession__in=accessions).select_related("successor").defer("document", "search")
    return [one.key for entry in entries for one in happenings(entry, entry.changed_at)]
