"""Mails: composed as people chose, sent once whatever happens on the way, and stopped by a link."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts import services, tasks
from apps.accounts.kinds import Kind
from apps.accounts.models import Mail, Notice, Subscription
from apps.accounts.services import mailing
from tests.accounts.smtp_stub import HANG_UP, SILENT, SmtpStub
from tests.factories.accounts import UserFactory

State = Mail.State


def tell(*people, key="event 1", kind=Kind.RE_REVIEW, text="“Cells & stroma” was retracted.", subscriptions=()):
    with transaction.atomic():
        services.notify(
            people=people, kind=kind, text=text, url="/entries/TMEE:0000001/", key=key, subscriptions=subscriptions
        )


def send():
    services.compose_mails()
    return services.deliver_mails()


def states():
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


# --- at once --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_notice_is_mailed_once_with_its_address_and_the_way_out(visitor):
    tell(visitor)
    tasks.mail_notices()
    tasks.mail_notices()
    (message,) = mail.outbox
    assert message.to == [visitor.email]
    assert "“Cells & stroma” was retracted." in message.body
    assert "http://127.0.0.1:8000/entries/TMEE:0000001/" in message.body
    head = message.message()
    assert head["Message-ID"] == f"<mail-{Mail.objects.get().pk}@127.0.0.1>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert head["List-Unsubscribe"].strip("<>") in message.body
    assert Notice.objects.get().mailed_at


@pytest.mark.django_db
def test_what_was_read_is_old_or_has_no_address_is_not_mailed(visitor):
    tell(visitor, UserFactory(email=""))
    services.mark_read(person=visitor)
    tell(visitor, key="event 2")
    Notice.objects.filter(key="event 2").update(created_at=timezone.now() - timedelta(days=8))
    assert send() == 0
    assert mail.outbox == []


@pytest.mark.django_db
def test_an_account_closed_on_the_way_gets_no_mail(visitor):
    tell(visitor)
    services.compose_mails()
    visitor.is_active = False
    visitor.save()
    assert services.deliver_mails() == 0
    assert states() == [State.FAILED]


# --- digests --------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)


def told_at(moment, person, key, kind=Kind.ENTRY):
    tell(person, key=key, kind=kind, text=f"News {key}.")
    Notice.objects.filter(key=key).update(created_at=moment)


def compose(monkeypatch, moment):
    with monkeypatch.context() as patched:
        patched.setattr("django.utils.timezone.now", lambda: moment)
        return services.compose_mails(moment)


@pytest.mark.django_db
def test_a_digest_a_day_holds_what_was_new_when_the_day_began(visitor, monkeypatch):
    told_at(MONDAY - timedelta(hours=20), visitor, "a")
    told_at(MONDAY - timedelta(hours=2), visitor, "b", Kind.COMMENT)
    told_at(MONDAY, visitor, "late")
    assert compose(monkeypatch, MONDAY) == 1
    assert compose(monkeypatch, MONDAY + timedelta(hours=3)) == 0, "one a day"
    (digest,) = Mail.objects.all()
    assert "News a." in digest.body
    assert "News b." in digest.body
    assert "News late." not in digest.body
    assert digest.subject.endswith("2 notices, 2026-11-30")
    assert compose(monkeypatch, MONDAY + timedelta(days=1)) == 1
    assert "News late." in Mail.objects.last().body


@pytest.mark.django_db
def test_a_weekly_digest_leaves_on_monday(visitor, monkeypatch):
    services.choose_deliveries(person=visitor, choices={Kind.ENTRY: "weekly"})
    told_at(MONDAY - timedelta(days=5), visitor, "a")
    assert compose(monkeypatch, MONDAY - timedelta(days=1)) == 0
    assert compose(monkeypatch, MONDAY) == 1
    assert compose(monkeypatch, MONDAY + timedelta(days=2)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 20])
def test_composing_costs_the_same_for_many(count, django_assert_num_queries, monkeypatch):
    for n in range(count):
        person = UserFactory()
        tell(person, key=f"now {n}")
        told_at(MONDAY - timedelta(hours=3), person, f"daily {n}")
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    with django_assert_num_queries(9):
        assert services.compose_mails(MONDAY) == 2 * count


# --- a server that does not do as it should -------------------------------------------------------


@pytest.fixture
def smtp(settings):
    """A mail server of one's own, to which this process and its children send."""
    with SmtpStub() as stub:
        settings.EMAIL_BACKEND = "apps.core.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", stub.port, 1
        yield stub


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "answer", "state"),
    [
        ("EHLO", HANG_UP, State.QUEUED),
        ("MAIL", "451 later", State.QUEUED),
        ("RCPT", "450 busy", State.QUEUED),
        ("RCPT", "550 nobody here", State.FAILED),
        ("RCPT", HANG_UP, State.QUEUED),
        ("RCPT", SILENT, State.QUEUED),
        ("DATA", "451 not now", State.QUEUED),
        ("END", "452 no room", State.QUEUED),
        ("END", "554 spam", State.FAILED),
        ("END", HANG_UP, State.UNSURE),
        ("END", SILENT, State.UNSURE),
    ],
)
def test_what_the_server_refused_is_tried_again_and_what_it_may_have_taken_is_not(visitor, smtp, word, answer, state):
    smtp.at = {word: answer}
    tell(visitor)
    assert send() == 0
    assert states() == [state]
    smtp.at = {}
    Mail.objects.update(due_at=timezone.now())
    services.deliver_mails()
    assert states() == [State.SENT if state == State.QUEUED else state]
    assert len(smtp.taken) == (0 if state == State.FAILED or (answer == HANG_UP and word == "END") else 1)


@pytest.mark.django_db
def test_a_server_that_is_away_keeps_no_mail_back_for_good(visitor, curator, smtp, settings):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        settings.EMAIL_PORT = nobody.getsockname()[1]
    tell(visitor, curator)
    assert send() == 0
    assert states() == [State.QUEUED, State.QUEUED]
    assert all(one.due_at > timezone.now() for one in Mail.objects.all())
    Mail.objects.update(created_at=timezone.now() - timedelta(days=8), due_at=timezone.now())
    services.deliver_mails()
    assert states() == [State.FAILED, State.FAILED]


@pytest.mark.django_db
def test_one_address_that_is_refused_keeps_no_other_back(visitor, curator, smtp):
    smtp.at = {"RCPT": "550 nobody here"}
    tell(visitor)
    send()
    smtp.at = {}
    tell(visitor, curator, key="event 2")
    assert send() == 2
    assert [message["To"] for message in smtp.messages] == [visitor.email, curator.email]


# --- kills and crowds -----------------------------------------------------------------------------

WORKER = """
import os, signal, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "apps.core.mail.SmtpBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
django.setup()
from django.db import transaction
from apps.accounts import services
from apps.accounts.services import mailing
where = sys.argv[3] if len(sys.argv) > 3 else ""
def dies(place, real):
    def step(*args, **kwargs):
        if where == f"before {place}":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **kwargs)
        if where == f"after {place}":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    return step
mailing._tie = dies("compose", mailing._tie)
mailing._claim = dies("claim", mailing._claim)
mailing._take_step = dies("hand-over", mailing._take_step)
mailing._speak = dies("speak", mailing._speak)
services.compose_mails()
services.deliver_mails()
"""


def worker(port, where=""):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], str(port), where],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tmeportal.settings"},
    )


def pass_leases():
    Mail.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("where", "left", "after"),
    [
        ("after compose", [], State.SENT),
        ("after claim", [State.SENDING], State.SENT),
        ("before hand-over", [State.SENDING], State.SENT),
        ("after hand-over", [State.HANDED_OVER], State.UNSURE),
        ("after speak", [State.HANDED_OVER], State.UNSURE),
    ],
)
def test_a_worker_killed_between_two_steps_never_makes_a_second_mail(visitor, smtp, where, left, after):
    tell(visitor)
    assert worker(smtp.port, where).wait(60) == -signal.SIGKILL
    assert states() == left
    taken_before = len(smtp.taken)
    assert send() == (1 if not left else 0), "while the lease lasts nobody else takes it"
    pass_leases()
    send()
    assert states() == [after]
    assert len(smtp.taken) <= 1
    assert len(smtp.taken) - taken_before == (1 if after == State.SENT else 0)
    assert Notice.objects.count() == 1, "on the page it stands in any case"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("word", "after", "taken"), [("EHLO", State.SENT, 1), ("RCPT", State.SENT, 1), ("END", State.UNSURE, 1)]
)
def test_a_worker_killed_while_the_server_is_silent_never_makes_a_second_mail(visitor, smtp, word, after, taken):
    tell(visitor)
    smtp.at = {word: SILENT}
    process = worker(smtp.port)
    assert smtp.reached.wait(60)
    process.kill()
    process.wait(60)
    smtp.at = {}
    pass_leases()
    send()
    assert states() == [after]
    assert len(smtp.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(smtp):
    people = UserFactory.create_batch(30)
    tell(*people)
    workers = [worker(smtp.port) for _ in range(2)]
    assert [process.wait(120) for process in workers] == [0, 0]
    send()  # what a worker that composed nothing left
    assert sorted(message["To"] for message in smtp.messages) == sorted(person.email for person in people)
    assert set(states()) == {State.SENT}


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_slept_past_its_lease_sends_nothing(visitor, smtp, monkeypatch):
    tell(visitor)
    services.compose_mails()
    slow = mailing._claim()
    pass_leases()
    assert services.deliver_mails() == 1
    assert mailing._send(slow, mailing.get_connection()) is False
    assert len(smtp.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_compose_at_once_make_one_mail(visitor):
    tell(visitor)
    gate, made = threading.Barrier(2), []

    def work():
        gate.wait()
        made.append(services.compose_mails())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(made) == 1
    assert Mail.objects.count() == 1


# --- the way out ----------------------------------------------------------------------------------


def path_in(message):
    return re.search(r"http://127.0.0.1:8000(/[^>]*)>", message.message()["List-Unsubscribe"] + ">")[1]


@pytest.mark.django_db
def test_looking_asks_and_one_click_ends_mails_of_that_kind(visitor):
    tell(visitor)
    send()
    path, stranger = path_in(mail.outbox[0]), Client(enforce_csrf_checks=True)
    assert "Under re-review" in stranger.get(path).content.decode()
    assert services.choices_of(visitor)[Kind.RE_REVIEW] == "at_once", "to look changes nothing"
    answer = stranger.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert services.choices_of(visitor)[Kind.RE_REVIEW] == "none"
    tell(visitor, key="event 2")
    assert send() == 0
    assert Notice.objects.count() == 2


@pytest.mark.django_db
def test_one_click_ends_the_subscription_that_the_mail_came_from(visitor, client):
    follows = services.subscribe(
        person=visitor, subject=Subscription.Subject.ENTRY, key="TMEE:0000001", label="TMEE:0000001", url="/"
    )
    services.choose_deliveries(person=visitor, choices={Kind.ENTRY: "at_once"})
    tell(visitor, kind=Kind.ENTRY, subscriptions=[follows])
    send()
    client.post(path_in(mail.outbox[0]))
    follows.refresh_from_db()
    assert follows.muted
    assert services.choices_of(visitor)[Kind.ENTRY] == "at_once"


@pytest.mark.django_db
def test_a_token_that_was_tampered_with_does_nothing(visitor, curator, client):
    path = services.stop_address(person=visitor.pk, kinds=[Kind.ENTRY]).removeprefix("http://127.0.0.1:8000")
    for wrong in (path[:-3] + "/", path.replace("/stop/", "/stop/x"), "/accounts/notifications/stop/1/"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong).status_code == 404
    assert services.choices_of(visitor)[Kind.ENTRY] == "daily"
