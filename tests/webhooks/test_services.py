"""Changes are told signed, in their order and until they are taken; whoever does not take them is left alone."""

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Notice
from apps.catalogue import services as catalogue
from apps.catalogue.models import Entry, Revision
from apps.core.exceptions import Refused
from apps.webhooks import services, tasks
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.services import delivering
from tests.factories.catalogue import VEGFA, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(receiver, curator):
    return services.add_webhook(owner=curator, name="Copy of the lab", url=receiver.url)


def tell():
    """What beat and the workers do, until nothing is due."""
    while due := services.prepare_deliveries():
        for number in due:
            services.deliver(delivery=number)


def told(receiver):
    """The messages, each with its changes."""
    return [json.loads(body) for _, _, body in receiver.taken]


def make_due():
    Delivery.objects.filter(state="queued").update(due_at=timezone.now())


def test_what_changes_from_now_on_is_told_once(receiver, curator):
    published()
    webhook = services.add_webhook(owner=curator, name="Copy", url=receiver.url)
    tell()
    assert receiver.taken == []
    second = published()
    catalogue.retract(accession=second.accession, reason="By mistake.")
    published(target=VEGFA)
    tell()
    tell()
    (message,) = told(receiver)
    assert message["test"] is False
    assert [(one["change"], one["accession"]) for one in message["changes"]] == [
        ("retracted", second.accession),
        ("created", "TMEE:0000003"),
    ]
    assert message["upto"] == message["changes"][-1]["sequence"]
    webhook.refresh_from_db()
    assert webhook.position == Revision.objects.get().sequence


def test_a_message_proves_where_it_comes_from(receiver, webhook):
    published()
    tell()
    ((_, headers, body),) = receiver.taken
    expected = hmac.new(webhook.secret.encode(), headers["TME-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["TME-Signature"] == f"sha256={expected.hexdigest()}"
    assert abs(int(headers["TME-Timestamp"]) - time.time()) < 60
    assert headers["Content-Type"] == "application/json"
    assert headers["TME-Delivery"] == str(Delivery.objects.get().pk)


def test_targets_are_told_of_where_one_wants_it(receiver, curator):
    services.add_webhook(owner=curator, name="All", url=receiver.url, with_targets=True)
    published()
    tell()
    (message,) = told(receiver)
    assert [one["change"] for one in message["changes"]] == ["created", "rescored"]


def test_much_is_told_in_parts_and_in_order(receiver, webhook, monkeypatch):
    monkeypatch.setattr(delivering, "MOST_CHANGES", 2)
    entries = [published() for _ in range(5)]
    tell()
    messages = told(receiver)
    assert [len(message["changes"]) for message in messages] == [2, 2, 1]
    assert [one["accession"] for message in messages for one in message["changes"]] == [
        one.accession for one in entries
    ]


def test_what_is_not_taken_is_sent_again_later_and_later_with_the_same_id(receiver, webhook):
    receiver.answers = [500, 302]
    published()
    waits = []
    for _ in range(2):
        make_due()
        tell()
        delivery = Delivery.objects.get()
        assert delivery.state == "queued"
        waits.append(delivery.due_at - delivery.tried_at)
    assert waits[1] > waits[0] >= timedelta(seconds=15)
    assert (delivery.attempts, delivery.status_code, delivery.error) == (2, 302, "The server answered 302.")
    # What changes meanwhile waits for its turn.
    published()
    tell()
    assert len(receiver.taken) == 2
    make_due()
    tell()
    assert [len(message["changes"]) for message in told(receiver)] == [1, 1, 1, 1]
    ids = [headers["TME-Delivery"] for _, headers, _ in receiver.taken]
    assert len(set(ids[:3])) == 1
    assert ids[3] != ids[2]
    assert list(Delivery.objects.values_list("state", flat=True)) == ["delivered"] * 2


def test_after_repeated_failure_it_is_switched_off_with_a_notice_and_goes_on_where_it_stopped(receiver, webhook):
    receiver.answers = [500] * delivering.MOST_ATTEMPTS
    first = published()
    for _ in range(delivering.MOST_ATTEMPTS):
        make_due()
        tell()
    webhook.refresh_from_db()
    assert (webhook.state, Delivery.objects.get().state) == ("failed", "given_up")
    notice = Notice.objects.get(person=webhook.owner)
    assert (notice.kind, notice.url) == ("webhook", f"/accounts/webhooks/{webhook.pk}/")
    assert "Copy of the lab" in notice.text
    second = published()
    make_due()
    tell()
    assert len(receiver.taken) == delivering.MOST_ATTEMPTS
    services.switch(actor=webhook.owner, webhook=webhook, on=True)
    tell()
    assert [one["accession"] for one in told(receiver)[-1]["changes"]] == [first.accession, second.accession]


def test_who_says_gone_is_not_asked_again(receiver, webhook):
    receiver.answers = [410]
    published()
    tell()
    webhook.refresh_from_db()
    assert (webhook.state, len(receiver.taken)) == ("failed", 1)


def test_a_name_that_turned_private_is_never_connected_to(receiver, webhook, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    published()
    tell()
    assert receiver.taken == []
    assert "begin with https" in Delivery.objects.get().error


def test_only_one_worker_sends_a_message_and_a_dead_one_s_goes_out_again(receiver, webhook):
    published()
    (number,) = services.prepare_deliveries()
    claimed = delivering._claim(number)
    assert delivering._claim(number) is None
    assert services.deliver(delivery=number) is False
    assert services.prepare_deliveries() == []
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tell()
    assert len(receiver.taken) == 1
    # The worker that was thought dead comes back with bad news: it is not its message any more.
    delivering._settle(claimed, None, "No answer.")
    assert Delivery.objects.get().state == "delivered"


def test_a_closed_account_is_told_nothing(receiver, webhook):
    webhook.owner.is_active = False
    webhook.owner.save()
    published()
    tell()
    assert receiver.taken == []


def test_a_test_message_has_no_changes(receiver, webhook):
    services.test_webhook(actor=webhook.owner, webhook=webhook)
    with pytest.raises(Refused, match="on its way"):
        services.test_webhook(actor=webhook.owner, webhook=webhook)
    tell()
    (message,) = told(receiver)
    assert (message["test"], message["changes"]) == (True, [])
    services.switch(actor=webhook.owner, webhook=webhook, on=False)
    with pytest.raises(Refused, match="switched off"):
        services.test_webhook(actor=webhook.owner, webhook=webhook)


def test_a_new_secret_signs_the_next_message(receiver, webhook):
    renewed = services.renew_secret(actor=webhook.owner, webhook=webhook)
    assert renewed.secret != webhook.secret
    published()
    tell()
    ((_, headers, body),) = receiver.taken
    signed = headers["TME-Timestamp"].encode() + b"." + body
    assert hmac.new(renewed.secret.encode(), signed, hashlib.sha256).hexdigest() in headers["TME-Signature"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Copy  of the lab"}, "name"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "ftp://example.org"}, "url"),
    ],
)
def test_what_cannot_be_is_refused_by_field(webhook, curator, changes, field):
    with pytest.raises(Refused) as refusal:
        services.add_webhook(owner=curator, **{"name": "Another", "url": "https://example.org/"} | changes)
    assert refusal.value.field == field


def test_nobody_touches_another_person_s(webhook, editor):
    for verb in (services.renew_secret, services.remove_webhook, services.test_webhook):
        with pytest.raises(Refused):
            verb(actor=editor, webhook=webhook)
    with pytest.raises(Refused):
        services.switch(actor=editor, webhook=webhook, on=False)
    assert Webhook.objects.get().state == "on"


def test_one_person_has_ten_at_most(curator):
    for number in range(services.WEBHOOKS_PER_PERSON):
        services.add_webhook(owner=curator, name=f"Number {number}", url="https://example.org/")
    with pytest.raises(Refused, match="already"):
        services.add_webhook(owner=curator, name="One more", url="https://example.org/")


def test_old_messages_are_forgotten_and_open_ones_are_not(receiver, webhook):
    published()
    tell()
    published()
    services.prepare_deliveries()
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    tasks.forget_old()
    assert [one.state for one in Delivery.objects.all()] == ["queued"]


def test_the_workers_ring_for_what_is_due(receiver, webhook, monkeypatch):
    monkeypatch.setattr(tasks.deliver, "delay", tasks.deliver)
    published()
    tasks.tell_webhooks()
    assert len(receiver.taken) == 1
    assert Webhook.objects.get().position == Entry.objects.get().sequence


def test_what_concerns_nobody_is_passed_over(receiver, webhook):
    """A target that was re-scored is no news to whoever asked for entries alone."""
    published()
    tell()
    tell()
    assert Webhook.objects.get().position == Revision.objects.get().sequence > Entry.objects.get().sequence
    assert len(receiver.taken) == 1
