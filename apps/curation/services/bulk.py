"""Tables of records: sent, checked again, turned into drafts, thrown away. The work itself: ``bulk_working``."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused
from apps.core.uploads import clean_file_name
from apps.literature.models import ImportRun
from apps.literature.services import request_identifiers

from .. import permissions
from ..models import BulkRow, BulkUpload

State, RowState = BulkUpload.State, BulkRow.State
Row = tuple[int, list[str], dict[int, str]]


@transaction.atomic
def send_bulk(
    *,
    actor: User,
    file_name: str,
    kind: str,
    header: Sequence[str],
    fields: Sequence[str],
    rows: Sequence[Row],
    remarks: Sequence[str] = (),
) -> BulkUpload:
    """Keep a table of records, to be checked; the same one sent again is the one that is here, checked again.

    ``fields`` names the field of each column; a row is its number, its texts, and what is wrong with its cells.
    """
    permissions.may_start(actor).require()
    if not rows:
        raise Refused("There are no rows below the first one, apart from examples.", field="file")
    digest = _digest(header, rows)
    upload, is_new = BulkUpload.objects.get_or_create(
        uploaded_by=actor,
        digest=digest,
        defaults={
            "file_name": clean_file_name(file_name),
            "kind": kind,
            "header": list(header),
            "fields": list(fields),
            "remarks": list(remarks),
            "row_count": len(rows),
        },
    )
    if not is_new:
        return upload if upload.is_at_work else check_bulk_again(actor=actor, upload=upload)
    BulkRow.objects.bulk_create(
        (BulkRow(upload=upload, number=number, texts=texts, faults=faults) for number, texts, faults in rows),
        batch_size=1000,
    )
    record_event(
        actor=actor, verb="send", obj=upload, to_state=upload.state, data={"file": upload.file_name, "rows": len(rows)}
    )
    return upload


@transaction.atomic
def check_bulk_again(*, actor: User, upload: BulkUpload) -> BulkUpload:
    """Check anew what no draft came of: publications, terms and other records may have come since."""
    upload = _locked(actor, upload)
    _require_rest(upload)
    upload.rows.filter(submission=None).update(state=RowState.WAITING, problems=[], findings=[], key="", to_import="")
    return _begin(actor, upload, State.CHECKING, "check again")


@transaction.atomic
def draft_bulk(*, actor: User, upload: BulkUpload, submit: bool = False) -> BulkUpload:
    """Make drafts of the rows that can be taken; with ``submit``, of the complete ones, and submit those."""
    upload = _locked(actor, upload)
    _require_rest(upload)
    if upload.state != State.CHECKED:
        raise Refused("This table could not be checked to its end. Check it again first.", code="state")
    rows = BulkRow.objects.filter(upload=upload)
    if not (rows.to_submit() if submit else rows.to_draft()).exists():
        raise Refused(
            "No row is complete and still to be submitted." if submit else "No row is left to become a draft.",
            code="state",
        )
    upload.submits = submit
    return _begin(actor, upload, State.DRAFTING, "submit rows" if submit else "draft rows")


@transaction.atomic
def import_for_bulk(*, actor: User, upload: BulkUpload) -> ImportRun:
    """Ask for the import of the publications that its rows name and the portal does not have."""
    upload = _locked(actor, upload)
    wanted = missing_publications(upload)
    if not wanted:
        raise Refused("All publications that its rows name are here, or not named by PMID, DOI or PMCID.", code="state")
    upload.import_run = request_identifiers(requested_by=actor, identifiers=wanted)
    upload.save(update_fields=["import_run"])
    return upload.import_run


@transaction.atomic
def discard_bulk(*, actor: User, upload: BulkUpload) -> None:
    """Throw a table away; the drafts that came of it stay."""
    upload = _locked(actor, upload)
    record_event(actor=actor, verb="discard", obj=upload, from_state=upload.state, data={"file": upload.file_name})
    upload.delete()


def missing_publications(upload: BulkUpload) -> list[str]:
    """The identifiers of publications that are not here, each once, in the order of the rows."""
    named: Iterable[str] = upload.rows.exclude(to_import="").order_by("number").values_list("to_import", flat=True)
    return list(dict.fromkeys(named))


def _digest(header: Sequence[str], rows: Sequence[Row]) -> str:
    table = [list(header), *([number, texts] for number, texts, _ in rows)]
    return hashlib.sha256(json.dumps(table, ensure_ascii=False).encode()).hexdigest()


def _locked(actor: User, upload: BulkUpload) -> BulkUpload:
    permissions.may_start(actor).require()
    found = BulkUpload.objects.of(actor).select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if found is None:
        raise Refused("There is no such table of yours.", code="missing")
    return found


def _require_rest(upload: BulkUpload) -> None:
    if upload.is_at_work:
        raise Refused("The portal is still working on this table. Wait until it is done.", code="state")


def _begin(actor: User, upload: BulkUpload, state: BulkUpload.State, verb: str) -> BulkUpload:
    before, upload.state, upload.worked_at = upload.state, state, timezone.now()
    upload.save(update_fields=["state", "submits", "worked_at"])
    record_event(actor=actor, verb=verb, obj=upload, from_state=before, to_state=state)
    return upload
