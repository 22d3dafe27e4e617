"""Asking for an import from services: of the publications in a list, or of those that a query finds."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..formats import Problem, id_list
from ..models import ImportIssue, ImportRun, SavedSearch
from ..permissions import may_import
from ..sources.pasted import MOST_KEPT, Understood, understand_text

LONGEST_QUERY = 4_000
State, Origin = ImportRun.State, ImportRun.Origin


def request_identifiers(
    *, requested_by: User | None, identifiers: str | Iterable[str], to_triage: bool = False, two_person: bool = False
) -> ImportRun:
    """Queue the import of the publications with these PMIDs, DOIs and PMCIDs: a text, or one in each item.

    What is none of them is told among the issues of the run. Refused where there is nothing else.
    """
    if requested_by is not None:
        may_import(requested_by).require()
    understood = understand_text(identifiers if isinstance(identifiers, str) else "\n".join(identifiers))
    return queue_list(
        requested_by=requested_by,
        understood=understood,
        file_name=understood.summary,
        to_triage=to_triage,
        two_person=two_person,
    )


@transaction.atomic
def queue_list(
    *,
    requested_by: User | None,
    understood: Understood,
    file_name: str,
    file_sha256: str = "",
    to_triage: bool,
    two_person: bool,
) -> ImportRun:
    """A run of this list, with what is wrong in it; the permission was asked."""
    _require_sources()
    if not understood.identifiers:
        wrong = f" {understood.wrong[0].reason}" if understood.wrong else ""
        raise Refused(f"There is no PMID, DOI or PMCID in it.{wrong}", field="identifiers")
    if understood.is_too_long:
        raise Refused(f"These are more than {MOST_KEPT:,} identifiers: please split the list.", field="identifiers")
    run = _queue(
        requested_by,
        origin=Origin.IDENTIFIERS,
        format=id_list.NAME,
        identifiers=list(understood.identifiers),
        file_name=file_name,
        file_sha256=file_sha256,
        to_triage=to_triage,
        two_person=two_person,
    )
    tell_of_run(run, understood.wrong)
    return run


@transaction.atomic
def request_search(
    *,
    requested_by: User | None,
    origin: str,
    query: str,
    since: date | None = None,
    saved_search: SavedSearch | None = None,
    to_triage: bool = False,
    two_person: bool = False,
) -> ImportRun:
    """Queue the import of what PubMed, Europe PMC or Crossref (``origin``) finds for a query.

    With ``since``, only of what the service has taken up from that day on.
    """
    if requested_by is not None:
        may_import(requested_by).require()
    _require_sources()
    if origin not in SavedSearch.Service.values:
        raise Refused(
            f"“{origin}” is no service: choose one of {', '.join(SavedSearch.Service.values)}.", field="source"
        )
    query = clean_query(query)
    return _queue(
        requested_by,
        origin=origin,
        format="",
        query=query,
        since=since,
        saved_search=saved_search,
        file_name=query[:255],
        to_triage=to_triage,
        two_person=two_person,
    )


def clean_query(query: str) -> str:
    """A query on one line; refused where there is none, or too much of it."""
    query = " ".join(query.replace("\0", " ").split())
    if not query:
        raise Refused("Say what to search for.", field="query")
    if len(query) > LONGEST_QUERY:
        raise Refused(f"A query has at most {LONGEST_QUERY:,} characters; this one has {len(query):,}.", field="query")
    return query


def tell_of_run(run: ImportRun, problems: Iterable[Problem]) -> None:
    """Keep what belongs to none of the rows of a run; of the same text, once."""
    ImportIssue.objects.bulk_create(
        (ImportIssue(run=run, identifier=each.identifier[:500], reason=each.reason) for each in problems),
        ignore_conflicts=True,
    )


def _queue(requested_by: User | None, **values: object) -> ImportRun:
    run = ImportRun.objects.create(requested_by=requested_by, **values)
    told = {"query": run.query, "origin": run.origin} if run.query else {"file": run.file_name}
    record_event(actor=requested_by, verb="request", obj=run, to_state=State.QUEUED, data=told)
    return run


def _require_sources() -> None:
    if not settings.SOURCES_ENABLED:
        raise Refused("This portal does not ask other services: please send a file of citations instead.")
