"""Loading a version of an ontology: looked at first, then applied, or thrown away.

The file is kept until then, and read again when it is applied: what was shown is a forecast, what is
done is decided under a lock, with the vocabularies as they are.
"""

from collections.abc import Iterable
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused
from apps.core.uploads import clean_file_name, keep

from .. import ontologies
from ..models import OntologyLoad
from ..ontologies import UnreadableOntology, hgnc
from ..permissions import may_manage
from .genes import GeneLoading
from .terms import TermLoading

LOCK = 0x746D65_02  # "tme": who holds it changes whole vocabularies
State = OntologyLoad.State


def preview_load(*, actor: User | None, file: BinaryIO, file_name: str, prefixes: Iterable[str] = ()) -> OntologyLoad:
    """Keep a file and say what loading it would change; nothing is changed yet.

    ``prefixes`` narrows an ontology to the terms whose ids begin so. Refused: without the right to
    manage vocabularies, above ``UPLOAD_LIMIT_BYTES``, or when it is nothing that can be read.
    """
    may_manage(actor).require()
    storage = OntologyLoad._meta.get_field("file").storage
    kept = keep(storage, file, folder="ontologies", limit=settings.UPLOAD_LIMIT_BYTES)
    load = OntologyLoad(
        file=kept.name,
        file_name=clean_file_name(file_name),
        file_sha256=kept.sha256,
        prefixes=sorted({prefix.strip().rstrip(":") for prefix in prefixes} - {""}),
        made_by=actor,
    )
    try:
        with transaction.atomic():
            _loading_of(load).describe()
            load.save()
            record_event(actor=actor, verb="preview", obj=load, to_state=State.PREVIEWED, data=_counts(load))
    except BaseException:
        storage.delete(kept.name)
        raise
    return load


@transaction.atomic
def apply_load(*, actor: User | None, load: OntologyLoad) -> OntologyLoad:
    """Make the vocabularies say what the file says; applied once, whoever asks how often."""
    may_manage(actor).require()
    load = _locked(load)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    loading = _loading_of(load)
    loading.describe()
    loading.write(actor)
    return _decide(load, State.APPLIED, actor)


@transaction.atomic
def discard_load(*, actor: User, load: OntologyLoad) -> OntologyLoad:
    """Throw a previewed version away."""
    may_manage(actor).require()
    return _decide(_locked(load), State.DISCARDED, actor)


@transaction.atomic
def load_now(*, actor: User | None, file: BinaryIO, file_name: str, prefixes: Iterable[str] = ()) -> OntologyLoad:
    """Preview and apply in one go, for whoever operates the portal from a shell."""
    return apply_load(actor=actor, load=preview_load(actor=actor, file=file, file_name=file_name, prefixes=prefixes))


def note_told(load: OntologyLoad) -> bool:
    """Note, in the transaction that tells them, that people are told of an applied version; False: they were."""
    untold = OntologyLoad.objects.filter(pk=load.pk, state=State.APPLIED, told_at__isnull=True)
    return bool(untold.update(told_at=timezone.now()))


def _locked(load: OntologyLoad) -> OntologyLoad:
    load = OntologyLoad.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if load.state != State.PREVIEWED:
        raise Refused(f"This version was {load.get_state_display().lower()} already.", code="state")
    return load


def _decide(load: OntologyLoad, state: OntologyLoad.State, actor: User | None) -> OntologyLoad:
    before, load.state, load.decided_at = load.state, state, timezone.now()
    load.save()
    record_event(actor=actor, verb=state.value, obj=load, from_state=before, to_state=state, data=_counts(load))
    return load


def _counts(load: OntologyLoad) -> dict[str, Any]:
    counts = {name: value for name, value in load.difference.items() if isinstance(value, int)}
    return {"name": load.name, "version": load.version, "rows": load.rows, **counts}


def _loading_of(load: OntologyLoad) -> TermLoading | GeneLoading:
    """The file, read, beside the vocabularies as they are."""
    if not load.file.name or not load.file.storage.exists(load.file.name):
        raise Refused("The file of this version is not kept any more: send it again.", code="state")
    try:
        with load.file.open("rb") as file:
            content = ontologies.expanded(file)
        if hgnc.recognises(content[:4096].decode("utf-8", "replace")):
            return GeneLoading(load, hgnc.read(content.decode("utf-8", "replace")))
        return TermLoading(load, ontologies.read_content(content))
    except UnreadableOntology as error:
        raise Refused(error.reason, field="file") from None
