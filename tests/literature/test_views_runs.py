"""The pages of an import: how far it is, what can be done with it, what became of each row; and the history."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.literature import services
from apps.literature.models import ImportIssue, ImportRun, Reference, SavedSearch
from apps.literature.templatetags.lasting import lasting
from tests.factories.literature import article, article_set, imported, make_run, many
from tests.literature.test_views import IMPORTS, detail, page

pytestmark = pytest.mark.django_db


def mixed() -> bytes:
    """Stored, not read for want of a title, stored with a remark; and a remark on the whole."""
    return article_set(
        article(7, "The first"),
        article(8, ""),
        article(9, "The third", doi="nonsense"),
        tail="<DeleteCitation><PMID>70</PMID></DeleteCitation>",
    )


def make_running(run: ImportRun, **values) -> None:
    lease = {"state": "running", "lease_holder": "x", "lease_until": "2100-01-01T00:00Z"}
    ImportRun.objects.filter(pk=run.pk).update(**lease | values)


def polled(client, run: ImportRun, seen: str = ""):
    return client.get(detail(run), {"seen": seen}, headers={"HX-Request": "true"})


# --- how far it is -----------------------------------------------------------------------------


def test_a_waiting_import_polls_and_offers_a_link_to_those_without_javascript(as_, curator):
    run = make_run(many(1), requested_by=curator)
    html = as_(curator).get(detail(run)).content.decode()
    assert f'hx-get="{detail(run)}?seen=queued.00.0" hx-trigger="every 2s"' in html
    assert "<noscript>" in html
    assert "Cancel this import" in html


def test_a_running_import_shows_how_far_it_is_and_how_long_it_takes(as_, curator):
    run = make_run(many(1), requested_by=curator)
    make_running(run, bytes_total=4096, bytes_read=1024, checkpoint=1200, created=1200, pace=30)
    answer = as_(curator).get(detail(run))
    html = answer.content.decode()
    assert 'value="1024" max="4096"' in html
    assert "<title>25 % · Import of export.xml: running" in html
    assert "30 records a second; about 2 minutes left" in page(answer)


def test_an_import_of_identifiers_counts_them(as_, curator):
    run = make_run(many(1), requested_by=curator)
    make_running(
        run, origin="identifiers", file="", identifiers=[f"pmid:{n}" for n in range(1, 2001)], checkpoint=500, pace=0.5
    )
    answer = as_(curator).get(detail(run))
    assert 'value="500" max="2000"' in answer.content.decode()
    assert "500 of 2,000" in page(answer)
    assert "less than a record a second; about 50 minutes left" in page(answer)


def test_the_fragment_is_the_progress_and_the_title_alone(as_, curator):
    run = make_run(many(1), requested_by=curator)
    answer = polled(as_(curator), run, "queued.00.0")
    html = answer.content.decode()
    assert html.strip().startswith("<title>Import of export.xml: queued")
    assert '<div id="progress" hx-get' in html
    assert "hx-swap-oob" not in html
    assert "HX-Refresh" not in answer.headers


def test_who_listens_is_told_each_quarter_once_and_the_buttons_follow(as_, curator):
    run = make_run(many(1), requested_by=curator)
    make_running(run, bytes_total=100, bytes_read=30)
    html = polled(as_(curator), run, "queued.00.0").content.decode()
    assert '<div hx-swap-oob="innerHTML:#import-said">Running, 30 percent</div>' in html
    assert '<div hx-swap-oob="innerHTML:#import-verbs">' in html
    assert "hx-swap-oob" not in polled(as_(curator), run, "running.00.1").content.decode()


def test_the_fragment_of_a_finished_import_has_the_page_reloaded_and_polls_no_more(as_, curator):
    answer = polled(as_(curator), imported(many(1)), "running.00.3")
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()


def test_a_paused_import_polls_no_more_and_says_what_to_do(as_, curator):
    run = services.pause_import(actor=curator, run=make_run(many(1), requested_by=curator))
    answer = polled(as_(curator), run, "running.10.0")
    assert "hx-get" not in answer.content.decode()
    assert "goes on when somebody resumes it" in page(answer)
    assert 'id="resume-import"' in answer.content.decode()


def test_an_import_that_waits_for_its_source_says_so(as_, curator):
    run = make_run(many(1), requested_by=curator)
    make_running(run, lease_holder=ImportRun.NOBODY, error="PubMed does not answer.")
    text = page(as_(curator).get(detail(run)))
    assert "PubMed does not answer. The import tries again by itself at 00:00 UTC." in text
    assert "The import stopped" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"), (1, "1 second"), (90, "90 seconds"), (91, "2 minutes"), (3600, "60 minutes"),
        (5400, "2 hours"), (36 * 3600, "2 days"),
    ],
)  # fmt: skip
def test_durations_are_said_as_people_say_them(seconds, words):
    assert lasting(seconds) == words


# --- what can be done with it ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "says", "state"), [("pause", "Paused.", "paused"), ("cancel", "has stored stays", "cancelled")]
)
def test_a_waiting_import_stops_at_once_by_a_post_alone(as_, curator, verb, says, state):
    run = make_run(many(1), requested_by=curator)
    assert as_(curator).get(detail(run, f"{verb}/")).status_code == 405
    assert says in page(as_(curator).post(detail(run, f"{verb}/"), follow=True))
    run.refresh_from_db()
    assert run.state == state


@pytest.mark.parametrize(("verb", "says"), [("pause", "pauses after"), ("cancel", "stops after")])
def test_a_running_import_stops_after_the_records_it_is_at(as_, curator, verb, says):
    run = make_run(many(1), requested_by=curator)
    make_running(run)
    answer = as_(curator).post(detail(run, f"{verb}/"), follow=True)
    assert page(answer).count(f"{says} the records it is at") == 2  # as a message, and beside the state
    assert f'id="{verb}-import"' not in answer.content.decode()


def test_paused_and_cancelled_imports_go_on(as_, curator, rung, django_capture_on_commit_callbacks):
    run = make_run(many(1), requested_by=curator)
    for stop, go_on in ((services.pause_import, "resume"), (services.cancel_import, "retry")):
        stop(actor=curator, run=run)
        assert f'id="{go_on}-import"' in as_(curator).get(detail(run)).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            assert as_(curator).post(detail(run, f"{go_on}/")).status_code == 302
    run.refresh_from_db()
    assert (run.state, rung) == ("queued", [run.pk, run.pk])


def test_failed_rows_are_tried_again_in_an_import_of_their_own(as_, curator, rung, django_capture_on_commit_callbacks):
    run = imported(mixed(), requested_by=curator)
    assert "Try the 1 failed row again" in page(as_(curator).get(detail(run)))
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_(curator).post(detail(run, "retry-failed/"))
    retry = ImportRun.objects.get(retry_of=run)
    assert (answer.headers["Location"], rung) == (detail(retry), [retry.pk])
    assert f"tries again what failed in import {run.pk}" in page(as_(curator).get(detail(retry)))
    services.run_import(retry.pk)
    assert f"in import {retry.pk} (finished: 0 of 1 could be stored)" in page(as_(curator).get(detail(run)))


def test_others_imports_are_seen_but_not_steered(as_, curator, other_curator, administrator):
    run = make_run(many(1), requested_by=curator)
    assert "Cancel this import" not in page(as_(other_curator).get(detail(run)))
    for verb in ("pause", "cancel"):
        answer = as_(other_curator).post(detail(run, f"{verb}/"))
        assert answer.status_code == 403
        assert "Only the person who asked" in page(answer)
    assert as_(administrator).post(detail(run, "cancel/")).status_code == 302


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "retry", "retry-failed"])
def test_what_cannot_be_done_any_more_is_a_conflict(as_, curator, verb):
    assert as_(curator).post(detail(imported(many(1), requested_by=curator), f"{verb}/")).status_code == 409


# --- what came of it ---------------------------------------------------------------------------


def test_a_finished_import_shows_counters_failed_rows_and_remarks(as_, curator):
    run = imported(mixed(), requested_by=curator)
    text = page(as_(curator).get(detail(run)))
    for part in ("Finished", "It took", "Not read", "The record has no title.", "Remarks", "deleted this citation"):
        assert part in text
    assert "Nothing had to be left out" not in text
    assert "Nothing had to be left out" in page(as_(curator).get(detail(imported(many(1)))))


def test_what_is_new_leads_to_triage(as_, curator):
    run = imported(mixed(), requested_by=curator)
    assert "Go through what is new" not in page(as_(curator).get(detail(run)))
    ImportRun.objects.filter(pk=run.pk).update(to_triage=True)
    assert "Go through what is new" in page(as_(curator).get(detail(run)))
    ImportRun.objects.filter(pk=run.pk).update(created=0)
    assert "Go through what is new" not in page(as_(curator).get(detail(run)))


def test_why_a_file_could_not_be_read_is_said_once_with_the_way_out(as_, curator):
    run = imported(many(2)[:-100], requested_by=curator)
    text = page(as_(curator).get(detail(run)))
    assert run.state == "failed"
    assert "Where the file itself is at fault" in text
    assert "Remarks" not in text


def test_the_page_of_a_search_shows_what_was_asked(as_, curator):
    search = SavedSearch.objects.create(owner=curator, name="Macrophages weekly", query="macrophages")
    run = make_run(many(1), requested_by=curator)
    ImportRun.objects.update(
        origin="pubmed", query="macrophages[tiab]", identifiers=["pmid:1", "pmid:2"], saved_search=search, file="",
        to_triage=True, two_person=True,
    )  # fmt: skip
    text = page(as_(curator).get(detail(run)))
    for part in ("macrophages[tiab]", "PubMed search", "Found 2", "Macrophages weekly", "screened by two people"):
        assert part in text


def test_it_is_said_how_long_the_file_is_kept(as_, curator):
    run = make_run(many(1), requested_by=curator)
    assert "for 90 days after the import has ended" in page(as_(curator).get(detail(run)))
    services.run_import(run.pk)
    run.refresh_from_db()
    until = run.finished_at + timedelta(days=90)
    assert f"until {until.day} {until:%B %Y}" in page(as_(curator).get(detail(run)))
    ImportRun.objects.update(file="")
    assert "no longer; to read it again, send it again" in page(as_(curator).get(detail(run)))


def test_a_file_sent_again_is_told_with_its_first_import(as_, curator):
    first, again = (make_run(many(2), requested_by=curator) for _ in range(2))
    other = make_run(many(3), requested_by=curator)
    response = as_(curator).get(detail(again))
    assert f"This very file was sent before, as import {first.pk} on" in page(response)
    assert f'href="{detail(first)}"' in response.content.decode()
    for run in (first, other):
        assert "sent before" not in page(as_(curator).get(detail(run)))


# --- every row ---------------------------------------------------------------------------------


def test_the_report_tells_of_every_row_and_remark_in_their_order(as_, curator):
    run = imported(mixed(), requested_by=curator)
    text = page(as_(curator).get(detail(run, "report/")))
    places = [text.index(part) for part in ("The first", "has no title", "The third", "deleted this citation")]
    assert places == sorted(places)
    assert "4 records" in text


@pytest.mark.parametrize(
    ("outcome", "shown", "hidden"),
    [
        ("created", ["The first", "The third"], ["has no title", "deleted"]),
        ("failed", ["has no title"], ["The first", "The third", "deleted"]),
        ("remarks", ["The third", "deleted this citation"], ["The first", "has no title"]),
        ("updated", ["No record here is like that"], ["The first"]),
        ("nonsense", ["The first", "has no title"], []),
    ],
)
def test_the_report_is_narrowed_by_outcome(as_, curator, outcome, shown, hidden):
    run = imported(mixed(), requested_by=curator)
    text = page(as_(curator).get(detail(run, "report/"), {"outcome": outcome}))
    assert all(part in text for part in shown)
    assert not any(part in text for part in hidden)


@pytest.mark.parametrize(
    ("text", "found"),
    [("7", ["The first", "deleted"]), ("PMID 8", ["has no title"]), ("%", []), ("pmid:70", []), ("70", ["deleted"])],
)
def test_the_report_is_searched_by_identifier(as_, curator, text, found):
    run = imported(mixed(), requested_by=curator)
    shown = page(as_(curator).get(detail(run, "report/"), {"q": text}))
    for part in ("The first", "has no title", "The third", "deleted"):
        assert (part in shown) == (part in found)


def test_rows_find_the_reference_that_theirs_was_merged_into(as_, curator):
    run = imported(article_set(article(7, "The former"), article(8, "The heir")), requested_by=curator)
    heir = Reference.objects.get(pmid=8)
    Reference.objects.filter(pmid=7).update(pmid=None, merged_into=heir)
    shown = page(as_(curator).get(detail(run, "report/"), {"q": "8"}))
    assert shown.count("The heir") == 2
    assert "The former" not in shown


def test_the_report_comes_in_pages_and_costs_the_same_for_one_row_and_many(as_, curator):
    def cost(run: ImportRun) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_(curator).get(detail(run, "report/")).status_code == 200
        return len(queries)

    one, many_rows = imported(many(1)), imported(many(30))
    cost(one)
    assert cost(one) == cost(many_rows)
    assert "Article 26 on" not in page(as_(curator).get(detail(many_rows, "report/")))
    assert "Article 26 on" in page(as_(curator).get(detail(many_rows, "report/"), {"page": 2}))


def test_the_page_of_an_import_costs_the_same_with_one_and_three_failed_rows(as_, curator):
    def cost(run: ImportRun) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_(curator).get(detail(run)).status_code == 200
        return len(queries)

    one, three = (imported(article_set(*(article(n, "") for n in range(1, count + 1)))) for count in (1, 3))
    cost(one)
    assert cost(one) == cost(three)


def table(response, delimiter: str = ",") -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("kind", "mime", "mark"), [("csv", "text/csv", ","), ("tsv", "text/tab-separated-values", "\t")]
)
def test_rows_are_downloaded_as_a_table(as_, curator, kind, mime, mark):
    run = imported(mixed(), requested_by=curator)
    answer = as_(curator).get(detail(run, f"rows.{kind}"))
    assert answer["Content-Type"] == f"{mime}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="import-{run.pk}.{kind}"'
    header, first, second, third, whole = table(answer, mark)
    assert header == ["position", "outcome", "identifier", "pmid", "doi", "pmcid", "title", "reference", "reason"]
    reference = Reference.objects.get(pmid=7)
    address = f"http://testserver/workbench/references/{reference.pk}/"
    assert first == ["1", "New", "", "7", "", "", "The first", address, ""]
    assert second[:4] == ["2", "Not read", "PMID 8", ""]
    assert (third[1], "nonsense" in third[8]) == ("New", True)
    assert whole[:3] == ["", "Remark", "PMID 70"]


def test_the_table_is_narrowed_like_the_page(as_, curator):
    run = imported(mixed(), requested_by=curator)
    assert [row[0] for row in table(as_(curator).get(detail(run, "rows.csv"), {"outcome": "failed"}))[1:]] == ["2"]
    assert (
        'rows.csv?outcome=failed"' in as_(curator).get(detail(run, "report/"), {"outcome": "failed"}).content.decode()
    )


def test_a_table_holds_no_formula(as_, curator):
    run = imported(article_set(article(7, "=cmd()")), requested_by=curator)
    evil = ["=cmd()", "+1", "-1", "@sum", "\t=1", " =1", "\n=1"]
    for n, text in enumerate(evil, 2):
        ImportIssue.objects.create(run=run, position=n, identifier=text, reason=f'{text}, "quoted"')
    _, stored, *rows = table(as_(curator).get(detail(run, "rows.csv")))
    assert stored[6] == "'=cmd()"
    assert [row[2] for row in rows] == [f"'{text}" for text in evil]
    assert all(row[8].startswith("'") for row in rows)


def test_a_long_table_is_made_by_one_query(as_, curator, monkeypatch):
    monkeypatch.setattr("apps.literature.report.STREAMED", 7)
    run = imported(many(30))
    answer = as_(curator).get(detail(run, "rows.csv"))
    with CaptureQueriesContext(connection) as queries:
        assert len(table(answer)) == 31
    assert len(queries) == 1


# --- the history -------------------------------------------------------------------------------


def test_the_history_tells_what_each_import_was(as_, curator):
    run = imported(mixed(), requested_by=curator)
    text = page(as_(curator).get(IMPORTS))
    for part in ("1 import ", "export.xml", "2 new, 0 updated, 0 unchanged", "1 not read", "Carla Curator", "File"):
        assert part in text
    assert f'href="{detail(run, "report/")}?outcome=failed"' in as_(curator).get(IMPORTS).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "abc"), ({"whose": "mine"}, "ac"), ({"state": "finished"}, "a"), ({"state": "paused"}, "c"),
        ({"origin": "pubmed"}, "b"), ({"q": "stroma"}, "b"), ({"q": "C.XML"}, "c"), ({"q": "nothing"}, ""),
        ({"origin": "pubmed", "whose": "mine"}, ""), ({"state": "nonsense"}, "abc"), ({"q": "\0"}, "abc"),
    ],
)  # fmt: skip
def test_the_history_is_narrowed(as_, curator, other_curator, asked, found):
    imported(many(1), requested_by=curator, name="a.xml")
    search = make_run(many(1), requested_by=other_curator, name="b.xml")
    ImportRun.objects.filter(pk=search.pk).update(origin="pubmed", query="stroma[ti]")
    services.pause_import(actor=curator, run=make_run(many(1), requested_by=curator, name="c.xml"))
    text = page(as_(curator).get(IMPORTS, asked))
    assert "".join(name for name in "abc" if f"{name}.xml" in text) == found
    assert ("No import is found by this" in text) == (not found)


def test_the_history_of_a_saved_search_and_an_import_by_its_number(as_, curator):
    search = SavedSearch.objects.create(owner=curator, name="Weekly", query="macrophages")
    mine, other = (make_run(many(1), name=f"{name}.xml") for name in ("mine", "other"))
    ImportRun.objects.filter(pk=mine.pk).update(saved_search=search)
    for asked in ({"search": search.pk}, {"q": str(mine.pk)}, {"q": f"#{mine.pk}"}):
        text = page(as_(curator).get(IMPORTS, asked))
        assert ("mine.xml" in text, "other.xml" in text) == (True, False), asked
    assert "other.xml" in page(as_(curator).get(IMPORTS, {"q": other.pk}))


def test_the_time_of_a_run_is_that_of_its_workers(as_, curator):
    run = imported(many(1), requested_by=curator)
    ImportRun.objects.filter(pk=run.pk).update(
        seconds_worked=180, started_at=timezone.now() - timedelta(days=3), finished_at=timezone.now()
    )
    assert "3 minutes" in page(as_(curator).get(IMPORTS))
    assert "It took 3 minutes" in page(as_(curator).get(detail(run)))
