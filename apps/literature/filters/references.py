"""Narrowing the list of references."""

import django_filters

from ..choices import ReferenceType, RetractionState
from ..models import Reference
from ..querysets import ReferenceQuerySet
from .widgets import SEARCH, SELECT, YEAR


class ReferenceFilter(django_filters.FilterSet):
    """The search box and what narrows its answer."""

    q = django_filters.CharFilter(
        label="Words, PMID or DOI",
        method="by_text",
        max_length=300,
        widget=SEARCH,
    )
    year_from = django_filters.NumberFilter(
        label="From year",
        field_name="year",
        lookup_expr="gte",
        **YEAR,
    )
    year_to = django_filters.NumberFilter(
        label="To year",
        field_name="year",
        lookup_expr="lte",
        **YEAR,
    )
    type = django_filters.ChoiceFilter(
        label="Type", field_name="reference_type", choices=ReferenceType.choices, empty_label="Any", widget=SELECT
    )
    retraction = django_filters.ChoiceFilter(
        label="Retraction",
        field_name="retraction_state",
        choices=RetractionState.choices,
        empty_label="Any",
        widget=SELECT,
    )

    class Meta:
        model = Reference
        fields = ()

    def by_text(self, queryset: ReferenceQuerySet, name: str, value: str) -> ReferenceQuerySet:
        return queryset.search(value)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
