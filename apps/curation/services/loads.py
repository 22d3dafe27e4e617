"""What a version of an ontology, or of the HGNC table, touches: the entries and open submissions that name it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Event, Notice, User
from apps.accounts.services import notify
from apps.catalogue.models import Entry, PublishedTerm, TargetDossier
from apps.catalogue.querysets import EntryQuerySet
from apps.vocabularies import services as vocabularies
from apps.vocabularies.models import OntologyLoad, Target, Term

from ..models import Submission
from ..querysets import SubmissionQuerySet
from ..rules.base import listed

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one term or target, and what whoever names it should do. ``pressing``: it cannot stay."""

    curie: str
    what: str
    mend: str
    pressing: bool = False


class Touched:
    """What a load touches as things stand, in a fixed number of queries; what was revised since is so no more."""

    def __init__(self, load: OntologyLoad) -> None:
        self.load = load
        said = _OF_GENES if load.is_of_genes else _OF_TERMS
        self._rows = [(say, row) for kind, say in said.items() for row in load.difference.get(kind, ())]
        self._changed = {row[0] for _, row in self._rows}

    @cached_property
    def entries(self) -> EntryQuerySet:
        """The entries in force that name something changed, the oldest first."""
        current = Entry.objects.current()
        used = PublishedTerm.objects.filter(direct_count__gt=0).values_list("curie", flat=True)
        terms = sorted(self._changed.intersection(used))
        about = TargetDossier.objects.with_entries().values_list("target", flat=True)
        targets = sorted(self._changed.intersection(about))
        if not terms and not targets:
            return current.none()
        return current.filter(Q(terms__overlap=terms) | Q(target__in=targets)).defer("search").order_by("number")

    @cached_property
    def submissions(self) -> SubmissionQuerySet:
        """The open submissions that do, the latest changed first."""
        return Submission.objects.filter(pk__in=self._named).for_list()

    def changes_for(self, entries: list[Entry], submissions: list[Submission]) -> list[list[Change]]:
        """What concerns each of these in turn, the pressing first; one query for all."""
        names = [{*entry.terms, entry.target} for entry in entries]
        names += [self._named.get(one.pk, set()) for one in submissions]
        all_names = set().union(*names)
        rows = [(say, row) for say, row in self._rows if row[0] in all_names]
        mentioned = {curie for _, row in rows for curie in _ids_beside(row)}
        labels = {curie: label for curie, label in self.load.difference.get("new", ()) if curie in mentioned}
        labels |= dict(Term.objects.filter(curie__in=mentioned).values_list("curie", "label"))
        changes = sorted((say(row, labels) for say, row in rows), key=lambda change: not change.pressing)
        return [[change for change in changes if change.curie in each] for each in names]

    @cached_property
    def _named(self) -> dict[int, set[str]]:
        every = Submission.objects.open().names()
        return {pk: touched for pk, names in every.items() if (touched := names & self._changed)}


class Naming:
    """What names one target: as ``Touched``, for a target that is to be merged."""

    def __init__(self, target: Target) -> None:
        self.entries = Entry.objects.current().about(target.curie).defer("search").order_by("number")
        self.submissions = Submission.objects.open().filter(target=target).for_list()

    def changes_for(self, entries: list[Entry], submissions: list[Submission]) -> list[list[Change]]:
        return [[] for _ in [*entries, *submissions]]


def tell_of_loads() -> int:
    """Tell, of every version applied since the last time, those whom it concerns; how many versions."""
    waiting = OntologyLoad.objects.filter(state=OntologyLoad.State.APPLIED, told_at__isnull=True)
    return sum(tell_of_load(load) for load in waiting.order_by("pk"))


@transaction.atomic
def tell_of_load(load: OntologyLoad) -> bool:
    """Tell the authors of what it touches, and the editors if there is anything for them; once for each load."""
    if not vocabularies.note_told(load):
        return False
    touched, url = Touched(load), reverse("curation:load-touched", args=[load.pk])
    submissions = list(touched.submissions.prefetch_related("co_editors"))
    concerned: dict[User, list[Submission]] = {}
    for one in submissions:
        for person in {one.submitter, *one.co_editors.all()}:
            concerned.setdefault(person, []).append(one)
    for person, theirs in concerned.items():
        names = listed([f"submission {one.pk}" for one in theirs])
        text = f"“{load}” was loaded. It changes terms or targets that {names} name{'s' * (len(theirs) == 1)}."
        _notify([person], text, url, f"load {load.pk}")
    entries, proposed = touched.entries.count(), sum(one.submitted_at is not None for one in submissions)
    if entries or proposed:
        text = f"“{load}” was loaded. Of what it changes, {_counted(entries, proposed)} name something."
        _notify(_editors_but(load), text, url, f"load {load.pk}, for editors")
    return True


def _notify(people: list[User], text: str, url: str, key: str) -> None:
    notify(people=people, kind=Notice.Kind.VOCABULARY, text=text, url=url, key=key)


def _editors_but(load: OntologyLoad) -> list[User]:
    """All editors but the one who applied it, and saw what it touches."""
    applied = Event.objects.of_object(load).filter(verb=OntologyLoad.State.APPLIED)
    return list(User.objects.editors().exclude(pk__in=applied.filter(actor__isnull=False).values("actor")))


def _counted(entries: int, submissions: int) -> str:
    counts = [(entries, "published entry", "published entries"), (submissions, "open submission", "open submissions")]
    return " and ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in counts if number)


def _ids_beside(row: list[Any]) -> Iterator[str]:
    for cell in row[2:]:
        yield from cell if isinstance(cell, list) else [cell]


def _named(curies: list[str], labels: Labels) -> str:
    return listed([f"{labels[curie]} ({curie})" if curie in labels else curie for curie in curies])


def _obsolete(curie: str, label: str, replaced_by: str, labels: Labels) -> Change:
    mend = f"Choose {_named([replaced_by], labels)} in its place." if replaced_by else "Choose another term."
    return Change(curie, f"{label} ({curie}) is obsolete.", mend, pressing=True)


def _renamed(row: list[Any], labels: Labels) -> Change:
    curie, before, after = row
    return Change(curie, f"{before} ({curie}) is called {after} now.", "Nothing has to be done: both names find it.")


def _moved(row: list[Any], labels: Labels) -> Change:
    curie, label, gone, come = row
    places = [("no longer below ", gone), ("now below ", come)]
    where = ", ".join(words + _named(curies, labels) for words, curies in places if curies)
    return Change(curie, f"{label} ({curie}) is {where}.", "Look whether it still is what was meant.")


def _withdrawn(row: list[Any], labels: Labels) -> Change:
    curie, symbol = row
    return Change(curie, f"HGNC has withdrawn {symbol} ({curie}).", "Choose another target.", pressing=True)


_Say = Callable[[list[Any], Labels], Change]

_OF_TERMS: dict[str, _Say] = {
    "obsoleted": lambda row, labels: _obsolete(row[0], row[1], row[2], labels),
    "replaced": lambda row, labels: _obsolete(row[0], row[1], row[3], labels),
    "renamed": _renamed,
    "moved": _moved,
}
_OF_GENES: dict[str, _Say] = {"withdrawn": _withdrawn, "targets": _renamed}
