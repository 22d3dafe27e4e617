"""A list as a page: its rows, its filters as controls, what is chosen, and what was not understood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from apps.vocabularies.models import Term

from ..filters import Listing
from ..filters.listing import LARGEST_PAGE
from ..filters.sets import RELEVANCE, EntryFilter, StrictFilterSet
from ..formats import STREAMS, Stream
from ..models import PublishedTerm, TargetDossier

#: More hits than this are not counted to the last: nobody reads so many, and counting costs.
MOST_COUNTED = 10_000
MOST_OPTIONS = 200
_SHORT = 7
_TERMS = {"cell_type": ("cell_type", "cell_state"), "cancer": ("cancer",), "therapy": ("therapy",)}
_HINTS = {
    "target": "Symbols or ids, parted by commas",
    "reference": "A PMID or a DOI",
    "changed_since": "A date, such as 2026-11-23",
    "release": "The name of a release, such as 2026-11",
    "year": "Such as 2015, 2015..2020, 2015..",
    "sample_size": "Such as 100.. or 50..200",
    "effect": "Such as ..0.8 or 1.5..3",
    "cell_type_exact": "Ids such as CL:0000625, without what lies below",
    "cancer_exact": "Ids such as MONDO:0005105, without what lies below",
    "pin": "The key of a pinned query",
    "cell_type": "With everything below it",
    "cancer": "With everything below it",
}


@dataclass(frozen=True, slots=True)
class Control:
    """One filter of the sidebar. ``kind`` is text, date, checks or select."""

    name: str
    label: str
    kind: str
    hint: str
    options: list[tuple[str, str]]
    chosen: list[str]
    problems: list[str]

    @property
    def text(self) -> str:
        return ", ".join(self.chosen)

    @property
    def several(self) -> bool:
        return len(self.chosen) > 1


@dataclass(frozen=True, slots=True)
class Chip:
    """One value in use; ``url`` is the list without it."""

    label: str
    text: str
    url: str


class ListPage:
    """Reads the address once; everything the templates of lists need."""

    def __init__(
        self,
        request: HttpRequest,
        filters: type[StrictFilterSet],
        rows: QuerySet,
        *,
        order: str,
        fields: tuple[str, ...],
    ) -> None:
        self.path = request.path
        self.listing = Listing(filters, rows, request.GET, order=order, whole=True)
        self._all = rows
        if "format" in request.GET:
            self.listing.problems["format"] = ["A page has one format only; the API has the others."]
        page = None if self.listing.problems else self.listing.page(*fields)
        self.rows = page.rows if page else []
        self.next = page.next if page else None
        self.previous = page.previous if page else None

    @property
    def status(self) -> int:
        return HTTPStatus.BAD_REQUEST if self.listing.problems else HTTPStatus.OK

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [(name, text) for name, texts in self.listing.problems.items() for text in texts]

    @cached_property
    def given(self) -> dict[str, list[str]]:
        return self.listing.filterset.given()

    @cached_property
    def count(self) -> int:
        """How many there are; one more than ``MOST_COUNTED`` stands for more than that."""
        return self.listing.hits.order_by()[: MOST_COUNTED + 1].count()

    @property
    def many(self) -> bool:
        return self.count > MOST_COUNTED

    @property
    def most_counted(self) -> int:
        return MOST_COUNTED

    @property
    def next_url(self) -> str:
        return f"{self.path}?{self.listing.query(cursor=self.next)}" if self.next else ""

    @property
    def previous_url(self) -> str:
        return f"{self.path}?{self.listing.query(cursor=self.previous)}" if self.previous else ""

    @property
    def api_url(self) -> str:
        """The same rows in the same order from the API."""
        return f"/api/v1{self.path}?{self.listing.query(ordering=self.ordering)}"

    @property
    def table_url(self) -> str:
        if isinstance(self.listing.filterset, EntryFilter):
            return f"/api/v1/download/?{self._all_rows_query(format='tsv')}"
        query = self.listing.query(ordering=self.ordering, page_size=str(LARGEST_PAGE), format="tsv")
        return f"/api/v1{self.path}?{query}"

    @property
    def downloads(self) -> list[tuple[Stream, str]]:
        """Every format of a download, with the address of these same rows in it: all of them, not a page."""
        return [(one, f"/api/v1/download/?{self._all_rows_query(format=name)}") for name, one in STREAMS.items()]

    def _all_rows_query(self, **extra: str) -> str:
        # Of the hits of a search only the best are ranked; a download holds all of them.
        ordering = "" if self.ordering == RELEVANCE else self.ordering
        return self.listing.query(without=("cursor", "page_size"), ordering=ordering, **extra)

    @property
    def ordering(self) -> str:
        return "" if "ordering" in self.listing.problems else self.listing.order.name

    @property
    def page_size(self) -> str:
        return self.listing.data.get("page_size", "").strip()

    @cached_property
    def controls(self) -> dict[str, Control]:
        return {name: self._control(name) for name in self.listing.filterset.filters}

    def sidebar(self, *, main: tuple[str, ...], orders: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        """The controls in two parts, those of ``main`` first; ``q`` stands on its own."""
        more = [control for name, control in self.controls.items() if name not in {*main, "q"}]
        return {
            "main": [self.controls[name] for name in main],
            "more": more,
            "more_open": any(control.chosen for control in more),
            "orders": orders,
        }

    def _control(self, name: str) -> Control:
        field = self.listing.filterset.filters[name].field
        chosen = self.given.get(name, [])
        options = list(self._options.get(name, {}).items())
        if options:
            options += [(value, self._worded(name, value)) for value in chosen if value.startswith("!")]
        kind = "text"
        if options:
            kind = "checks" if len(options) <= _SHORT and name not in _TERMS else "select"
        elif name == "changed_since" and all(re.fullmatch(r"\d{4}-\d\d-\d\d", one) for one in chosen):
            kind = "date"
        problems = self.listing.problems.get(name, [])
        return Control(name, str(field.label), kind, _HINTS.get(name, ""), options, chosen, problems)

    @cached_property
    def _options(self) -> dict[str, Mapping[str, str]]:
        """The values that each filter offers; terms are those in use, and those chosen."""
        filters = self.listing.filterset.filters
        offered: dict[str, Mapping[str, str]] = {
            name: dict(one.field.known or {}) for name, one in filters.items() if hasattr(one.field, "known")
        }
        if names := [name for name in _TERMS if name in filters]:
            offered |= self._terms(names)
        return offered

    def _terms(self, names: list[str]) -> dict[str, Mapping[str, str]]:
        chosen = {curie.removeprefix("!") for name in names for curie in self.given.get(name, [])}
        wanted = [vocabulary for name in names for vocabulary in _TERMS[name]]
        labels = PublishedTerm.objects.order_by()
        found: dict[str, dict[str, str]] = {name: {} for name in names}
        parts = [
            labels.filter(vocabulary=vocabulary).order_by("-entry_count", "label")[:MOST_OPTIONS]
            for vocabulary in wanted
        ]
        rows = [part.values_list("vocabulary", "curie", "label", "entry_count") for part in parts]
        named = labels.filter(curie__in=chosen, vocabulary__in=wanted)
        every = rows[0].union(*rows[1:], named.values_list("vocabulary", "curie", "label", "entry_count"))
        of_vocabulary = {vocabulary: name for name in names for vocabulary in _TERMS[name]}
        for vocabulary, curie, label, count in sorted(every, key=lambda row: row[2].lower()):
            found[of_vocabulary[vocabulary]][curie] = f"{label} ({count})"
            chosen.discard(curie)
        if chosen:
            # A known term that no entry uses: nothing is found, but it is called by its name.
            unused = Term.objects.filter(curie__in=chosen, vocabulary__in=wanted)
            for vocabulary, curie, label in unused.values_list("vocabulary", "curie", "label"):
                found[of_vocabulary[vocabulary]][curie] = f"{label} (0)"
        return {name: terms for name, terms in found.items() if terms}

    @cached_property
    def chips(self) -> list[Chip]:
        """What is chosen, each with the list without it."""
        symbols = self._symbols()
        found = []
        for name, values in self.given.items():
            if name in self.listing.problems:
                continue
            for value in values:
                text = self._worded(name, value, symbols)
                label = str(self.listing.filterset.filters[name].field.label)
                found.append(Chip(label, text, self._without(name, value)))
        return found

    def _worded(self, name: str, value: str, symbols: Mapping[str, str] | None = None) -> str:
        """A chosen value in words; one that is not wanted begins with “not”."""
        plain = value.removeprefix("!").strip()
        text = (symbols or {}).get(plain) or self._options.get(name, {}).get(plain, plain)
        if name in _TERMS:
            text = re.sub(r" \(\d+\)$", "", text)
        return f"not {text}" if value.startswith("!") else text

    def _symbols(self) -> dict[str, str]:
        ids = [value.removeprefix("!") for value in self.given.get("target", []) if ":" in value]
        return dict(TargetDossier.objects.filter(target__in=ids).values_list("target", "symbol")) if ids else {}

    def _without(self, name: str, value: str) -> str:
        data: QueryDict = self.listing.data.copy()
        for gone in [name, "cursor", *(key for key in data if not any(data.getlist(key)))]:
            data.pop(gone, None)
        data.setlist(name, [one for one in self.given[name] if one != value])
        query = data.urlencode()
        return f"{self.path}?{query}" if query else self.path
