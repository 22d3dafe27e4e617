"""The audit log: what its filters leave, its pages by key, and that taking it along is a line of it."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Event
from apps.accounts.services import record_event, seal_events
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

AUDIT, HEAD = "/accounts/audit/", "/accounts/history-head/"


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def write(actor, verb="note", obj=None, **more):
    with transaction.atomic():
        return record_event(actor=actor, verb=verb, obj=obj or actor or UserFactory(), **more)


def rows(response):
    return re.findall(r"<time[^>]*>[^<]*</time></td>", response.content.decode())


def test_it_shows_who_did_what_to_what_and_why(admin, visitor):
    write(visitor, "request_changes", reason="Too <weak>", from_state="a", to_state="b")
    page = admin.get(AUDIT)
    text = text_of(page)
    assert "Vera Visitor asked for changes person" in text
    assert "a → b Too &lt;weak&gt;" in text
    assert f'href="/accounts/people/{visitor.pk}/"' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 3),
        ("person=vera", 1),
        ("person=portal", 1),
        ("verb=claim", 2),
        ("verb=claim&person=omar", 1),
        ("kind=user", 3),
        ("kind=user&number=0", 0),
        ("text=weak", 1),
        ("text=%22too+weak%22", 1),
        ("text=strong", 0),
        ("since=2026-03-02", 1),
        ("until=2026-03-01", 2),
        ("since=2026-03-01&until=2026-03-01", 1),
    ],
)
def test_each_filter_leaves_what_it_says(admin, visitor, other_curator, query, expected):
    days = [
        datetime(2026, 2, 27, tzinfo=UTC),
        datetime(2026, 3, 1, 23, 59, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
    ]
    made = [
        write(visitor, "note", reason="Too weak."),
        write(other_curator, "claim"),
        write(None, "claim", visitor),
    ]
    other = set(Event.objects.values_list("pk", flat=True)) - {one.pk for one in made}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_event DISABLE TRIGGER USER")
        for day, one in zip(days, made, strict=True):
            cursor.execute("UPDATE accounts_event SET at = %s WHERE id = %s", [day, one.pk])
        cursor.execute("DELETE FROM accounts_event WHERE id = ANY(%s)", [list(other)])
        cursor.execute("ALTER TABLE accounts_event ENABLE TRIGGER USER")
    page = admin.get(f"{AUDIT}?{query}")
    assert page.status_code == 200
    assert len(rows(page)) == expected
    assert ("Nothing matches" in text_of(page)) is (expected == 0)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("person=nobody-like-that", "Nobody here is called that"),
        ("since=2026-03-02&until=2026-03-01", "before the first day"),
        ("since=yesterday", "valid date"),
        ("verb=fly", "valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(admin, query, said):
    page = admin.get(f"{AUDIT}?{query}")
    assert page.status_code == 422
    assert said in text_of(page)
    assert not rows(page)


def test_pages_go_by_key_and_miss_nothing(admin, visitor):
    with transaction.atomic():
        for number in range(120):
            record_event(actor=visitor, verb="note", obj=visitor, reason=f"line {number}")
    seen, address = [], f"{AUDIT}?person=vera"
    while address:
        page = admin.get(address)
        seen += re.findall(r"line (\d+)", page.content.decode())
        following = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = AUDIT + following[1].replace("&amp;", "&") if following else ""
    assert seen == [str(number) for number in reversed(range(120))]
    assert admin.get(f"{AUDIT}?cursor=nonsense").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(admin, count):
    for _ in range(count):
        write(UserFactory(), obj=UserFactory())
    with CaptureQueriesContext(connection) as taken:
        admin.get(AUDIT)
    assert len(taken) == 8


@pytest.mark.parametrize("person", ["visitor", "editor"])
def test_it_is_for_administrators(client, request, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get(AUDIT).status_code == 403
    assert client.post(f"{AUDIT}export.csv").status_code == 403


# --- taking it along ---------------------------------------------------------------------------


def taken(client, kind, **wanted):
    answer = client.post(f"{AUDIT}export.{kind}", wanted)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_the_lines_hold_all_that_is_sealed(admin, visitor):
    write(visitor, "claim", reason="Why “so”", data={"n": 1})
    seal_events()
    line = json.loads(taken(admin, "ndjson", verb="claim"))
    event = Event.objects.get(verb="claim")
    assert line["id"] == event.pk
    assert line["actor"] == "Vera Visitor"
    assert line["reason"] == "Why “so”"
    assert line["data"] == {"n": 1}
    assert (line["place"], line["previous"], line["digest"]) == (event.place, event.previous, event.digest)


def test_a_spreadsheet_runs_nothing(admin, visitor):
    write(visitor, "claim", reason="=HYPERLINK()")
    (row,) = csv.DictReader(io.StringIO(taken(admin, "csv", verb="claim").removeprefix("\ufeff")))
    assert row["reason"] == "'=HYPERLINK()"
    assert row["verb"] == "claim"


def test_the_export_is_a_line_of_the_log_and_not_of_itself(admin, visitor, administrator):
    write(visitor, "claim")
    text = taken(admin, "ndjson", person="vera")
    event = Event.objects.last()
    assert event.verb == "export_audit"
    assert event.actor == administrator
    assert event.data == {"format": "ndjson", "filters": {"person": "vera"}}
    assert "export_audit" not in text


def test_an_export_that_makes_no_sense_leads_back(admin):
    assert admin.post(f"{AUDIT}export.csv", {"since": "x"}).status_code == 302
    assert not Event.objects.filter(verb="export_audit").exists()


# --- the head ----------------------------------------------------------------------------------


def test_everyone_may_witness_the_head(client, visitor):
    assert client.get(HEAD).json() == {"place": 0, "digest": "", "sealed_at": None}
    write(visitor)
    head = seal_events()
    answer = client.get(HEAD).json()
    assert (answer["place"], answer["digest"]) == (head.place, head.digest)


def test_the_page_shows_it(admin, visitor):
    write(visitor)
    head = seal_events()
    assert f"{head.place}:{head.digest}" in text_of(admin.get(AUDIT))
