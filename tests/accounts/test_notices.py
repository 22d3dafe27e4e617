"""Notices: told once, read by their owner alone, mailed as they chose; and what they follow."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from apps.accounts import services
from apps.accounts.models import Notice, NoticeChoice, Subscription
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
    assert "unread)" not in page
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


@pytest.mark.django_db
def test_the_page_shows_one_kind_or_the_unread_alone(client, visitor):
    tell(visitor, text="Read long ago.")
    services.mark_read(person=visitor)
    tell(visitor, key="event 2", text="Under re-review, unread.")
    with transaction.atomic():
        services.notify(people=[visitor], kind=Notice.Kind.MENTION, text="Named you.", url="/", key="event 3")
    client.force_login(visitor)
    page = client.get("/accounts/notices/?kind=re_review&unread=on").content.decode()
    assert "Under re-review, unread." in page
    assert "Read long ago." not in page
    assert "Named you." not in page
    assert "No such notice" in client.get("/accounts/notices/?kind=queue").content.decode()
    assert client.get("/accounts/notices/?kind=nonsense").status_code == 200


# --- one event, one notice ------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_actor_is_not_told_of_their_own_act(visitor, curator):
    with transaction.atomic():
        services.notify(people=[visitor, curator], kind=KIND, text="Done.", url="/", key="event", actor=visitor)
    assert texts(visitor) == []
    assert texts(curator) == ["Done."]


@pytest.mark.django_db
def test_an_event_told_of_beside_another_is_not_told_again(visitor, curator):
    with transaction.atomic():
        services.notify(people=[visitor], kind=KIND, text="Of two.", url="/", key="a", also=["b"])
        services.notify(people=[visitor, curator], kind=KIND, text="Of the second.", url="/", key="b")
    assert texts(visitor) == ["Of two."]
    assert texts(curator) == ["Of the second."]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_telling_many_people_costs_three_queries(count, django_assert_num_queries):
    people = UserFactory.create_batch(count)
    with transaction.atomic(), django_assert_num_queries(3):
        services.notify(people=people, kind=KIND, text="Done.", url="/", key="event")
    assert Notice.objects.count() == count


# --- choices --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_choices_are_shown_saved_and_hold_for_what_waits(client, visitor):
    tell(visitor)
    client.force_login(visitor)
    page = client.get("/accounts/notifications/").content.decode()
    assert 'value="at_once" aria-label="Under re-review: At once" checked' in page
    assert "Retractions to look at" not in page, "that kind is for editors"
    choices = {kind.value: how.value for kind, how in services.choices_of(visitor).items()} | {"re_review": "weekly"}
    answer = client.post("/accounts/notifications/", choices, follow=True)
    assert 'value="weekly" aria-label="Under re-review: Once a week" checked' in answer.content.decode()
    assert Notice.objects.get().delivery == "weekly"
    tell(visitor, key="event 2")
    assert set(Notice.objects.values_list("delivery", flat=True)) == {"weekly"}


@pytest.mark.django_db
def test_a_choice_that_is_none_is_refused_and_the_others_stay_chosen(client, visitor):
    client.force_login(visitor)
    choices = {kind.value: "none" for kind in services.kinds_for(visitor)} | {"mention": "hourly"}
    answer = client.post("/accounts/notifications/", choices)
    assert answer.status_code == 422
    assert 'value="none" aria-label="Reply to your comment: No e-mail" checked' in answer.content.decode()
    assert not NoticeChoice.objects.exists()


@pytest.mark.django_db
def test_every_kind_has_its_row_for_an_editor(client, editor):
    client.force_login(editor)
    page = client.get("/accounts/notifications/").content.decode()
    assert [kind for kind in Notice.Kind if f'name="{kind.value}"' not in page] == []


# --- subscriptions --------------------------------------------------------------------------------

ENTRY = Subscription.Subject.ENTRY


def follow(person, key="TMEE:0000001"):
    return services.subscribe(person=person, subject=ENTRY, key=key, label=key, url=f"/entries/{key}/")


@pytest.mark.django_db
def test_who_takes_part_stays_muted(client, visitor):
    follow(visitor)
    mine = Subscription.objects.get()
    client.force_login(visitor)
    client.post(f"/accounts/notifications/subscriptions/{mine.pk}/", {"muted": "yes"})
    services.take_part(people=[visitor], subject=ENTRY, key=mine.key, label="", url="/", why=Subscription.Why.COMMENTER)
    assert [one.muted for one in Subscription.objects.all()] == [True]
    assert "Follow again" in client.get("/accounts/notifications/").content.decode()
    follow(visitor)
    assert [one.muted for one in Subscription.objects.all()] == [False]


@pytest.mark.django_db
def test_nobody_mutes_what_another_follows(client, visitor, curator):
    follow(curator)
    client.force_login(visitor)
    assert client.post(f"/accounts/notifications/subscriptions/{Subscription.objects.get().pk}/").status_code == 404


@pytest.mark.django_db
def test_subscriptions_follow_what_something_became(visitor, curator, editor):
    for person in (visitor, curator):
        follow(person)
    services.unsubscribe(person=curator, subject=ENTRY, key="TMEE:0000001")
    follow(editor, "TMEE:0000002")
    follow(visitor, "TMEE:0000002")
    services.unsubscribe(person=visitor, subject=ENTRY, key="TMEE:0000002")
    heirs = {"TMEE:0000001": services.Heir("TMEE:0000002", "The heir", "/heir/")}
    services.move_subscriptions(subject=ENTRY, heirs=heirs)
    kept = {(one.person_id, one.key, one.muted) for one in Subscription.objects.all()}
    assert kept == {
        (visitor.pk, "TMEE:0000002", True),
        (curator.pk, "TMEE:0000002", True),
        (editor.pk, "TMEE:0000002", False),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_subscriptions(client, visitor, count, django_assert_num_queries):
    for n in range(count):
        follow(visitor, f"TMEE:000000{n}")
    client.force_login(visitor)
    with django_assert_num_queries(7):
        client.get("/accounts/notifications/")
