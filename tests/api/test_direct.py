"""Answers straight from the database are those of the views: status, headers and bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from apps.catalogue import services
from apps.core.throttling import VisitorThrottle
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, PD1, VEGFA, published

from .test_short_way import Portal, as_in_a_test

pytestmark = pytest.mark.django_db

#: What differs by the moment, or that only the way by the views adds.
OTHERWISE = ("vary", "last-modified", "ratelimit", "ratelimit-policy")
LIST, ONE = "/api/v1/entries/", "/api/v1/entries/TMEE:0000001/"


@pytest.fixture
def catalogue():
    """Eight entries: two targets, every level, some of them not as they were published."""
    for number, level in enumerate(("A", "B", "C", "D1", "A", "B", "C", "D2")):
        target = PD1 if number % 3 else VEGFA
        cell_type = CD8_T_CELL if number % 2 else MACROPHAGE
        published(target=target, cell_types=(cell_type,), evidence__level=level)
    services.note_flags(accession="TMEE:0000003", reasons=["Wrong target"])
    services.put_under_review(accession="TMEE:0000004", reason="Doubts.", at=datetime(2026, 1, 1, tzinfo=UTC))
    services.note_retraction(accession="TMEE:0000005", state="concern")
    services.retract(accession="TMEE:0000006", reason="Wrong.")


@pytest.fixture
def portal(catalogue):
    """It has seen one answer of each kind, so that it knows what headers they have."""
    portal = Portal()
    portal.get(f"{LIST}?page_size=999")
    portal.get("/api/v1/entries/TMEE:0000002/")
    return portal


def directly():
    return REGISTRY.get_sample_value("portal_direct_answers_total") or 0


def by_the_view(path, **headers):
    environ = RequestFactory().get(path, headers=headers, HTTP_HOST="127.0.0.1").environ
    told = {}

    def start(status, lines):
        told.update(status=int(status[:3]), headers={name.lower(): value for name, value in lines})

    with as_in_a_test():
        body = b"".join(WSGIHandler()(environ, start))
    return told["status"], told["headers"], body


def compared(portal, path, **headers):
    """The portal's answer, which is the view's; and whether it came straight from the database."""
    before = directly()
    status, own, body = portal.get(path, **headers)
    wanted, other, text = by_the_view(path, **headers)
    assert (status, body) == (wanted, text), path
    left_out = (*OTHERWISE, "content-type", "content-length") if status == 304 else OTHERWISE
    assert {name: value for name, value in other.items() if name not in left_out}.items() <= own.items(), path
    straight = directly() > before
    assert {"vary", "ratelimit", "ratelimit-policy"} <= own.keys() or not straight or status == 304
    return status, own, body, straight


PLAIN = (
    "",
    "page_size=2",
    "page_size=3&ordering=-changed",
    "ordering=target&page_size=2",
    "ordering=-accession",
    f"target={PD1.id}",
    f"target={PD1.id}&page_size=1&level=",
    "target=PDCD1",
    "target=pdcd1,VEGFA&target=HGNC:8760",
    "target=!VEGFA",
    f"target=!{PD1.id}",
    "level=A,B",
    "level=!A&level=!B",
    f"cell_type={CD8_T_CELL.id}",
    f"cell_type={CD8_T_CELL.id},{MACROPHAGE.id}&level=A",
    f"cell_type_exact=!{MACROPHAGE.id}",
    "cancer=MONDO:0005105&therapy=CHEMBL:2108738",
    "target_class=immune_checkpoint&ordering=-target",
    "level=A&level=A",
    "q=macrophage",
    "q=T-cells+or+macrophages&level=A&page_size=1",
    "q=-neutrophil",
    "q=It%27s+or+%22untreated+melanoma%22",
    "q=nothing&q=melanoma",
    "q=&level=A",
    "ordering=relevance&q=macrophage",
    "ordering=relevance&q=melanoma+macrophage&target=VEGFA&page_size=1",
)
LEFT_TO_THE_VIEWS = (
    "level=Z",
    "levl=A",
    "target=NOBODY",
    "target=HGNC:0",
    "target=HGNC:0&level=A",
    "page_size=0",
    "page_size=1001",
    "cursor=nonsense",
    "ordering=sideways",
    "ordering=relevance",
    "ordering=relevance&q=%20",
    "q=%00",
    f"q={'long' * 101}",
    "fields=accession",
    "count=exact",
    "as_of=2026-01-01",
    "format=tsv",
    "year=2015",
    "reference=22000001",
    "level=%00",
    "target=%F0%28%8C%28",
)


def test_plain_pages_come_straight_and_are_those_of_the_view(portal, subtests):
    for query in PLAIN:
        with subtests.test(query):
            path = f"{LIST}?{query}" if query else LIST
            status, headers, body, straight = compared(portal, path)
            assert (status, straight) == (200, True)
            assert b'"results":[{' in body
            known = headers["etag"]
            for given, wanted in ((known, 304), (f'"other", W/{known}', 304), ('"other"', 200)):
                portal.reads._answers._kept.clear()
                assert compared(portal, path, if_none_match=given)[::3] == (wanted, True)


def test_what_is_not_plain_is_left_to_the_views(portal, subtests):
    for query in LEFT_TO_THE_VIEWS:
        with subtests.test(query):
            assert compared(portal, f"{LIST}?{query}")[3] is False


def test_all_pages_of_a_list_are_those_of_the_view(portal):
    for ordering in ("changed", "-changed", "target", "-target", "accession"):
        seen, path = [], f"{LIST}?page_size=2&ordering={ordering}"
        while path:
            _, headers, body, _ = compared(portal, path)
            links = dict(reversed(one.split("; rel=")) for one in headers.get("link", "").split(", ") if one)
            before = links.get('"prev"', "").strip("<>").removeprefix("http://127.0.0.1")
            if before:
                assert compared(portal, before)[0] == 200
            path = links.get('"next"', "").strip("<>").removeprefix("http://127.0.0.1")
            seen.append(body)
        assert len(seen) == 4


def test_all_pages_of_a_search_are_those_of_the_view(portal):
    for ordering in ("relevance", "-changed"):
        seen, path = 0, f"{LIST}?page_size=2&q=melanoma&ordering={ordering}"
        while path:
            _, headers, _, straight = compared(portal, path)
            links = dict(reversed(one.split("; rel=")) for one in headers.get("link", "").split(", ") if one)
            path = links.get('"next"', "").strip("<>").removeprefix("http://127.0.0.1")
            seen += straight
        assert seen > 1


VALUES = {
    "target": [PD1.id, f"!{PD1.id}", "VEGFA", "!vegfa", VEGFA.id, "HGNC:0"],
    "level": ["A", "!B", "C", "D1", "Z"],
    "cell_type": [CD8_T_CELL.id, f"!{MACROPHAGE.id}", MACROPHAGE.id],
    "cell_type_exact": [CD8_T_CELL.id, f"!{MACROPHAGE.id}"],
    "cancer": ["MONDO:0005105", "!MONDO:0005105"],
    "target_class": ["immune_checkpoint", "!vasculature"],
    "direction": ["supports", "!contradicts"],
    "q": ["macrophage", "melanoma trial", "-macrophage", "nowhere"],
}
FILTERS = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(values), min_size=1, max_size=2) for name, values in VALUES.items()}
)


def test_whatever_is_asked_for_both_ways_say_the_same(portal):
    straight = []

    @given(
        filters=FILTERS,
        ordering=st.sampled_from(["", "changed", "-target", "accession", "relevance"]),
        size=st.sampled_from(["", "1", "3", "1000", "1001"]),
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def search(filters, ordering, size):
        given = [(name, one) for name, values in filters.items() for one in values]
        given += [("ordering", ordering), ("page_size", size)]
        straight.append(compared(portal, f"{LIST}?{urlencode([pair for pair in given if pair[1]])}")[3])

    search()
    assert sum(straight) > 10


def test_single_entries_come_straight(portal):
    for number in (1, 2, 3, 4, 5):
        path = f"/api/v1/entries/TMEE:000000{number}/"
        portal.reads._answers._kept.clear()
        status, headers, _, straight = compared(portal, path)
        assert (status, straight) == (200, True)
        portal.reads._answers._kept.clear()
        assert compared(portal, path, if_none_match=headers["etag"])[::3] == (304, True)
        assert compared(portal, f"{path}?fields=accession")[3] is False


def test_tombstones_and_unknown_entries_are_left_to_the_view(portal):
    assert compared(portal, "/api/v1/entries/TMEE:0000006/")[::3] == (410, False)
    assert compared(portal, "/api/v1/entries/TMEE:9999999/")[::3] == (404, False)


def test_other_media_types_and_hosts_are_left_to_the_views(portal):
    assert compared(portal, ONE, accept="text/tab-separated-values")[3] is False
    assert compared(portal, ONE, accept="application/json")[3] is True
    assert compared(portal, LIST, if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT")[3] is False
    assert portal.get(f"{LIST}?page_size=4", host="elsewhere.example")[0] == 400


def test_a_further_page_of_a_shape_costs_one_query(portal, django_assert_num_queries):
    portal.get(f"{LIST}?level=A&target=PDCD1&page_size=2")
    portal.get(f"{LIST}?level=B&target=VEGFA&page_size=2")
    portal.reads._answers.seconds = 3600
    with django_assert_num_queries(1):
        assert portal.get(f"{LIST}?target=VEGFA&level=A&page_size=2")[0] == 200
    with django_assert_num_queries(0):
        assert portal.get(f"{LIST}?target=VEGFA&level=A&page_size=2")[0] == 200


def test_names_are_looked_up_anew_when_the_catalogue_changes(portal):
    assert compared(portal, f"{LIST}?target=KDR")[0] == 400
    published(target=replace(VEGFA, id="HGNC:6307", symbol="KDR"))
    status, _, body, straight = compared(portal, f"{LIST}?target=KDR")
    assert (status, straight) == (200, True)
    assert b"HGNC:6307" in body


def test_they_count_for_the_limits(portal, monkeypatch):
    monkeypatch.setattr(VisitorThrottle, "THROTTLE_RATES", {"anon": "3/min"})
    answers = [portal.get(f"{LIST}?page_size={size}", x_forwarded_for="") for size in range(10, 15)]
    assert [status for status, *_ in answers].count(429) >= 2
    assert answers[0][1]["ratelimit-policy"] == '"anon";q=3;w=60'


def test_they_are_counted_by_the_handful(portal, monkeypatch):
    monkeypatch.setattr(VisitorThrottle, "THROTTLE_RATES", {"anon": "500/min"})
    taken = []
    take = VisitorThrottle.take
    monkeypatch.setattr(
        VisitorThrottle, "take", lambda self, key, count=1: taken.append(count) or take(self, key, count)
    )
    answers = [portal.get(f"{LIST}?page_size={size}") for size in range(10, 21)]
    left = [int(headers["ratelimit"].split("r=")[1].partition(";")[0]) for _, headers, _ in answers]
    assert taken == [5, 5, 5]
    # Within a handful one by one; the next is told what has come back meanwhile.
    assert left[:5] == [left[0] - spent for spent in range(5)]


def test_that_nothing_changed_is_remembered_too(portal, django_assert_num_queries):
    answers = portal.reads._answers
    answers.seconds = 3600
    for path in (ONE, f"{LIST}?level=A&page_size=2"):
        _, headers, whole = portal.get(path)
        answers._kept.clear()
        answers._bytes = 0
        assert portal.get(path, if_none_match=headers["etag"])[0] == 304
        with django_assert_num_queries(0):
            assert portal.get(path, if_none_match=headers["etag"])[::2] == (304, b"")
        with django_assert_num_queries(1):
            assert portal.get(path)[::2] == (200, whole)
        with django_assert_num_queries(0):
            assert portal.get(path)[::2] == (200, whole)
            assert portal.get(path, if_none_match='"other"')[0] == 200
        assert answers._bytes == len(whole) + 2_000
