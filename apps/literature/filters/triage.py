"""Narrowing the queue of triage."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import TextChoices
from django.http import HttpRequest, QueryDict

from apps.accounts.models import User

from ..models import Candidate, ImportRun, SavedSearch
from ..querysets import CandidateQuerySet
from ..relevance import GROUP_OF_KIND, GROUPS
from .widgets import SEARCH, SELECT, YEAR

#: So many of the foremost candidates are asked what they name, to offer that for narrowing.
_ASKED = 300
_MOST_OFFERED = 30
_LATEST_RUNS = 20


class Tab(TextChoices):
    """The views of the queue: the states, and what is one's own or in dispute."""

    NEW = "new", "New"
    MINE = "mine", "Claimed by me"
    CLAIMED = "claimed", "Claimed"
    LATER = "later", "Later"
    CURATED = "curated", "Curated"
    REJECTED = "rejected", "Rejected"
    CONFLICT = "conflict", "In conflict"


class _WholeNumberFilter(django_filters.Filter):
    field_class = forms.IntegerField


class TriageFilter(django_filters.FilterSet):
    """One view of the queue, new candidates unless another one is asked for, and what narrows it."""

    state = django_filters.ChoiceFilter(choices=Tab.choices, method="by_tab", widget=forms.HiddenInput)
    q = django_filters.CharFilter(
        label="Words, PMID or DOI",
        method="by_text",
        max_length=300,
        widget=SEARCH,
    )
    target = django_filters.CharFilter(label="Target", method="by_mention", max_length=60, widget=SELECT)
    cell = django_filters.CharFilter(label="Cell", method="by_mention", max_length=60, widget=SELECT)
    cancer = django_filters.CharFilter(label="Cancer", method="by_mention", max_length=60, widget=SELECT)
    therapy = django_filters.CharFilter(label="Therapy", method="by_mention", max_length=60, widget=SELECT)
    year_from = _WholeNumberFilter(label="From year", field_name="reference__year", lookup_expr="gte", **YEAR)
    year_to = _WholeNumberFilter(label="To year", field_name="reference__year", lookup_expr="lte", **YEAR)
    search = django_filters.ModelChoiceFilter(
        label="Saved search",
        field_name="run__saved_search",
        queryset=SavedSearch.objects.all(),
        empty_label="Any",
        widget=SELECT,
    )
    run = _WholeNumberFilter(label="Import", min_value=1, max_value=2**63 - 1, widget=SELECT)
    unscreened = django_filters.BooleanFilter(
        label="Not screened by me",
        method="by_own_vote",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    class Meta:
        model = Candidate
        fields = ()

    def __init__(self, data: Any, *, queryset: CandidateQuerySet, request: HttpRequest) -> None:
        data = QueryDict("", mutable=True) if data is None else data.copy()
        data.setdefault("state", Tab.NEW)
        super().__init__(data, queryset=queryset, request=request)

    @property
    def tab(self) -> Tab:
        chosen = self.data["state"]
        return Tab(chosen) if chosen in Tab.values else Tab.NEW

    @property
    def is_used(self) -> bool:
        """Whether anything narrows the view."""
        return any(self.data.get(name) for name in self.filters if name != "state")

    def offer(self) -> None:
        """Fill the choices of the form with what the foremost of these candidates name, and the latest imports."""
        found = list(self.qs.order_by("-relevance", "-pk").values_list("mentions", flat=True)[:_ASKED])
        for group in GROUPS:
            self._choose_from(group, _named(found, group))
        runs = ImportRun.objects.filter(to_triage=True).order_by("-pk").values_list("pk", "file_name")[:_LATEST_RUNS]
        self._choose_from("run", [(str(pk), name) for pk, name in runs])

    def _choose_from(self, name: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.data.get(name, "")
        if chosen and chosen not in dict(choices):
            choices.insert(0, (chosen, chosen))
        self.form.fields[name].widget.choices = [("", "Any"), *choices]

    def by_tab(self, queryset: CandidateQuerySet, name: str, value: str) -> CandidateQuerySet:
        if value == Tab.MINE:
            return queryset.claimed_by(self._person)
        return queryset.in_conflict() if value == Tab.CONFLICT else queryset.filter(state=value)

    def by_text(self, queryset: CandidateQuerySet, name: str, value: str) -> CandidateQuerySet:
        return queryset.search(value)

    def by_mention(self, queryset: CandidateQuerySet, name: str, value: str) -> CandidateQuerySet:
        return queryset.mentioning(value)

    def by_own_vote(self, queryset: CandidateQuerySet, name: str, value: bool) -> CandidateQuerySet:
        return queryset.unscreened_by(self._person) if value else queryset

    @property
    def _person(self) -> User:
        return cast(User, self.request.user)


def _named(found: Iterable[list[dict[str, Any]]], group: str) -> list[tuple[str, str]]:
    """What these candidates name of a kind, the most frequent first, each with how many of them name it."""
    named = [mention for mentions in found for mention in mentions if GROUP_OF_KIND.get(mention["kind"]) == group]
    counts = Counter(mention["curie"] for mention in named)
    labels = {mention["curie"]: mention["label"] for mention in named}
    return [(curie, f"{labels[curie]} ({count})") for curie, count in counts.most_common(_MOST_OFFERED)]
