"""The editors' pages of ontologies: send, look, apply."""

import io

import pytest
from django.urls import reverse

from apps.vocabularies.models import OntologyLoad, Term
from tests.vocabularies.test_services_loading import MACROPHAGE, ROOT, load, obo

pytestmark = pytest.mark.django_db


def send(client, content: bytes):
    file = io.BytesIO(content)
    file.name = "cl.obo"
    return client.post(reverse("vocabularies:load-create"), {"file": file, "prefixes": "CL"}, follow=True)


def test_an_editor_sends_a_file_looks_and_applies(client, editor):
    client.force_login(editor)
    page = send(client, obo("2026-01-01", ROOT, MACROPHAGE)).content.decode()
    assert "macrophage" in page
    assert "Apply these changes" in page
    assert not Term.objects.exists()
    shown = OntologyLoad.objects.get()
    page = client.post(reverse("vocabularies:load-apply", args=[shown.pk]), follow=True).content.decode()
    assert "Applied: 2 created" in page
    assert Term.objects.count() == 2


def test_a_file_that_is_nothing_is_told_at_the_field(client, editor):
    client.force_login(editor)
    response = send(client, b"nothing")
    assert response.status_code == 422
    assert "This is no ontology that the portal can read" in response.content.decode()


def test_a_discarded_version_changes_nothing(client, editor):
    client.force_login(editor)
    send(client, obo("2026-01-01", ROOT))
    client.post(reverse("vocabularies:load-discard", args=[OntologyLoad.objects.get().pk]))
    assert OntologyLoad.objects.get().state == "discarded"
    assert not Term.objects.exists()


def test_the_list_costs_the_same_for_one_and_three(client, editor, django_assert_num_queries):
    client.force_login(editor)
    load(obo("2026-01-01", ROOT), actor=editor)
    client.get(reverse("vocabularies:load-list"))
    with django_assert_num_queries(5):
        client.get(reverse("vocabularies:load-list"))
    load(obo("2026-01-01", ROOT), actor=editor)
    load(obo("2026-01-01", ROOT), actor=editor)
    with django_assert_num_queries(5):
        client.get(reverse("vocabularies:load-list"))
