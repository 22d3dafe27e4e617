"""What happens to an entry after its publication and leaves it in force; its versions never change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core.exceptions import Refused

from ..document import SincePublication, as_it_stands
from ..models import Entry
from .columns import stand_of
from .combining import Part, recombine
from .counting import write_reference
from .dossiers import content_etag, write_dossier
from .turns import Turn, take_turn


@transaction.atomic
def note_retraction(*, accession: str, state: str) -> Entry:
    """Note what the reference of an entry has become: its score and its publication's page follow.

    Whether that is worse than what was known is for the caller to say.
    """
    turn = take_turn()
    return _change(_in_force(accession), turn, retraction_state=state)


@transaction.atomic
def put_under_review(*, accession: str, reason: str, at: datetime) -> Entry:
    """Show everyone that editors are looking at an entry again, and why. The reason is public.

    An entry under review already keeps the day since when, and gets the new reason.
    """
    turn = take_turn()
    entry = _in_force(accession)
    since = entry.under_review_since or at
    return _change(entry, turn, under_review_since=since, review_reason=_said(reason), upheld_at=None, upheld_reason="")


@transaction.atomic
def uphold(*, accession: str, reason: str, at: datetime) -> Entry:
    """End the review of an entry that stands as it is; the reason is public."""
    turn = take_turn()
    entry = _in_force(accession)
    if entry.under_review_since is None:
        raise Refused(f"{accession} is not under re-review.", code="state")
    return _change(entry, turn, under_review_since=None, upheld_at=at, upheld_reason=_said(reason))


@transaction.atomic
def note_flags(*, accession: str, reasons: Sequence[str]) -> Entry:
    """Show everyone why readers have flagged an entry, one reason for each flag that is open."""
    turn = take_turn()
    entry = _in_force(accession)
    return _change(entry, turn, open_flags=sorted(reasons)) if entry.open_flags != sorted(reasons) else entry


def entry_etag(accession: str, version: int, since: SincePublication | None) -> str:
    """Another one for each version, and for whatever happens to it."""
    tag = f"{accession}.{version}"
    return content_etag(tag, since.as_json()) if since else tag


def _in_force(accession: str) -> Entry:
    entry = Entry.objects.current().filter(accession=accession).first()
    if entry is None:
        raise Refused(f"There is no entry {accession} in force.", code="missing")
    return entry


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why: the reason is shown to everyone.", field="reason")
    return reason.strip()


def _change(entry: Entry, turn: Turn, **values: Any) -> Entry:
    before = Part.of(entry)
    for name, value in values.items():
        setattr(entry, name, value)
    entry.etag = entry_etag(entry.accession, entry.version, entry.since_publication)
    entry.sequence, entry.changed_at = turn.sequence, turn.changed_at
    stand = stand_of(as_it_stands(entry.document, entry.retraction_state))
    entry.stance, entry.weight = stand["stance"], stand["weight"]
    entry.save(update_fields=[*values, *stand, "etag", "sequence", "changed_at"])
    recombine(before, Part.of(entry))
    write_dossier(entry.target, changed_at=turn.changed_at)
    write_reference(entry.reference, changed_at=turn.changed_at)
    return entry
