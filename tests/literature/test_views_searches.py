"""The pages of saved searches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.literature import services
from apps.literature.models import ImportRun, SavedSearch
from tests.factories.curation import ReferenceFactory
from tests.literature.test_services_repeating import VALUES

pytestmark = pytest.mark.django_db
FORM = {**{name: value for name, value in VALUES.items() if value is not False}, "is_active": "on"}


def test_a_curator_saves_a_search_and_finds_it_in_the_list(client, curator):
    client.force_login(curator)
    page = client.post(reverse("literature:search-create"), FORM, follow=True).content.decode()
    assert "Its first run begins" in page
    assert "Macrophages" in page
    assert SavedSearch.objects.get().owner == curator


def test_typed_text_survives_an_error(client, curator):
    client.force_login(curator)
    response = client.post(reverse("literature:search-create"), {**FORM, "name": ""})
    assert response.status_code == 422
    page = response.content.decode()
    assert VALUES["query"] in page
    assert "nothing you typed is lost" in page


def test_a_name_given_twice_is_told_at_the_field(client, curator):
    client.force_login(curator)
    services.save_search(actor=curator, **VALUES)
    response = client.post(reverse("literature:search-create"), FORM)
    assert response.status_code == 422
    assert "You have a search of this name already" in response.content.decode()


def test_a_search_is_changed_and_run_by_its_owner(client, curator, services_stub):
    client.force_login(curator)
    search = services.save_search(actor=curator, **VALUES)
    client.post(reverse("literature:search-edit", args=[search.pk]), {**FORM, "rhythm": "daily"})
    search.refresh_from_db()
    assert search.rhythm == "daily"
    response = client.post(reverse("literature:search-run", args=[search.pk]))
    assert response.url == reverse("literature:import-detail", args=[ImportRun.objects.get().pk])


def test_a_search_of_another_is_shown_without_buttons(client, other_curator, curator):
    services.save_search(actor=curator, **VALUES)
    client.force_login(other_curator)
    page = client.get(reverse("literature:search-list")).content.decode()
    assert "Macrophages" in page
    assert "Run now" not in page


def test_one_reference_is_asked_about_at_once(client, curator, services_stub):
    client.force_login(curator)
    reference = ReferenceFactory()
    client.post(reverse("literature:reference-refresh", args=[reference.pk]))
    assert ImportRun.objects.get().identifiers == [f"pmid:{reference.pmid}"]


def test_the_list_costs_the_same_for_one_and_three(client, curator):
    client.force_login(curator)
    counts = []
    for n in range(3):
        services.save_search(actor=curator, **{**VALUES, "name": f"Search {n}"})
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("literature:search-list"))
        counts.append(len(queries))
    assert counts[0] == counts[2]
