"""Saved searches: kept, repeated by the portal, and told of."""

import logging
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Notice, User
from apps.accounts.services import notify, record_event
from apps.core.exceptions import Refused

from ..models import Candidate, ImportRun, SavedSearch
from ..permissions import may_change_search, may_import
from .asking import clean_query, request_search

logger = logging.getLogger(__name__)

#: Services take some papers up with the date of an earlier day: so far back a search looks again.
OVERLAP = timedelta(days=3)
INTERVALS = {
    SavedSearch.Rhythm.DAILY: timedelta(days=1),
    SavedSearch.Rhythm.WEEKLY: timedelta(days=7),
    SavedSearch.Rhythm.MONTHLY: timedelta(days=30),
}
UNDER_WAY = (ImportRun.State.QUEUED, ImportRun.State.RUNNING, ImportRun.State.PAUSED)
TITLES_TOLD = 5
_FIELDS = ("name", "service", "query", "rhythm", "two_person", "is_active")


def save_search(*, actor: User, **values: Any) -> SavedSearch:
    """Keep a search; its first run finds all there is, every later one what is new since."""
    may_import(actor).require()
    search = SavedSearch(owner=actor, **_checked(values))
    with transaction.atomic():
        _store(search)
        record_event(actor=actor, verb="save search", obj=search, data={name: values[name] for name in _FIELDS})
    return search


def change_search(*, actor: User, search: SavedSearch, **values: Any) -> SavedSearch:
    """Change a search; with another query or service it begins anew and finds all there is."""
    values = _checked(values)
    with transaction.atomic():
        search = SavedSearch.objects.select_for_update().get(pk=search.pk)
        may_change_search(actor, search).require()
        changed = {
            name: [getattr(search, name), values[name]] for name in _FIELDS if getattr(search, name) != values[name]
        }
        if not changed:
            return search
        for name in changed:
            setattr(search, name, values[name])
        if changed.keys() & {"query", "service"}:
            search.last_run_at = None
            search.next_run_at = timezone.now()
        _store(search)
        record_event(actor=actor, verb="change search", obj=search, data={"changed": changed})
    return search


@transaction.atomic
def run_search(*, actor: User | None, search: SavedSearch) -> ImportRun:
    """Ask the service now; ``actor`` is None for beat. What is new goes to triage.

    Refused while an earlier run of the same search is under way.
    """
    search = SavedSearch.objects.select_for_update().get(pk=search.pk)
    if actor is not None:
        may_change_search(actor, search).require()
    if busy := search.runs.filter(state__in=UNDER_WAY).first():
        raise Refused(f"This search is running already, as import {busy.pk}.", code="state")
    now = timezone.now()
    run = request_search(
        requested_by=search.owner,
        origin=search.service,
        query=search.query,
        since=(search.last_run_at - OVERLAP).date() if search.last_run_at else None,
        saved_search=search,
        to_triage=True,
        two_person=search.two_person,
    )
    search.next_run_at = now + INTERVALS[SavedSearch.Rhythm(search.rhythm)]
    search.save(update_fields=["next_run_at"])
    return run


def run_due_searches() -> list[ImportRun]:
    """Start every search whose time has come; one that cannot be started is tried again at its next time."""
    started = []
    for search in SavedSearch.objects.due(timezone.now()):
        try:
            started.append(run_search(actor=None, search=search))
        except Refused as refused:
            logger.warning("Saved search %s was not run: %s", search.pk, refused.reason)
            _put_off(search)
    return started


def _put_off(search: SavedSearch) -> None:
    interval = INTERVALS[SavedSearch.Rhythm(search.rhythm)]
    SavedSearch.objects.filter(pk=search.pk).update(next_run_at=timezone.now() + min(interval, timedelta(days=1)))


def tell_of_searches() -> int:
    """Send each owner the digest of what their searches found, once a run; how many were told.

    A run is told of when it is over and its candidates are ranked, so that the digest names the best.
    """
    over = ImportRun.objects.filter(state__in=["finished", "failed"], pk__gt=F("saved_search__last_told"))
    unranked = Candidate.objects.unscored().filter(run=OuterRef("pk"))
    return sum(_tell(pk) for pk in over.exclude(Exists(unranked)).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: int) -> bool:
    run = ImportRun.objects.select_related("saved_search").get(pk=pk)
    assert run.saved_search is not None
    search = SavedSearch.objects.select_for_update(of=("self",)).select_related("owner").get(pk=run.saved_search.pk)
    if run.pk <= search.last_told:
        return False
    search.last_told = run.pk
    if run.state == ImportRun.State.FINISHED and (run.origin, run.query) == (search.service, search.query):
        # From here on a run looks for what is newer; a failed one leaves its days to the next.
        search.last_run_at = run.requested_at
    search.save(update_fields=["last_told", "last_run_at"])
    text = _digest(search, run)
    if text:
        notify(
            people=[search.owner],
            kind=Notice.Kind.SEARCH,
            text=text,
            url=_address(run),
            key=f"search-run:{run.pk}",
        )
    return bool(text)


def _digest(search: SavedSearch, run: ImportRun) -> str:
    """What to say of a run; "" where there is nothing new."""
    if run.state == ImportRun.State.FAILED:
        return f"Your search “{search}” did not come to its end: {run.error or 'see its page.'}"
    candidates = Candidate.objects.filter(run=run).select_related("reference")
    count = candidates.count()
    if not count:
        return ""
    best = [f"• {each.reference.title[:200]}" for each in candidates.order_by("-relevance", "-pk")[:TITLES_TOLD]]
    papers = f"{count:,} new paper{'s' * (count > 1)}"
    heading = f"Your search “{search}” found {papers} for triage."
    more = [f"and {count - len(best):,} more"] if count > len(best) else []
    return "\n".join([f"{heading} {'The most relevant:' if len(best) > 1 else ''}".strip(), *best, *more])


def _address(run: ImportRun) -> str:
    if run.state == ImportRun.State.FAILED:
        return reverse("literature:import-detail", args=[run.pk])
    return f"{reverse('literature:triage-queue')}?run={run.pk}"


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    values = {**values, "name": " ".join(values["name"].split()), "query": clean_query(values["query"])}
    if not values["name"]:
        raise Refused("Give the search a name that you will know it by.", field="name")
    if values["service"] not in SavedSearch.Service.values:
        raise Refused("Choose the service that is to be asked.", field="service")
    if values["rhythm"] not in SavedSearch.Rhythm.values:
        raise Refused("Choose how often it is to be asked.", field="rhythm")
    return values


def _store(search: SavedSearch) -> None:
    try:
        with transaction.atomic():
            search.save()
    except IntegrityError:
        raise Refused("You have a search of this name already: choose another name.", field="name") from None
