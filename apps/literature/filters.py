"""Narrowing the list of references."""

import django_filters
from django import forms

from .choices import ReferenceType, RetractionState
from .models import ImportRun, Reference, SavedSearch
from .querysets import ImportRunQuerySet, ReferenceQuerySet

_SELECT = forms.Select(attrs={"class": "form-select"})
_YEAR = {"min_value": 1500, "max_value": 2999}


_TEXT = {"class": "form-control", "type": "search", "autocomplete": "off"}


class ImportRunFilter(django_filters.FilterSet):
    """What narrows the history of imports."""

    q = django_filters.CharFilter(
        label="Name, query or number", method="by_text", max_length=300, widget=forms.TextInput(attrs=_TEXT)
    )
    whose = django_filters.ChoiceFilter(
        label="Whose", method="by_person", choices=[("mine", "Mine")], empty_label="Everybody's", widget=_SELECT
    )
    state = django_filters.ChoiceFilter(
        label="State", choices=ImportRun.State.choices, empty_label="Any", widget=_SELECT
    )
    origin = django_filters.ChoiceFilter(
        label="From", field_name="origin", choices=ImportRun.Origin.choices, empty_label="Anywhere", widget=_SELECT
    )
    search = django_filters.ModelChoiceFilter(
        label="Saved search", field_name="saved_search", queryset=SavedSearch.objects.all(), empty_label="Any",
        widget=_SELECT,
    )  # fmt: skip

    class Meta:
        model = ImportRun
        fields = ()

    def by_text(self, queryset: ImportRunQuerySet, name: str, value: str) -> ImportRunQuerySet:
        return queryset.named(value)

    def by_person(self, queryset: ImportRunQuerySet, name: str, value: str) -> ImportRunQuerySet:
        return queryset.filter(requested_by=self.request.user)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class ReferenceFilter(django_filters.FilterSet):
    """The search box and what narrows its answer."""

    q = django_filters.CharFilter(
        label="Words, PMID or DOI",
        method="by_text",
        max_length=300,
        widget=forms.TextInput(attrs=_TEXT),
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
