"""Cutting releases: first the entries are frozen, all of one moment, then the files are written and it is published.

The row is the truth: whatever stops the writing of the files, the next call begins it anew.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..document import to_json
from ..models import Release, ReleasedEntry, Revision
from ..permissions import may_cut
from .release_files import draft_of, folder_of, write_folder
from .turns import take_turn

LOCK = 0x746D65_06  # "tme": who holds it writes the files of a release
_OWN = {"id", "first_id", "last_id"}
#: What says nothing new: two states of an entry with the same sequence have the same document.
_UNCOMPARED = {"accession", "number", "document"}

# One statement sees one moment, whatever is published meanwhile. The states that ended are closed before the new
# ones are inserted, because these ask for their number.
_FREEZE = """
    WITH gone AS (
        UPDATE catalogue_releasedentry AS frozen SET last_id = %(before)s
        WHERE frozen.last_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM catalogue_entry AS entry WHERE entry.number = frozen.number AND {same}
        )
        RETURNING 1
    ), new AS (
        INSERT INTO catalogue_releasedentry (first_id, {columns})
        SELECT %(number)s, {columns} FROM catalogue_entry AS entry
        WHERE (SELECT count(*) FROM gone) >= 0 AND entry.status = 'current' AND NOT EXISTS (
            SELECT 1 FROM catalogue_releasedentry AS frozen
            WHERE frozen.number = entry.number AND frozen.last_id IS NULL AND {same}
        )
        ORDER BY entry.number
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM new),
           (SELECT count(*) FROM catalogue_entry WHERE status = 'current'),
           (SELECT sequence FROM catalogue_revision)
"""


@dataclass(frozen=True, slots=True)
class _Frozen:
    gone: int
    new: int
    entries: int
    sequence: int


@transaction.atomic
def cut_release(*, actor: User | None, note: str = "", at: datetime | None = None) -> Release:
    """Freeze the catalogue as it is now under the next name of the month; its files are written afterwards.

    Refused where nothing has changed since the release before, or that one is not finished yet.
    """
    may_cut(actor).require()
    if unfinished := Release.objects.being_written():
        raise Refused(f"The release {unfinished} is still being written: wait until it is published.", code="state")
    if not Revision.objects.exists():
        raise Refused("Nothing was published yet, so there is nothing to release.", code="state")
    before = Release.objects.first()
    number, now = (before.number if before else 0) + 1, at or timezone.now()
    try:
        with transaction.atomic():
            release = Release.objects.create(
                number=number, name=_next_name(now), cut_at=now, sequence=0, entry_count=0, note=note.strip()
            )
    except IntegrityError:
        raise Refused("Another release was cut in this moment.", code="state") from None
    frozen = _freeze(number, before.number if before else None)
    if not frozen.gone and not frozen.new:
        since = f"since the release {before}" if before else "yet"
        raise Refused(f"No entry has changed {since}: there is nothing to release.", code="state")
    release.sequence, release.entry_count = frozen.sequence, frozen.entries
    release.save(update_fields=["sequence", "entry_count"])
    record_event(
        actor=actor, verb="cut", obj=release, to_state=release.state, reason=release.note, data={"name": release.name}
    )
    return release


def write_release() -> Release | None:
    """Write the files of the release that waits for them and publish it; ``None`` where none does.

    Done by one at a time; who comes meanwhile leaves without having done anything.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        try:
            release = Release.objects.being_written()
            return _write(release) if release else None
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _write(release: Release) -> Release:
    draft, target = draft_of(release), folder_of(release)
    shutil.rmtree(draft, ignore_errors=True)
    try:
        document = to_json(write_folder(release, Release.objects.before(release), draft))
        with transaction.atomic():
            release = Release.objects.select_for_update().get(pk=release.pk)
            take_turn()  # whoever keeps a list of releases learns that there is a new one
            # What stands there is of an attempt whose transaction failed: no row knows of it.
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
            release.document, release.etag = document, hashlib.sha256(document.encode()).hexdigest()[:40]
            release.state, release.published_at = Release.State.PUBLISHED, timezone.now()
            release.save()
            record_event(
                actor=None,
                verb="publish",
                obj=release,
                from_state=Release.State.WRITING,
                to_state=release.state,
                data={"name": release.name},
            )
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return release


def cut_monthly() -> Release | None:
    """Cut this month's release unless there is one, or nothing to release; the files are written afterwards."""
    month = f"{timezone.now():%Y-%m}"
    if Release.objects.filter(name__startswith=month).exists():
        return None
    try:
        return cut_release(actor=None, note=f"Monthly release of {timezone.now():%B %Y}.")
    except Refused:
        return None


def _next_name(now: datetime) -> str:
    """``2026-11``, and ``2026-11.2`` for a second one in the month."""
    month = f"{now:%Y-%m}"
    taken = set(Release.objects.filter(name__startswith=month).values_list("name", flat=True))
    numbers = [int(match[1] or 1) for name in taken if (match := re.fullmatch(r"\d{4}-\d\d(?:\.(\d+))?", name))]
    return f"{month}.{max(numbers) + 1}" if numbers else month


def _freeze(number: int, before: int | None) -> _Frozen:
    columns = [str(field.column) for field in ReleasedEntry._meta.concrete_fields if field.column not in _OWN]
    compared = [name for name in columns if name not in _UNCOMPARED]
    same = "entry.status = 'current' AND ({}) IS NOT DISTINCT FROM ({})".format(
        *(", ".join(f"{table}.{name}" for name in compared) for table in ("entry", "frozen"))
    )
    with connection.cursor() as cursor:
        sql = _FREEZE.format(columns=", ".join(columns), same=same)
        cursor.execute(sql, {"number": number, "before": before})
        return _Frozen(*cursor.fetchone())
