"""One filter set per list. A parameter or value that it does not know is an error that names it."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet, TextChoices
from django.http import QueryDict

from apps.core.keyset import Order
from apps.vocabularies import choices

from ..models import Entry, PublishedTerm, ReleasedEntry, TargetDossier
from ..querysets import EntryQuerySet
from ..scoring import TIERS
from . import resolving
from .fields import (
    Chosen,
    MomentField,
    NumberField,
    PastMomentField,
    RangesField,
    SeveralReferences,
    ValuesField,
    WordsField,
)

#: The order of a search: what answers the words best comes first.
RELEVANCE = "relevance"
#: Parameters of every list that choose the page and not the rows.
CONTROLS = ("ordering", "page_size", "cursor", "format")


class ValuesFilter(django_filters.Filter):
    """Any of several values, and none of those with a ``!``; on an array column, rows that hold any of them."""

    field_class = ValuesField

    def __init__(self, column: str, *, array: bool = False, label: str, **options: Any) -> None:
        super().__init__(field_name=column, label=label, noun=options.pop("noun", label.lower()), **options)
        self.array = array

    def filter(self, rows: QuerySet, chosen: Chosen | None) -> QuerySet:
        if not chosen:
            return rows
        if chosen.wanted:
            rows = rows.filter(self._any_of(chosen.wanted))
        return rows.exclude(self._any_of(chosen.unwanted)) if chosen.unwanted else rows

    def _any_of(self, values: tuple[Any, ...]) -> Q:
        return Q(**{f"{self.field_name}__{'overlap' if self.array else 'in'}": list(values)})


class ExactTermsFilter(ValuesFilter):
    """Terms that an entry names itself, not only something below them."""

    def __init__(self, column: str, *, within: str, **options: Any) -> None:
        super().__init__(column, array=True, **options)
        self.within = within

    def _any_of(self, values: tuple[Any, ...]) -> Q:
        # What is named lies within, too, and that column is the one with the index.
        return super()._any_of(values) & Q(**{f"{self.within}__overlap": list(values)})


class ReferencesFilter(ValuesFilter):
    def _any_of(self, values: tuple[Any, ...]) -> Q:
        pmids = [value for value in values if isinstance(value, int)]
        dois = [value for value in values if isinstance(value, str)]
        return Q(pmid__in=pmids) | Q(doi__in=dois)


class RangesFilter(ValuesFilter):
    """Numbers in any of several ranges; rows without a number are in none."""

    field_class = RangesField

    def _any_of(self, values: tuple[Any, ...]) -> Q:
        found = Q()
        for low, high in values:
            ends = {"gte": low, "lte": high}
            found |= Q(**{f"{self.field_name}__{end}": value for end, value in ends.items() if value is not None})
        return found


class RowsFilter(ValuesFilter):
    """Names the rows to choose from: see ``entry_rows``, which every list of entries begins with."""

    def filter(self, rows: QuerySet, chosen: Chosen | None) -> QuerySet:
        return rows


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class NumberFilter(django_filters.Filter):
    field_class = NumberField


class WordsFilter(django_filters.Filter):
    """Full text, through the queryset's own ``matching``."""

    field_class = WordsField

    def filter(self, rows: Any, value: str) -> QuerySet:
        return rows.matching(value) if value else rows


def _codes(column: str, kind: type[TextChoices], *, label: str, array: bool = False) -> ValuesFilter:
    return ValuesFilter(column, array=array, label=label, known=dict(kind.choices))


def _references() -> ReferencesFilter:
    return ReferencesFilter(
        "pmid", label="Reference", noun="PMID or DOI", resolve=resolving.references, widget=SeveralReferences
    )


class StrictFilterSet(django_filters.FilterSet):
    orders: ClassVar[tuple[Order, ...]]
    #: Further parameters that whoever serves the list knows.
    also: Collection[str] = ()

    def __init__(self, data: Any = None, queryset: QuerySet | None = None, *, whole: bool = True) -> None:
        """Without ``whole`` it has only those filters that are asked for: each costs a copy and a form field."""
        if not whole:
            wanted = {name: one for name, one in self.base_filters.items() if name in (data or ())}
            setattr(self, "base_filters", wanted)  # noqa: B010 (the class goes on having all of them)
        super().__init__(data, queryset)

    @property
    def problems(self) -> dict[str, list[str]]:
        """What is wrong with the parameters, by name; empty where nothing is."""
        found = {name: list(messages) for name, messages in self.form.errors.items()}
        for name in self.data:
            if name not in self.filters and name not in CONTROLS and name not in self.also:
                close = get_close_matches(name, [*type(self).base_filters, *CONTROLS, *self.also], n=1)
                hint = f" Did you mean “{close[0]}”?" if close else ""
                found[name[:100]] = [f"“{name[:100]}” is not a parameter of this list.{hint}"]
        return found

    def given(self) -> dict[str, list[str]]:
        """The filters in use, as typed: for hidden fields and for the list of what is chosen."""
        typed = {
            name: self.filters[name].field.widget.value_from_datadict(self.data, {}, name) for name in self.filters
        }
        return {name: _as_list(value) for name, value in typed.items() if value}


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


class EntryFilter(StrictFilterSet):
    q = WordsFilter(label="Words")
    target = ValuesFilter("target", label="Target", resolve=resolving.targets)
    target_class = _codes("target_classes", choices.TargetClass, label="Target class", array=True)
    compartment = _codes("compartment", choices.Compartment, label="Compartment")
    component = _codes("component", choices.Component, label="Component")
    cell_type = ValuesFilter(
        "cell_types_within", array=True, label="Cell type", resolve=resolving.terms_of("cell_type", "cell_state")
    )
    cell_type_exact = ExactTermsFilter(
        "terms",
        within="cell_types_within",
        label="Exactly this cell type",
        noun="cell type",
        resolve=resolving.terms_of("cell_type", "cell_state"),
    )
    cancer = ValuesFilter("cancers_within", array=True, label="Cancer", resolve=resolving.terms_of("cancer"))
    cancer_exact = ExactTermsFilter(
        "cancers",
        within="cancers_within",
        label="Exactly this cancer",
        noun="cancer",
        resolve=resolving.terms_of("cancer"),
    )
    therapy = ValuesFilter("therapies", array=True, label="Therapy", resolve=resolving.terms_of("therapy"))
    mechanism = _codes("mechanisms", choices.TargetClass, label="Mechanism", array=True)
    intervention = _codes("intervention", choices.Intervention, label="Intervention")
    outcome = _codes("outcome", choices.Outcome, label="Outcome")
    evidence_type = _codes("evidence_type", choices.EvidenceType, label="Evidence type")
    direction = _codes("direction", choices.Direction, label="Direction")
    level = _codes("level", choices.Level, label="Level")
    stage = _codes("stage", choices.Stage, label="Development stage")
    reference = _references()
    year = RangesFilter("year", label="Year of the reference", whole=True)
    sample_size = RangesFilter("sample_size", label="Sample size", whole=True)
    effect_measure = _codes("effect_measure", choices.EffectMeasure, label="Effect measure")
    effect = RangesFilter("effect", label="Effect")
    changed_since = MomentFilter(field_name="changed_at", lookup_expr="gte", label="Changed since")
    release = RowsFilter("release", label="Release", negatable=False, resolve=resolving.release)
    pin = RowsFilter("pin", label="Pinned query", negatable=False, resolve=resolving.pin)

    orders = (
        Order("changed", "sequence", "sequence"),
        Order("-changed", "sequence", "sequence"),
        Order("accession", "number", "number"),
        Order("-accession", "number", "number"),
        Order("target", "target_symbol", "sequence"),
        Order("-target", "target_symbol", "sequence"),
        Order(RELEVANCE, "distance", "sequence"),
    )


def entry_rows(data: QueryDict) -> EntryQuerySet:
    """The entries that a list is about: those in force, those frozen in the ``release`` that it names, or those
    that the query found which was kept as ``pin``."""
    if (pin := resolving.pinned(data.get("pin", "").strip())) is not None:
        return ReleasedEntry.objects.in_release(pin.release_id).numbered(pin.numbers)
    number = resolving.release_number(data.get("release", "").split(",")[0].strip())
    return Entry.objects.current() if number is None else ReleasedEntry.objects.in_release(number)


class _AsOfFilter(django_filters.Filter):
    field_class = PastMomentField

    def filter(self, rows: Any, moment: Any) -> QuerySet:
        return rows.as_of(moment) if moment else rows


class PastFilter(StrictFilterSet):
    """The entries that were in force at a moment. What the filters look at is kept of today's versions only."""

    as_of = _AsOfFilter(label="As it stood at this moment")

    orders = (Order("accession", "number", "number"), Order("-accession", "number", "number"))

    @property
    def problems(self) -> dict[str, list[str]]:
        today = {name: ["The past has no filters: leave this out, or “as_of”."] for name in EntryFilter.base_filters}
        return {name: today.get(name, texts) for name, texts in super().problems.items()}


class ChangeFilter(StrictFilterSet):
    """The feed of changes: everything after a number, or since a moment."""

    after = NumberFilter(field_name="sequence", lookup_expr="gt", label="After the sequence")
    changed_since = MomentFilter(field_name="changed_at", lookup_expr="gte", label="Changed since")
    about = ValuesFilter(
        "sequence",
        label="Changes of what",
        known={"entries": "Entries", "targets": "Targets that were re-scored"},
        help_text="Changes of `entries` (unless you ask for others), of `targets` that were re-scored, or of both",
    )

    orders = (Order("changed", "sequence", "sequence"),)
    #: What these changes are of.
    of = "entries"

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        chosen = self.form.cleaned_data.pop("about", Chosen())
        wanted = set(chosen.wanted or ("entries",)) - set(chosen.unwanted)
        rows = super().filter_queryset(queryset)
        return rows if self.of in wanted else rows.none()


class RescoredFilter(ChangeFilter):
    """The same of targets whose score or tier changed."""

    changed_since = MomentFilter(field_name="rescored_at", lookup_expr="gte", label="Changed since")
    of = "targets"


class GoneFilter(RescoredFilter):
    """The same of targets without a dossier any more."""

    changed_since = MomentFilter(field_name="gone_at", lookup_expr="gte", label="Changed since")


class CombinationFilter(StrictFilterSet):
    intervention = _codes("intervention", choices.Intervention, label="Intervention")

    orders = (Order("-score", "score"), Order("score", "score"))


class TargetFilter(StrictFilterSet):
    q = WordsFilter(label="Words")
    target_class = _codes("classes", choices.TargetClass, label="Class", array=True)
    component = _codes("components", choices.Component, label="Component", array=True)
    kind = _codes("kind", choices.TargetKind, label="Kind")
    tier = ValuesFilter("tier", label="Tier", known={tier: tier.capitalize() for tier in TIERS})
    score = RangesFilter("score", label="Score")
    has_entries = ValuesFilter("entry_count", label="Has entries", known={"yes": "Yes", "no": "No"})

    orders = (
        Order("symbol", "symbol"),
        Order("-symbol", "symbol"),
        Order("score", "score"),
        Order("-score", "score"),
        Order("entries", "entry_count"),
        Order("-entries", "entry_count"),
    )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        chosen = self.form.cleaned_data.pop("has_entries", Chosen())
        rows = super().filter_queryset(queryset)
        allowed = set(chosen.wanted or ("yes", "no")) - set(chosen.unwanted)
        if "yes" not in allowed:
            rows = rows.filter(entry_count=0)
        return rows if "no" in allowed else rows.filter(entry_count__gt=0)


class ReferenceFilter(StrictFilterSet):
    reference = _references()
    year = RangesFilter("year", label="Year", whole=True)

    orders = (Order("id", "pk"), Order("-id", "pk"))


class ReleaseListFilter(StrictFilterSet):
    orders = (Order("-number", "number", "number"), Order("number", "number", "number"))


class TermFilter(StrictFilterSet):
    q = django_filters.CharFilter(field_name="label", lookup_expr="icontains", label="Label", max_length=400)
    vocabulary = _codes("vocabulary", choices.Vocabulary, label="Vocabulary")

    orders = (
        Order("id", "curie"),
        Order("-id", "curie"),
        Order("entries", "entry_count"),
        Order("-entries", "entry_count"),
    )


def label_of(facets: Mapping[str, Iterable[tuple[str, int]]]) -> dict[tuple[str, str], str]:
    """The wording of every value of the facets: (facet, value) → label."""
    labels: dict[tuple[str, str], str] = {}
    for name in facets:
        known = EntryFilter.base_filters[name].extra.get("known")
        labels |= {(name, code): label for code, label in (known or {}).items()}
    looked_up = {name: [value for value, _ in facets[name]] for name in ("cell_type", "cancer", "therapy")}
    curies = {value for values in looked_up.values() for value in values}
    terms = dict(PublishedTerm.objects.filter(curie__in=curies).values_list("curie", "label"))
    for name, values in looked_up.items():
        labels |= {(name, value): terms[value] for value in values if value in terms}
    targets = [value for value, _ in facets["target"]]
    symbols = TargetDossier.objects.filter(target__in=targets).values_list("target", "symbol")
    return labels | {("target", curie): symbol for curie, symbol in symbols}
