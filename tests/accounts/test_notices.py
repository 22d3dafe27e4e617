"""Notices: told once, read by their owner alone, mailed once."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from apps.accounts import services, tasks
from apps.accounts.models import Notice
from tests.factories.accounts import UserFactory

KIND = Notice.Kind.RE_REVIEW


def tell(*people, key="event 1", text="A paper was retracted.", url="/entries/TMEE:0000001/"):
    with transaction.atomic():
        services.notify(people=people, kind=KIND, text=text, url=url, key=key)


def texts(person):
    return list(Notice.objects.of(person).values_list("text", flat=True))


# --- telling ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_is_told_once_however_often_it_is_said(visitor, curator):
    tell(visitor, curator, visitor)
    tell(visitor, text="The same event in other words.")
    tell(visitor, key="event 2", text="Another event.")
    assert texts(visitor) == ["Another event.", "A paper was retracted."]
    assert texts(curator) == ["A paper was retracted."]


@pytest.mark.django_db
def test_a_closed_account_is_told_nothing():
    person = UserFactory(is_active=False)
    tell(person)
    assert texts(person) == []


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_written_only_with_its_event(visitor):
    with pytest.raises(transaction.TransactionManagementError):
        services.notify(people=[visitor], kind=KIND, text="Nothing happened.", url="/", key="none")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "entries/"]
)
def test_a_notice_leads_nowhere_but_into_the_site(visitor, url):
    with pytest.raises(IntegrityError):
        tell(visitor, url=url)


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_reading_concerns_ones_own_notices_alone(visitor, curator):
    tell(visitor, curator)
    tell(visitor, key="event 2")
    of_curator = Notice.objects.of(curator).get()
    assert services.mark_read(person=visitor, notices=[of_curator.pk]) == 0
    assert services.mark_read(person=visitor, notices=[Notice.objects.of(visitor)[0].pk]) == 1
    assert services.mark_read(person=visitor) == 1
    assert services.mark_read(person=visitor) == 0
    assert Notice.objects.of(curator).unread().count() == 1


@pytest.mark.django_db
def test_the_page_lists_the_newest_first_and_marks_one_or_all(client, visitor, curator):
    tell(visitor, text="The first <b>event</b>.")
    tell(visitor, key="event 2", text="The second event.")
    tell(curator, key="event 3", text="Somebody else's.")
    client.force_login(visitor)
    page = client.get("/accounts/notices/").content.decode()
    assert page.index("The second event.") < page.index("The first &lt;b&gt;event&lt;/b&gt;.")
    assert "Somebody else" not in page
    assert "Notices (2 unread)" in page

    newest = Notice.objects.of(visitor)[0]
    page = client.post("/accounts/notices/read/", {"notice": newest.pk}, follow=True).content.decode()
    assert "Notices (1 unread)" in page
    page = client.post("/accounts/notices/read/", follow=True).content.decode()
    assert "unread" not in page
    assert "The first" in page
    assert Notice.objects.of(curator).unread().count() == 1


@pytest.mark.django_db
def test_a_number_that_is_none_marks_nothing(client, visitor):
    tell(visitor)
    client.force_login(visitor)
    for number in ("", "x", "9" * 40, "-1", "²"):
        assert client.post("/accounts/notices/read/", {"notice": number}).status_code == 302
    assert Notice.objects.unread().count() == 1


@pytest.mark.django_db
def test_an_empty_page_says_what_would_stand_there(client, visitor):
    client.force_login(visitor)
    page = client.get("/accounts/notices/").content.decode()
    assert "Nothing to tell you" in page
    assert "Mark all as read" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_notices(client, visitor, count, django_assert_num_queries):
    for n in range(count):
        tell(visitor, key=f"event {n}")
    client.force_login(visitor)
    with django_assert_num_queries(7):
        client.get("/accounts/notices/")


# --- mail ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_notice_is_mailed_once_with_its_address(visitor):
    tell(visitor, text="“Cells & stroma” was retracted.")
    tasks.mail_notices()
    tasks.mail_notices()
    (message,) = mail.outbox
    notice = Notice.objects.get()
    assert message.to == [visitor.email]
    assert "“Cells & stroma” was retracted." in message.body
    assert "http://127.0.0.1:8000/entries/TMEE:0000001/" in message.body
    assert message.message()["Message-ID"] == f"<notice-{notice.pk}@127.0.0.1>"
    assert notice.mailed_at


@pytest.mark.django_db
def test_what_was_read_is_old_or_has_no_address_is_not_mailed(visitor):
    tell(visitor, UserFactory(email=""))
    services.mark_read(person=visitor)
    tell(visitor, key="event 2")
    Notice.objects.filter(key="event 2").update(created_at=timezone.now() - timedelta(days=8))
    tasks.mail_notices()
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_mail_that_fails_is_tried_again_and_keeps_no_other_back(visitor, curator, monkeypatch):
    tell(visitor, curator)
    sent = mail.EmailMessage.send

    def send(message, *args):
        if message.to == [visitor.email]:
            raise ConnectionRefusedError("no mail server")
        return sent(message, *args)

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", send)
        tasks.mail_notices()
    assert [message.to for message in mail.outbox] == [[curator.email]]
    tasks.mail_notices()
    assert [message.to for message in mail.outbox] == [[curator.email], [visitor.email]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(visitor):
    tell(visitor)
    notice, gate, sent = Notice.objects.get(), threading.Barrier(2), []

    def work():
        gate.wait()
        sent.append(services.mail_notice(notice_id=notice.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(sent) == [False, True]
    assert len(mail.outbox) == 1
