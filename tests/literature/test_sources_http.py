"""Asking services: the pace, patience with faults, and what is told when they do not end."""

import gzip
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
import redis
from django.conf import settings as django_settings

from apps.literature.sources import PubMed, SourceRefused, SourceUnavailable, http, limits
from tests.literature import services_stub as faults


@pytest.fixture
def pubmed(services_stub):
    services_stub.know(1, 2)
    return services_stub


def fetch() -> set[str]:
    return set(PubMed().fetch(["pmid:1", "pmid:2", "pmid:3"]))


KNOWN = {"pmid:1", "pmid:2"}


# --- what passes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500),
        faults.status(502, b"<html>Bad gateway</html>", faults.HTML),
        faults.status(503),
        faults.status(408),
        faults.status(429, b'{"error":"API rate limit exceeded","count":"11"}', faults.JSON),
        faults.instead(b'{"error":"API rate limit exceeded","count":"11"}', faults.JSON),
        faults.instead(b"<eFetchResult><ERROR>Search Backend failed: temporarily</ERROR></eFetchResult>"),
        faults.instead(b'<?xml version="1.0"?><pmc-articleset></pmc-articleset>'),
        faults.instead(b""),
        faults.instead(b"\x00\xff\xfe garbage \x80"),
        faults.instead(gzip.compress(b"")),
        faults.web_page(),
        faults.cut(),
        faults.broken_off(),
        faults.reset(),
    ],
)
def test_a_passing_fault_is_asked_past(pubmed, slept, fault):
    pubmed.fail(fault, fault)
    assert fetch() == KNOWN
    assert len(pubmed.asked) == 3


def test_waits_grow_and_differ(pubmed, slept, settings):
    settings.SOURCES_BACKOFF_SECONDS = 1.0
    pubmed.fail(*[faults.status(500)] * 4)
    fetch()
    backoff = [seconds for seconds in slept if seconds > 0.5]
    assert len(backoff) >= 4
    assert 1 <= backoff[0] <= 2
    assert 4 <= sum(backoff[3:]) <= 20


@pytest.mark.parametrize("code", [429, 503])
def test_a_service_is_left_alone_as_long_as_it_asks(pubmed, slept, code):
    pubmed.fail(faults.status(code, Retry_After="7"))
    assert fetch() == KNOWN
    assert sum(slept) >= 6.5
    assert max(slept) <= http.BREATH


def test_a_service_may_name_the_moment_until_which_it_is_left_alone(pubmed, slept, settings):
    settings.SOURCES_LONGEST_WAIT = 700
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    pubmed.fail(faults.status(429, Retry_After=moment))
    assert fetch() == KNOWN
    assert sum(slept) >= 550


def test_others_leave_it_alone_too(pubmed, slept):
    pubmed.fail(faults.status(429, Retry_After="30"))
    fetch()
    assert limits.take_turn("pubmed", 1) > 25
    assert limits.take_turn("europepmc", 1) < 5


def test_who_wants_to_be_left_alone_for_long_is_not_waited_for(pubmed, slept):
    pubmed.fail(faults.status(503, Retry_After="3600"))
    with pytest.raises(SourceUnavailable, match="gave no usable answer when asked: error 503") as failure:
        fetch()
    assert failure.value.seconds == 3600
    assert len(pubmed.asked) == 1


@pytest.mark.parametrize("value", ["", "soon", "-5", "²", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 400])
def test_an_odd_wish_does_no_harm(value):
    assert 0 <= http.retry_after(value) < 1e9


# --- what does not pass -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.status(500), "error 500"),
        (faults.status(429), "it asks us to slow down"),
        (faults.web_page(), "a web page instead of an answer"),
        (faults.cut(), "a damaged answer"),
        (faults.broken_off(), "the connection broke off"),
        (faults.reset(), "the connection broke off"),
        (faults.instead(b" "), "an empty answer"),
        (faults.instead(b'["no", "object"]', faults.JSON), "an answer of another kind"),
    ],
)
def test_a_lasting_fault_is_told_after_five_tries(pubmed, slept, fault, says):
    pubmed.fail(*[fault] * 9)
    with pytest.raises(SourceUnavailable) as failure:
        fetch()
    assert failure.value.reason == f"PubMed gave no usable answer in 5 tries: {says}."
    assert len(pubmed.asked) == 5


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.status(400, b'{"error":"API key invalid"}', faults.JSON), "“API key invalid”"),
        (faults.status(404, b"Resource not found."), "error 404"),
        (faults.instead(b"<ePostResult><ERROR>Invalid db name</ERROR></ePostResult>"), "“Invalid db name”"),
    ],
)
def test_a_refusal_is_told_in_the_services_words_and_not_asked_again(pubmed, fault, says):
    pubmed.fail(fault)
    with pytest.raises(SourceRefused) as failure:
        fetch()
    assert failure.value.reason == f"PubMed refused the question: {says}."
    assert len(pubmed.asked) == 1


def test_a_server_that_is_not_there_is_told(services_stub, settings):
    settings.PUBMED_BASE_URL = "http://127.0.0.1:9/eutils"
    with pytest.raises(SourceUnavailable, match="in 5 tries: it could not be reached"):
        fetch()


def test_silence_and_slowness_have_an_end(pubmed, settings):
    settings.SOURCES_TRIES = 1
    settings.SOURCES_READ_SECONDS = 0.1
    pubmed.fail(faults.silent(1))
    with pytest.raises(SourceUnavailable, match="it fell silent"):
        fetch()
    settings.SOURCES_TOTAL_SECONDS = 0.2
    pubmed.fail(faults.drip(0.02))
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="it took longer than 0"):
        fetch()
    assert time.monotonic() - began < 1


def test_an_answer_without_end_is_cut(pubmed, settings):
    settings.SOURCES_ANSWER_LIMIT_BYTES = 5 * 1024**2
    pubmed.fail(faults.endless())
    with pytest.raises(SourceRefused, match="larger than 5 MB"):
        fetch()


def test_a_packed_bomb_is_cut(pubmed, settings):
    settings.SOURCES_ANSWER_LIMIT_BYTES = 5 * 1024**2
    bomb = gzip.compress(bytes(20 * 1024**2))
    pubmed.fail(lambda handler, _, __: handler.send(200, faults.XML, bomb, Content_Encoding="gzip"))
    with pytest.raises(SourceRefused, match="larger than 5 MB"):
        fetch()


# --- where it goes, and as whom ---------------------------------------------------------------


def test_a_redirection_is_followed_on_the_same_server_with_all_that_was_asked(pubmed):
    pubmed.fail(faults.status(301, Location="/moved/eutils/efetch.fcgi"))
    assert fetch() == KNOWN
    assert [asked.path for asked in pubmed.asked] == ["/eutils/efetch.fcgi", "/moved/eutils/efetch.fcgi"]
    assert pubmed.asked[1].fields == pubmed.asked[0].fields


@pytest.mark.parametrize("target", ["http://localhost:9/", "http://127.0.0.1:9/", "https://127.0.0.1/", "file:///etc"])
def test_a_redirection_elsewhere_is_not_followed(pubmed, target):
    pubmed.fail(faults.status(302, Location=target))
    with pytest.raises(SourceRefused, match="another server"):
        fetch()


@pytest.mark.parametrize("target", ["http://[", "http://a:b/", "//\\"])
def test_a_redirection_to_no_address_is_told(pubmed, target):
    pubmed.fail(faults.status(302, Location=target))
    with pytest.raises(SourceRefused, match=r"another server|an address that is none"):
        fetch()


def test_redirections_have_an_end(pubmed):
    pubmed.fail(*[faults.status(302, Location="/eutils/efetch.fcgi")] * 9)
    with pytest.raises(SourceRefused, match="round and round"):
        fetch()


def test_the_portal_says_who_it_is(pubmed, settings):
    settings.SITE_URL, settings.CONTACT_EMAIL = "https://portal.example", "curators@portal.example"
    fetch()
    agent = "TMEPortal (+https://portal.example; mailto:curators@portal.example)"
    assert pubmed.asked[0].headers["User-Agent"] == agent


def test_a_portal_without_sources_asks_nobody(pubmed, settings):
    settings.SOURCES_ENABLED = False
    with pytest.raises(SourceRefused, match="switched that off"):
        fetch()
    assert pubmed.asked == []


def test_signs_of_life_are_given_while_waiting(pubmed, slept):
    beats = []
    pubmed.fail(faults.status(429, Retry_After="30"))
    PubMed(beat=lambda: beats.append(1)).fetch(["pmid:1"])
    assert len(beats) >= 30 / http.BREATH


def test_a_sign_of_life_may_end_it(pubmed, slept):
    class Lost(Exception):
        pass

    def beat() -> None:
        raise Lost

    pubmed.fail(faults.status(429, Retry_After="30"))
    with pytest.raises(Lost):
        PubMed(beat=beat).fetch(["pmid:1"])


# --- the pace ---------------------------------------------------------------------------------


WORKER = """
import sys, django
from django.conf import settings
django.setup()
from apps.literature.sources import PubMed, http
http._client()
settings.PUBMED_BASE_URL, settings.PUBMED_RATE = sys.argv[1], 10
for number in range(8):
    PubMed().fetch(["pmid:1"])
"""


def test_two_processes_keep_one_pace(pubmed):
    server = django_settings.PUBMED_BASE_URL
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tmeportal.settings", "SOURCES_ENABLED": "1"}
    processes = [
        subprocess.Popen([sys.executable, "-c", WORKER, server], cwd=django_settings.BASE_DIR, env=environment)
        for _ in range(2)
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    moments = [asked.at for asked in pubmed.asked]
    assert len(moments) == 16
    # 16 turns of 0.105 seconds; with a pace of its own for each it would be half as long.
    assert max(moments) - min(moments) > 1.2


def test_turns_lie_evenly_apart():
    waits = [limits.take_turn("evenly", 4) for _ in range(4)]
    assert waits == pytest.approx([0, 0.2625, 0.525, 0.7875], abs=0.1)


def test_without_redis_the_pace_is_slower_and_that_is_said(pubmed, settings, monkeypatch, caplog):
    monkeypatch.setattr(limits, "_local", {})
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    settings.PUBMED_RATE = 100
    assert fetch() == KNOWN
    assert "Redis does not say when pubmed may be asked" in caplog.text
    waits = [limits.take_turn("pubmed", 1) for _ in range(2)]
    assert waits[1] - waits[0] == pytest.approx(limits.CAUTION * limits.PROCESSES, abs=0.5)


def test_keys_of_the_pace_do_not_stay(pubmed, settings):
    fetch()
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert 0 < client.pttl(f"{settings.REDIS_PREFIX}:turn:pubmed") <= limits.KEPT_MS + 1000


def test_nothing_of_ours_is_kept_by_the_client_between_questions(pubmed):
    fetch()
    assert isinstance(http._client(), httpx2.Client)
    assert http._client().follow_redirects is False
