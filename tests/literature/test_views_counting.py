"""The pages that count: the flow of triage, and the agreement of those who screen."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from apps.literature import services
from apps.literature.choices import CandidateState, RejectionReason, Verdict
from apps.literature.models import Candidate, ImportRun, Reference, SavedSearch
from tests.factories.accounts import CuratorFactory
from tests.factories.literature import article, article_set, make_run
from tests.factories.triage import CandidateFactory, make_claimed, make_rejected, make_screened

pytestmark = pytest.mark.django_db

FLOW, SVG, CSV, AGREEMENT = (f"/workbench/triage/{name}" for name in ("flow/", "flow.svg", "flow.csv", "agreement/"))


@pytest.fixture
def as_curator(client, curator):
    client.force_login(curator)
    return client


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def numbers(client, **query) -> dict[str, int]:
    """Every stage and part that the flow tells, by its name."""
    stages = client.get(FLOW, query).context["stages"]
    told = [one for stage in stages for one in filter(None, (stage, stage.left))]
    return {name: number for one in told for name, number in ((one.title, one.number), *one.parts)}


def triaged(content: bytes, **changes) -> ImportRun:
    """A run of this file into triage that is over."""
    run = make_run(content)
    ImportRun.objects.filter(pk=run.pk).update(to_triage=True, **changes)
    services.run_import(run.pk)
    run.refresh_from_db()
    return run


def test_the_flow_counts_what_became_of_every_record(as_curator, curator):
    make_run(article_set(article(99)))  # not for triage
    services.run_import(make_run(article_set(article(1))).pk)
    run = triaged(article_set(*(article(pmid) for pmid in range(1, 8)), article("none"), article(7)))
    ids = list(Candidate.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    assert len(ids) == 6
    rows = Candidate.objects.filter(pk__in=ids)
    rows.filter(pk=ids[0]).update(state="claimed", claimed_by=curator, claimed_at=timezone.now())
    rows.filter(pk=ids[1]).update(state="rejected", reason=RejectionReason.NOT_CANCER)
    rows.filter(pk=ids[2]).update(state="later")
    rows.filter(pk=ids[3]).update(state="curated")
    rows.filter(pk=ids[4]).delete()  # as when its reference turned out to be another one
    CandidateFactory(votes_needed=2, screening="included")
    CandidateFactory(votes_needed=2, screening="conflict")
    assert numbers(as_curator) == {
        "Records identified": 11,
        "File": 9,
        "Put in by hand": 2,
        "Removed before screening": 4,
        "Known to the portal already": 2,
        "Could not be read": 1,
        "Turned out to be another one": 1,
        "Candidates": 7,
        "Not screened yet": 2,
        "In conflict": 1,
        "Screened": 5,
        "Excluded": 1,
        "Not about cancer": 1,
        "To be curated": 4,
        "Not curated yet": 3,
        "Put off": 1,
        "Screened in, not claimed": 1,
        "Claimed": 1,
        "Curated": 1,
    }


def test_records_that_were_tried_again_count_once(as_curator):
    run = triaged(article_set(article(1), article("none")))
    ImportRun.objects.create(file_name="again", state="finished", to_triage=True, retry_of=run, created=1, only=[2])
    CandidateFactory(run=run)
    assert numbers(as_curator)["Records identified"] == 2
    assert "Could not be read" not in numbers(as_curator)


def test_the_flow_is_narrowed_by_saved_search_and_days(as_curator, curator):
    search = SavedSearch.objects.create(owner=curator, name="Macrophages", query="macrophages")
    triaged(article_set(article(1), article(2)), saved_search=search)
    last_year = timezone.now() - timedelta(days=365)
    triaged(article_set(article(3)), requested_at=last_year)
    CandidateFactory()
    CandidateFactory(added_at=last_year)
    today = timezone.now().date().isoformat()
    assert numbers(as_curator)["Candidates"] == 5
    found = numbers(as_curator, search=search.pk)
    assert {name for name, number in found.items() if number} == {
        "Records identified",
        "Macrophages",
        "Candidates",
        "Not screened yet",
    }
    assert numbers(as_curator, since=today)["Candidates"] == 3
    assert numbers(as_curator, until=last_year.date().isoformat())["Candidates"] == 2
    assert numbers(as_curator, since="never")["Candidates"] == 5


def test_page_picture_and_table_say_the_same(as_curator, curator):
    SavedSearch.objects.create(owner=curator, name="<b>A & B", query="a")
    triaged(article_set(article(1), article(2)), saved_search=SavedSearch.objects.get())
    told = numbers(as_curator)
    rows = list(csv.DictReader(io.StringIO(as_curator.get(CSV).content.decode("utf-8-sig"))))
    assert {row["part"] or row["stage"]: int(row["number"]) for row in rows} == told
    answer = as_curator.get(SVG)
    assert answer["Content-Type"] == "image/svg+xml"
    assert "attachment" in answer["Content-Disposition"]
    picture = etree.fromstring(answer.content)
    words = " ".join(picture.itertext())
    assert "<b>A & B: 2" in words
    assert picture.get("role") == "img"
    assert "style" not in answer.content.decode()
    assert "<b>A" not in as_curator.get(FLOW).content.decode()


def test_with_nothing_in_triage_the_next_step_is_named(as_curator):
    assert "/workbench/imports/new/" in as_curator.get(FLOW).content.decode()
    assert "Nobody has screened in twos yet" in text(as_curator.get(AGREEMENT))


def test_agreement_is_told_pair_by_pair_and_in_total(as_curator, curator, other_curator, editor):
    for mine, theirs, times in (("include", "include", 3), ("exclude", "exclude", 2), ("include", "exclude", 1)):
        for _ in range(times):
            make_screened((curator, mine), (other_curator, theirs))
    make_screened((editor, "include"), (curator, "exclude"), screening="conflict")
    make_screened((other_curator, "include"), (editor, "include"))
    make_screened((curator, "include"))  # the other one has not voted
    answer = as_curator.get(AGREEMENT)
    pairs = {(pair.first, pair.second): pair.table for pair in answer.context["pairs"]}
    first = pairs["Carla Curator", "Omar Curator"]
    assert (first.both_include, first.include_exclude, first.exclude_include, first.both_exclude) == (3, 1, 0, 2)
    second = pairs["Carla Curator", "Edda Editor"]
    assert (second.exclude_include, second.total) == (1, 1)
    together = answer.context["together"].table
    assert (together.total, together.include_exclude, together.exclude_include) == (8, 2, 0)
    page = text(answer)
    assert "83.3 %" in page
    assert "0.67 (" in page
    assert "100.0 % none" in page  # only ever one word
    assert "In conflict now: 1" in page


def test_the_pages_cost_the_same_however_much_is_counted(as_curator, curator, other_curator):
    def cost(path) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_curator.get(path).status_code == 200
        return len(queries)

    make_screened((curator, Verdict.INCLUDE), (other_curator, Verdict.EXCLUDE))
    one = cost(FLOW), cost(AGREEMENT)
    for _ in range(2):
        make_screened((curator, Verdict.INCLUDE), (CuratorFactory(), Verdict.EXCLUDE))
        make_claimed()
        make_rejected()
        CandidateFactory(state=CandidateState.LATER)
    assert (cost(FLOW), cost(AGREEMENT)) == one
    assert Reference.objects.count() == 9
