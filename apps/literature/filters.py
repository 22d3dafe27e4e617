"""Narrowing the list of references."""

import django_filters
from django import forms

from .choices import ReferenceType, RetractionState
from .models import Reference
from .querysets import ReferenceQuerySet

_SELECT = forms.Select(attrs={"class": "form-select"})
_YEAR = {"min_value": 1500, "max_value": 2999}


class ReferenceFilter(django_filters.FilterSet):
    """The search box and what narrows its answer."""

    q = django_filters.CharFilter(
        label="Words, PMID or DOI",
        method="by_text",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "type": "search", "autocomplete": "off"}),
    )
    year_from = django_filters.NumberFilter(
        label="From year",
        field_name="year",
        lookup_expr="gte",
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        **_YEAR,
    )
    year_to = django_filters.NumberFilter(
        label="To year",
        field_name="year",
        lookup_expr="lte",
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        **_YEAR,
    )
    type = django_filters.ChoiceFilter(
        label="Type", field_name="reference_type", choices=ReferenceType.choices, empty_label="Any", widget=_SELECT
    )
    retraction = django_filters.ChoiceFilter(
        label="Retraction",
        field_name="retraction_state",
        choices=RetractionState.choices,
        empty_label="Any",
        widget=_SELECT,
    )

    class Meta:
        model = Reference
        fields = ()

    def by_text(self, queryset: ReferenceQuerySet, name: str, value: str) -> ReferenceQuerySet:
        return queryset.search(value)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
