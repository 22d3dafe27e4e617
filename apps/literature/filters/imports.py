"""Narrowing the history of imports."""

import django_filters

from ..models import ImportRun, SavedSearch
from ..querysets import ImportRunQuerySet
from .widgets import SEARCH, SELECT


class ImportRunFilter(django_filters.FilterSet):
    """What narrows the history of imports."""

    q = django_filters.CharFilter(label="Name, query or number", method="by_text", max_length=300, widget=SEARCH)
    whose = django_filters.ChoiceFilter(
        label="Whose", method="by_person", choices=[("mine", "Mine")], empty_label="Everybody's", widget=SELECT
    )
    state = django_filters.ChoiceFilter(
        label="State", choices=ImportRun.State.choices, empty_label="Any", widget=SELECT
    )
    origin = django_filters.ChoiceFilter(
        label="From", field_name="origin", choices=ImportRun.Origin.choices, empty_label="Anywhere", widget=SELECT
    )
    search = django_filters.ModelChoiceFilter(
        label="Saved search", field_name="saved_search", queryset=SavedSearch.objects.all(), empty_label="Any",
        widget=SELECT,
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
