import pytest

from apps.webhooks import services
from apps.webhooks.models import Webhook

pytestmark = pytest.mark.django_db

LIST = "/accounts/webhooks/"


@pytest.fixture
def signed_in(client, curator):
    client.force_login(curator)
    return client


def test_one_adds_a_webhook_and_sees_its_page(signed_in, curator):
    assert "You have no webhooks" in signed_in.get(LIST).content.decode()
    answer = signed_in.post(LIST, {"name": "Copy", "url": "https://example.org/hook"}, follow=True)
    webhook = Webhook.objects.get(owner=curator)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{LIST}{webhook.pk}/", 302)]
    assert webhook.secret in page
    assert "Nothing was sent so far" in page
    assert "Copy" in signed_in.get(LIST).content.decode()


def test_what_was_typed_survives_a_refusal(signed_in):
    answer = signed_in.post(LIST, {"name": "Inside", "url": "https://192.168.1.1/hook", "with_targets": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "private network" in page
    assert 'value="https://192.168.1.1/hook"' in page
    assert 'value="Inside"' in page
    assert not Webhook.objects.exists()


def test_one_changes_switches_tests_renews_and_removes_it(signed_in, curator):
    webhook = services.add_webhook(owner=curator, name="Copy", url="https://example.org/hook")
    address = f"{LIST}{webhook.pk}/"
    signed_in.post(address, {"name": "New name", "url": "https://example.org/other", "with_targets": "on"})
    webhook.refresh_from_db()
    assert (webhook.name, webhook.url, webhook.with_targets) == ("New name", "https://example.org/other", True)
    signed_in.post(f"{address}test/")
    page = signed_in.get(address).content.decode()
    assert "Waiting" in page
    before = webhook.secret
    signed_in.post(f"{address}secret/")
    signed_in.post(f"{address}switch/", {"to": "off"})
    webhook.refresh_from_db()
    assert webhook.state == "off"
    assert webhook.secret != before
    answer = signed_in.post(f"{address}test/", follow=True)
    assert "switched off" in answer.content.decode()
    signed_in.post(f"{address}switch/", {"to": "on"})
    webhook.refresh_from_db()
    assert webhook.state == "on"
    signed_in.post(f"{address}remove/")
    assert not Webhook.objects.exists()


def test_what_failed_says_so(signed_in, curator):
    webhook = services.add_webhook(owner=curator, name="Copy", url="https://example.org/hook")
    Webhook.objects.update(state="failed")
    assert "Switched off after repeated failure" in signed_in.get(f"{LIST}{webhook.pk}/").content.decode()


@pytest.mark.parametrize("path", ["", "switch/", "secret/", "test/", "remove/"])
def test_another_person_s_is_not_there(signed_in, editor, path):
    webhook = services.add_webhook(owner=editor, name="Theirs", url="https://example.org/hook")
    answer = signed_in.post(f"{LIST}{webhook.pk}/{path}", {"name": "x", "url": "https://example.org/"})
    assert answer.status_code == 404
    webhook.refresh_from_db()
    assert (webhook.name, webhook.state) == ("Theirs", "on")
