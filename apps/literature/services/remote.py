"""Reading a run from services: what a search finds is frozen first, then fetched in that order.

So a checkpoint is a place in a list that does not change, whatever the service finds later. Raises
``SourceUnavailable`` where nothing can be had now, ``SourceRefused`` where a search never will be.
"""

from collections.abc import Callable, Iterable, Iterator

from django.db import transaction

from ..formats import Citation, Problem, RawRecord
from ..models import ImportRun
from ..sources import Fetched, SourceRefused, SourceUnavailable, batches, label_of, look_up, service_named
from .asking import tell_of_run

FETCHED_AT_ONCE = 200


def freeze(run: ImportRun, keep_alive: Callable[[], None]) -> None:
    """Keep the identifiers of what the run's query finds, once and for all; the first who comes decides."""
    found = service_named(run.origin, beat=keep_alive).search(run.query, since=run.since)
    notes = (*found.notes, *(() if found.identifiers else ("Nothing was found.",)))
    with transaction.atomic():
        mine = ImportRun.objects.filter(pk=run.pk, identifiers=None).update(identifiers=list(found.identifiers))
        if mine and notes:
            tell_of_run(run, [Problem(None, "", " ".join(notes))])
    run.refresh_from_db(fields=["identifiers"])


class RestOfList:
    """The publications of a run's list that it has not dealt with, one item for each."""

    bytes_read = 0
    reads_apart = False

    def __init__(self, run: ImportRun, keep_alive: Callable[[], None]) -> None:
        self._identifiers = run.identifiers or []
        places = range(1, len(self._identifiers) + 1) if run.only is None else run.only
        self._places = places[run.checkpoint :]
        self._keep_alive = keep_alive

    def records(self) -> Iterator[RawRecord | Problem]:
        """Where one batch cannot be had, but the next one can, its rows failed; where neither can, nothing has."""
        failed: list[Problem] = []
        trouble: SourceUnavailable | None = None
        for batch in batches(((place, self._identifiers[place - 1]) for place in self._places), FETCHED_AT_ONCE):
            try:
                items = list(look_up(batch, beat=self._keep_alive))
            except SourceRefused as refused:
                yield Problem(None, "", refused.reason, fatal=True)
                return
            except SourceUnavailable as failure:
                if trouble:
                    raise
                trouble = failure
                why = f"{failure.reason} Try the failed rows again later."
                failed = [Problem(place, label_of(identifier), why) for place, identifier in batch]
            else:
                yield from failed
                failed, trouble = [], None
                yield from items
        if trouble:
            raise trouble

    def parse_in_order(self, batch: Iterable[RawRecord | Problem], /) -> Iterator[Citation | Problem]:
        for item in batch:
            if isinstance(item, Fetched):
                yield item.citation
            elif isinstance(item, Problem):
                yield item
