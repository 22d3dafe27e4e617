"""The admin shows the vocabularies and changes nothing."""

import pytest
from django.urls import reverse

from tests.factories.vocabularies import TargetFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "made"), [("term", TermFactory), ("target", TargetFactory)])
def test_rows_are_shown_but_neither_added_nor_changed_nor_deleted(client, administrator, kind, made):
    administrator.is_superuser = True
    administrator.save()
    client.force_login(administrator)
    row = made()
    name = f"admin:vocabularies_{kind}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert client.post(reverse(f"{name}_change", args=[row.pk])).status_code == 403
    assert client.get(reverse(f"{name}_add")).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
