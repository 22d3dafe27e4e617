"""The chain of events: sealed once, never waiting for anybody; whatever is done to the past, the check names it."""

import hashlib
import json
import threading
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from apps.accounts.chain import GENESIS, Checker, Head, digest_of, linked
from apps.accounts.models import ChainHead, Event
from apps.accounts.services import chain_head, record_event, seal_events, sealing, verify_events
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 10, 0, 0, 1, tzinfo=UTC)


def write(person, count=1, **more):
    with transaction.atomic():
        return [record_event(actor=person, verb="note", obj=person, reason=f"line {n}", **more) for n in range(count)]


def tampered(sql, *values):
    """As a superuser who has switched the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_event DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE accounts_event ENABLE TRIGGER USER")


@pytest.fixture
def sealed(visitor):
    """Five sealed events, oldest first."""
    write(visitor, 5, data={"é": [1, 2.5, None, {"b": True, "a": "“”"}]})
    seal_events()
    assert Event.objects.unsealed().count() == 0
    return list(Event.objects.order_by("place"))[-5:]


# --- pure --------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_published_form():
    content = (1, AT, None, "note", "user", "7", "", "", "“é”", {"b": 1, "a": [1.5, None]})
    text = (
        '["tme-event-1",1,"2026-03-02T10:00:00.000001+00:00",null,"note","user","7","","","“é”",{"a":[1.5,null],"b":1}]'
    )
    assert digest_of(GENESIS, content) == hashlib.sha256(bytes(32) + text.encode()).hexdigest()


def test_each_link_holds_the_one_before():
    first, second = linked(Head(), [(1,), (2,)])
    assert (first.place, first.previous, second.place, second.previous) == (1, GENESIS, 2, first.digest)
    checker = Checker(lambda digest: None)
    assert checker.take(first)
    assert checker.take(second)
    assert checker.end(Head(2, second.digest))


# --- sealing -----------------------------------------------------------------------------------


def test_events_are_sealed_in_their_order_without_a_gap(sealed):
    places = list(Event.objects.order_by("pk").values_list("place", flat=True))
    assert places == list(range(1, len(places) + 1))
    assert chain_head() == Head(sealed[-1].place, sealed[-1].digest)
    assert verify_events() == (chain_head(), None)


def test_in_batches_of_any_size(visitor, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    write(visitor, 5)
    seal_events()
    assert Event.objects.unsealed().count() == 0
    assert verify_events()[1] is None


def test_again_changes_nothing(sealed):
    head = chain_head()
    assert seal_events() == head
    assert verify_events() == (head, None)


def test_what_came_later_goes_on_from_the_head(sealed, visitor):
    before = chain_head()
    (event,) = write(visitor)
    assert seal_events().place == before.place + 1
    event.refresh_from_db()
    assert event.previous == before.digest


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_event SET reason = 'x' WHERE id = %s",
        "UPDATE accounts_event SET digest = repeat('0', 64) WHERE id = %s",
        "UPDATE accounts_event SET place = NULL, previous = '', digest = '' WHERE id = %s",
        "DELETE FROM accounts_event WHERE id = %s",
    ],
)
def test_the_database_refuses_to_touch_a_sealed_event(sealed, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [sealed[0].pk])


def test_sealing_changes_nothing_else(visitor):
    (event,) = write(visitor)
    seal = "place = 99, previous = repeat('0', 64), digest = repeat('0', 64)"
    for column, value in (("reason", "'x'"), ("actor_id", "NULL"), ("data", "'[1]'"), ("at", "now()"), ("verb", "'x'")):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_event SET {seal}, {column} = {value} WHERE id = %s", [event.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_event SET {seal} WHERE id = %s", [event.pk])
        assert cursor.rowcount == 1


# --- tampering ---------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["reason", "verb", "object_id", "from_state", "to_state", "object_type"])
def test_a_changed_event_is_named(sealed, column):
    tampered(f"UPDATE accounts_event SET {column} = 'x' WHERE id = %s", sealed[2].pk)
    _, broken = verify_events()
    assert (broken.kind, broken.place, broken.event) == ("changed", sealed[2].place, sealed[2].pk)


@pytest.mark.parametrize("change", ["at = at + interval '1 microsecond'", "actor_id = NULL", "data = '{}'"])
def test_so_is_one_whose_time_person_or_data_changed(sealed, change):
    tampered(f"UPDATE accounts_event SET {change} WHERE id = %s", sealed[1].pk)
    assert verify_events()[1].event == sealed[1].pk


def test_a_changed_event_with_a_digest_made_anew_breaks_the_next(sealed):
    row = sealed[2]
    content = tuple(Event.objects.values_list(*sealing.CONTENT).get(pk=row.pk))
    forged = (*content[:8], "forged", content[9])
    tampered(
        "UPDATE accounts_event SET reason = 'forged', digest = %s WHERE id = %s",
        digest_of(row.previous, forged),
        row.pk,
    )
    _, broken = verify_events()
    assert broken.place == sealed[3].place
    assert broken.kind == "removed"


def test_a_removed_event_is_missed(sealed):
    tampered("DELETE FROM accounts_event WHERE id = %s", sealed[2].pk)
    _, broken = verify_events()
    assert (broken.kind, broken.place) == ("removed", sealed[2].place)


def test_so_is_one_whose_gap_was_closed(sealed):
    tampered("DELETE FROM accounts_event WHERE id = %s", sealed[2].pk)
    for event in sealed[3:]:
        tampered("UPDATE accounts_event SET place = place - 1 WHERE id = %s", event.pk)
    _, broken = verify_events()
    assert (broken.kind, broken.event) == ("removed", sealed[3].pk)


def test_so_is_the_last(sealed):
    tampered("DELETE FROM accounts_event WHERE id = %s", sealed[-1].pk)
    _, broken = verify_events()
    assert (broken.kind, broken.place) == ("removed", sealed[-1].place)


def test_an_inserted_event_is_named(sealed, visitor):
    for event in reversed(sealed[2:]):
        tampered("UPDATE accounts_event SET place = place + 1 WHERE id = %s", event.pk)
    (forged,) = write(visitor)
    content = tuple(Event.objects.values_list(*sealing.CONTENT).get(pk=forged.pk))
    previous = sealed[1].digest
    tampered(
        "UPDATE accounts_event SET place = %s, previous = %s, digest = %s WHERE id = %s",
        *(sealed[2].place, previous, digest_of(previous, content), forged.pk),
    )
    _, broken = verify_events()
    assert (broken.kind, broken.place) == ("inserted", sealed[2].place)


def test_so_is_one_put_at_the_end(sealed, visitor):
    (forged,) = write(visitor)
    content = tuple(Event.objects.values_list(*sealing.CONTENT).get(pk=forged.pk))
    head = chain_head()
    tampered(
        "UPDATE accounts_event SET place = %s, previous = %s, digest = %s WHERE id = %s",
        *(head.place + 1, head.digest, digest_of(head.digest, content), forged.pk),
    )
    assert verify_events()[1].kind == "inserted"


def test_two_that_changed_places_are_named(sealed):
    one, two = sealed[1], sealed[3]
    tampered("UPDATE accounts_event SET place = 999999 WHERE id = %s", one.pk)
    tampered("UPDATE accounts_event SET place = %s WHERE id = %s", one.place, two.pk)
    tampered("UPDATE accounts_event SET place = %s WHERE id = %s", two.place, one.pk)
    _, broken = verify_events()
    assert (broken.kind, broken.place, broken.event) == ("reordered", one.place, two.pk)


def test_a_past_made_anew_does_not_pass_a_head_that_was_noted_down(sealed):
    witnessed = chain_head()
    tampered("UPDATE accounts_event SET place = NULL, previous = '', digest = '', reason = 'forged'")
    ChainHead.objects.all().delete()
    seal_events()
    assert verify_events()[1] is None
    _, broken = verify_events(witnessed=witnessed)
    assert (broken.kind, broken.place) == ("changed", witnessed.place)


# --- the command -------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    try:
        call_command("verify_events", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_that_all_is_well(sealed, visitor):
    write(visitor)
    code, text = run()
    head = chain_head()
    assert code == 0
    assert f"Intact: {head.place} events, head {head.place}:{head.digest}" in text
    assert "1 newer events are not sealed yet" in text
    assert run("--head", f"{sealed[1].place}:{sealed[1].digest}")[0] == 0


def test_the_command_names_the_break_and_ends_with_1(sealed):
    tampered("UPDATE accounts_event SET reason = 'x' WHERE id = %s", sealed[2].pk)
    code, text = run("--json")
    answer = json.loads(text)
    assert code == 1
    assert answer["intact"] is False
    assert answer["broken"]["event"] == sealed[2].pk
    assert f"event {sealed[2].pk}" in run()[1]


# --- at the same moment ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_sealed_later_and_nobody_waits():
    person = UserFactory()
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                record_event(actor=None, verb="note", obj=person, reason="late")
                begun.set()
                assert go_on.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(20)
    write(person)
    seal_events()
    assert list(Event.objects.sealed().values_list("reason", flat=True)) == ["line 0"]
    go_on.set()
    thread.join()
    seal_events()
    assert list(Event.objects.sealed().order_by("place").values_list("reason", flat=True)) == ["line 0", "late"]
    assert verify_events()[1] is None


@pytest.mark.django_db(transaction=True)
def test_many_who_write_and_seal_at_once_leave_one_whole_chain(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    person = UserFactory()

    def work():
        try:
            for _ in range(10):
                write(person, 3)
                seal_events()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_events()
    assert Event.objects.sealed().count() == 120
    assert verify_events()[1] is None
