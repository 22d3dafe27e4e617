"""Searches of the catalogue that people follow: their one spelling, their words, and which entries they find."""

from collections.abc import Collection
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import IntegerField, Value
from django.http import QueryDict

from apps.catalogue.filters import EntryFilter, label_of
from apps.catalogue.models import Entry, Revision
from apps.core.exceptions import Refused
from apps.vocabularies.models import Term

_AT_A_TIME = 100
_MOST_KEPT = 1000
_LONGEST = 900
#: Searches whose names were looked up, by their spelling and by what the vocabularies were then.
_kept: dict[tuple[str, UUID | None], EntryFilter] = {}


def spelling_of(query: str) -> str:
    """The one spelling of a search: its filters alone, sorted. Refused where it has none, or one that is not known."""
    found = EntryFilter(QueryDict(query), queryset=Entry.objects.current())
    wrong = {name: texts for name, texts in found.problems.items() if name in found.filters}
    if wrong:
        raise Refused("This search cannot be followed: " + " ".join(text for texts in wrong.values() for text in texts))
    pairs = sorted((name, value) for name, values in found.given().items() for value in values)
    if not pairs:
        raise Refused("Choose a filter first: a search without one would be every entry.")
    spelled = urlencode(pairs)
    if len(spelled) > _LONGEST:
        raise Refused("This search has too many parts to be followed: choose fewer.")
    return spelled


def words_of(spelled: str) -> str:
    """The search in words: “Target: CSF1R; Level: A”."""
    given = EntryFilter(QueryDict(spelled), queryset=Entry.objects.none()).given()
    facets = {name: [(value.removeprefix("!"), 0) for value in values] for name, values in given.items()}
    empty: dict[str, list[tuple[str, int]]] = {"target": [], "cell_type": [], "cancer": [], "therapy": []}
    labels = label_of(empty | facets)
    unused = {
        value for name, values in facets.items() for value, _ in values if ":" in value and (name, value) not in labels
    }
    terms = dict(Term.objects.filter(curie__in=unused).values_list("curie", "label"))

    def worded(name: str, value: str) -> str:
        plain = value.removeprefix("!").strip()
        text = labels.get((name, plain)) or terms.get(plain, plain)
        return f"not {text}" if value.startswith("!") else text

    parts = []
    for name, values in given.items():
        label = str(EntryFilter.base_filters[name].field.label)
        parts.append(f"{label}: {', '.join(worded(name, value) for value in values)}")
    return "; ".join(parts)


def found_by(searches: Collection[str], entries: Collection[int]) -> dict[str, set[int]]:
    """Which of these entries in force each search finds: one query for every hundred searches.

    Names are looked up when a search is first met, and again when the vocabularies have changed.
    """
    followed = Revision.objects.values_list("followed_vocabulary", flat=True).first()
    rows = Entry.objects.current().filter(pk__in=entries).order_by()
    known = {spelled: kept for spelled in searches if (kept := _read(spelled, followed))}
    found: dict[str, set[int]] = {}
    spellings = list(known)
    for start in range(0, len(spellings), _AT_A_TIME):
        some = spellings[start : start + _AT_A_TIME]
        first, *rest = (
            known[spelled]
            .filter_queryset(rows)
            .annotate(search_number=Value(number, IntegerField()))
            .values_list("search_number", "pk")
            for number, spelled in enumerate(some)
        )
        for number, pk in first.union(*rest, all=True) if rest else first:
            found.setdefault(some[number], set()).add(pk)
    return found


def _read(spelled: str, followed: UUID | None) -> EntryFilter | None:
    kept = _kept.get((spelled, followed))
    if kept is None:
        kept = EntryFilter(QueryDict(spelled), queryset=Entry.objects.none())
        if kept.problems:
            return None
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[spelled, followed] = kept
    return kept
