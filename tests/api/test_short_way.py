"""The short way of public reads: the same answers as the long one, given again only while they hold."""

from contextlib import contextmanager

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from apps.catalogue import services
from apps.catalogue.models import Revision
from tests.factories.catalogue import PD1, published
from tmeportal.reads import Answers, PublicReads

pytestmark = pytest.mark.django_db


class Portal:
    """The application as a server calls it."""

    def __init__(self, seconds=0.0, most=10_000_000):
        self.whole = 0
        self.reads = PublicReads(self._whole, Answers(most, seconds, how_far))

    def _whole(self, environ, start):
        self.whole += 1
        return WSGIHandler()(environ, start)

    def get(self, path, method="get", **headers):
        environ = getattr(RequestFactory(), method)(path, headers=headers, HTTP_HOST="127.0.0.1").environ
        told = {}

        def start(status, lines):
            told.update(status=int(status[:3]), headers={name.lower(): value for name, value in lines})

        with as_in_a_test():
            body = self.reads(environ, start)
        return told["status"], told["headers"], b"".join(body)


def how_far():
    return Revision.objects.values_list(*Revision.TOLD).first()


@contextmanager
def as_in_a_test():
    """The connection, with the transaction that the test goes on in, stays open."""
    was_there = request_started.disconnect(close_old_connections)
    try:
        yield
    finally:
        if was_there:
            request_started.connect(close_old_connections)


OTHERWISE = ("vary", "last-modified", "ratelimit", "ratelimit-policy")
ADDRESSES = [
    "/api/v1/",
    "/api/v1/entries/",
    "/api/v1/entries/?target=PDCD1&page_size=1",
    "/api/v1/entries/?format=tsv",
    "/api/v1/entries/TMEE:0000001/",
    "/api/v1/entries/TMEE:0000001/versions/1/",
    "/api/v1/facets/",
    "/api/v1/targets/",
    f"/api/v1/targets/{PD1.id}/",
    "/api/v1/changes/",
    "/api/v1/entries/?level=Z",
    "/api/v1/entries/TMEE:9999999/",
    "/api/v1/nowhere/",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_short_way_answers_as_the_long_one(path):
    published()
    published()
    portal = Portal()
    environ = RequestFactory().get(path, HTTP_HOST="127.0.0.1").environ
    told = {}

    def start(status, lines):
        told.update(status=int(status[:3]), headers={name.lower(): value for name, value in lines})

    with as_in_a_test():
        body = b"".join(WSGIHandler()(environ, start))
    for _ in range(2):  # computed, and given again
        status, headers, short = portal.get(path)
        assert (status, short) == (told["status"], body)
        # Only the long way looks at cookies; and within the second of a change, the date of the one before is told.
        own = {name: value for name, value in told["headers"].items() if name not in OTHERWISE}
        assert own.items() <= headers.items()
    assert not portal.whole


def test_an_answer_is_given_again_until_the_catalogue_changes(django_assert_num_queries):
    first = published()
    portal = Portal(seconds=0)
    _, before, _ = portal.get("/api/v1/entries/")

    with django_assert_num_queries(1):  # how far the catalogue has come
        status, headers, body = portal.get("/api/v1/entries/")
    assert (status, headers["etag"]) == (200, before["etag"])
    published()
    _, after, body = portal.get("/api/v1/entries/")
    assert after["etag"] != before["etag"]
    assert b"TMEE:0000002" in body

    services.retract(accession=first.accession, reason="Wrong.")
    assert portal.get(f"/api/v1/entries/{first.accession}/")[0] == 410


def test_within_its_time_nothing_is_asked_of_the_database(django_assert_num_queries):
    published()
    portal = Portal(seconds=60)
    _, headers, _ = portal.get("/api/v1/entries/TMEE:0000001/")

    with django_assert_num_queries(0):
        assert portal.get("/api/v1/entries/TMEE:0000001/")[0] == 200
        status, own, body = portal.get("/api/v1/entries/TMEE:0000001/", if_none_match=headers["etag"])
        weak = portal.get("/api/v1/entries/TMEE:0000001/", if_none_match=f'"other", W/{headers["etag"]}')
    assert (status, body, weak[0]) == (304, b"", 304)
    assert own["etag"] == headers["etag"]
    assert own["last-modified"] == headers["last-modified"]
    assert "content-length" not in own
    assert portal.get("/api/v1/entries/TMEE:0000001/", if_none_match='"another"')[0] == 200


def test_formats_hosts_and_addresses_are_kept_apart():
    published()
    portal = Portal(seconds=60)
    texts = [
        portal.get("/api/v1/entries/"),
        portal.get("/api/v1/entries/?format=ndjson"),
        portal.get("/api/v1/entries/", accept="text/tab-separated-values"),
        portal.get("/api/v1/entries/?page_size=1"),
    ]
    assert len({headers["etag"] for _, headers, _ in texts}) == 4
    assert portal.get("/api/v1/entries/", host="elsewhere.example")[0] == 400


def test_who_brings_a_cookie_or_a_token_goes_the_long_way():
    published()
    portal = Portal()
    portal.get("/api/v1/entries/", cookie="tme_session=1")
    assert portal.get("/api/v1/entries/", authorization="Token nonsense")[0] == 401
    portal.get("/api/v1/docs/")
    portal.get("/api/v1/curation/submissions/")
    portal.get("/api/v1/entries/", method="head")
    portal.get("/healthz")
    assert portal.whole == 6


def test_errors_and_what_is_told_one_caller_alone_are_not_kept():
    portal = Portal(seconds=60)
    assert portal.get("/api/v1/entries/TMEE:0000001/")[0] == 404
    published()
    assert portal.get("/api/v1/entries/TMEE:0000001/")[0] == 200
    _, headers, _ = portal.get("/api/v1/entries/TMEE:0000001/")
    assert not any(name.startswith("ratelimit") for name in headers)


def test_it_keeps_within_its_bounds():
    now = 1
    answers = Answers(most=40_000, seconds=0, read=lambda: now)
    state = answers.state()
    for number in range(10):
        answers.keep((number,), state, ("tag", [], b"x" * 2_900))
    kept = [number for number in range(10) if answers.find((number,))]
    assert kept == [2, 3, 4, 5, 6, 7, 8, 9]
    answers.keep(("large",), state, ("tag", [], b"x" * 30_000))
    assert answers.find(("large",)) is None


def test_what_was_computed_before_a_change_is_not_kept_after_it():
    now = 1
    answers = Answers(most=40_000, seconds=0, read=lambda: now)
    before = answers.state()
    now = 2
    answers.state()
    answers.keep(("key",), before, ("tag", [], b"old"))
    assert answers.find(("key",)) is None
