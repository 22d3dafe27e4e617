"""The pages of imports and references: who may open them, what they show, and that errors are said plainly."""

import csv
import gzip
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.literature import pagination, services, tasks
from apps.literature.formats import Citation
from apps.literature.models import ImportIssue, ImportRun, Reference
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db

IMPORTS, NEW, REFERENCES = "/workbench/imports/", "/workbench/imports/new/", "/workbench/references/"
BROKEN = article("not a number", "Nobody's article")


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def rung(monkeypatch):
    """The runs that workers were woken for."""
    runs: list[int] = []
    monkeypatch.setattr(tasks.import_references, "delay", runs.append)
    return runs


def page(response) -> str:
    """The text of the page as read: tags gone, white space folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, content: bytes, name: str = "export.xml"):
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)})


def detail(run, part: str = "") -> str:
    return f"{IMPORTS}{run.pk}/{part}"


# --- who ---------------------------------------------------------------------------------------


@pytest.fixture
def addresses(db):
    run = imported(many(1))
    return [
        IMPORTS,
        NEW,
        detail(run),
        detail(run, "issues.csv"),
        REFERENCES,
        f"{REFERENCES}{Reference.objects.get().pk}/",
    ]


def test_curators_and_above_come_in(as_, addresses, curator, editor, administrator):
    for person in (curator, editor, administrator):
        assert [as_(person).get(address).status_code for address in addresses] == [200] * len(addresses)


def test_visitors_are_told_that_it_is_for_curators(as_, addresses, visitor):
    for address in addresses:
        answer = as_(visitor).get(address)
        assert answer.status_code == 403
        assert "curator" in page(answer)


def test_strangers_are_asked_to_sign_in(client, addresses):
    for address in addresses:
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_nothing_is_stored_for_a_visitor(as_, visitor, rung):
    assert send(as_(visitor), many(1)).status_code == 403
    assert not ImportRun.objects.exists()
    assert not rung


@pytest.mark.parametrize("address", [f"{IMPORTS}4242/", f"{REFERENCES}4242/", f"{IMPORTS}99999999999999999999/"])
def test_what_is_not_there_is_a_404(as_, curator, address):
    assert as_(curator).get(address).status_code == 404


# --- sending a file ----------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_is_queued_and_a_worker_woken(as_, curator, rung, pack, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(as_(curator), pack(many(2)), "anything.bin")
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == detail(run)
    assert (run.requested_by, run.state, run.file_name) == (curator, "queued", "anything.bin")
    assert rung == [run.pk]


def test_a_broker_that_is_away_does_not_spoil_the_upload(as_, curator, monkeypatch, django_capture_on_commit_callbacks):
    def fail(number):
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.import_references, "delay", fail)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(as_(curator), many(1)).status_code == 302
    assert ImportRun.objects.get().state == "queued"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"<!doctype html><html>", "web page"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"name,title\nx,y\n", "no known kind"),
        (gzip.compress(many(1), mtime=0)[:40], "ends too early"),
    ],
)
def test_an_unreadable_file_is_refused_in_plain_words(as_, curator, rung, content, says):
    answer = send(as_(curator), content, "export.xml")
    assert answer.status_code == 422
    assert says in page(answer)
    assert not ImportRun.objects.exists()
    assert not rung


def test_a_form_without_a_file_or_with_too_large_a_one_says_so(as_, curator, settings):
    assert "Choose the file" in page(as_(curator).post(NEW))
    settings.UPLOAD_LIMIT_BYTES = 10
    answer = send(as_(curator), many(1))
    assert answer.status_code == 422
    assert "at most 10" in page(answer).replace("\xa0", " ")


# --- one import --------------------------------------------------------------------------------


def test_a_waiting_import_polls_and_offers_a_link_to_those_without_javascript(as_, curator):
    run = make_run(many(1), requested_by=curator)
    html = as_(curator).get(detail(run)).content.decode()
    assert f'hx-get="{detail(run)}" hx-trigger="every 2s"' in html
    assert "<noscript>" in html
    assert "Cancel this import" in html


def test_the_fragment_is_the_progress_alone(as_, curator):
    run = make_run(many(1), requested_by=curator)
    answer = as_(curator).get(detail(run), headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div id="progress" hx-get')
    assert "HX-Refresh" not in answer.headers


def test_the_fragment_of_a_finished_import_has_the_page_reloaded_and_polls_no_more(as_, curator):
    answer = as_(curator).get(detail(imported(many(1))), headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()


def test_a_running_import_shows_how_far_it_is(as_, curator):
    run = make_run(many(1), requested_by=curator)
    ImportRun.objects.filter(pk=run.pk).update(
        state="running", lease_holder="x", lease_until="2100-01-01T00:00Z", started_at="2020-01-01T00:00Z",
        bytes_total=2048, bytes_read=1024, created=1200,
    )  # fmt: skip
    html = as_(curator).get(detail(run)).content.decode()
    assert 'value="1024" max="2048"' in html
    assert "1,200" in html
    assert "a second" in html


def test_a_finished_import_shows_counters_and_issues(as_, curator):
    run = imported(article_set(article(7), BROKEN), requested_by=curator)
    text = page(as_(curator).get(detail(run)))
    assert "Finished" in text
    assert "What could not be read or had to be left out" in text
    assert run.issues.get().reason in text
    assert "Cancel this import" not in text


def test_issues_come_in_pages(as_, curator):
    run = make_run(many(1), requested_by=curator)
    ImportIssue.objects.bulk_create(ImportIssue(run=run, position=n, reason=f"Reason {n}.") for n in range(1, 31))
    assert "Reason 26." not in page(as_(curator).get(detail(run)))
    assert "Reason 26." in page(as_(curator).get(detail(run), {"page": 2}))


def test_issues_as_csv_hold_no_formula(as_, curator):
    run = make_run(many(1), requested_by=curator)
    evil = ["=cmd()", "+1", "-1", "@sum", "\t=1", " =1", "\n=1"]
    for n, text in enumerate(evil):
        ImportIssue.objects.create(run=run, position=n, identifier=text, reason=f'{text}, "quoted"')
    ImportIssue.objects.create(run=run, identifier="PMID 7", reason="Its title is “missing”.")
    answer = as_(curator).get(detail(run, "issues.csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="import-{run.pk}-issues.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == ["position", "identifier", "reason"]
    assert [row[1] for row in rows[:-1]] == [f"'{text}" for text in evil]
    assert all(row[2].startswith("'") for row in rows[:-1])
    assert rows[-1] == ["", "PMID 7", "Its title is “missing”."]


def test_cancelling_needs_a_post_and_stops_the_import(as_, curator):
    run = make_run(many(1), requested_by=curator)
    assert as_(curator).get(detail(run, "cancel/")).status_code == 405
    assert "What it has stored stays" in page(as_(curator).post(detail(run, "cancel/"), follow=True))
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_others_imports_are_seen_but_not_cancelled(as_, curator, other_curator, administrator):
    run = make_run(many(1), requested_by=curator)
    assert "Cancel this import" not in page(as_(other_curator).get(detail(run)))
    answer = as_(other_curator).post(detail(run, "cancel/"))
    assert answer.status_code == 403
    assert "Only the person who asked" in page(answer)
    assert as_(administrator).post(detail(run, "cancel/")).status_code == 302


def test_cancelling_what_is_over_is_a_conflict(as_, curator):
    run = imported(many(1), requested_by=curator)
    assert as_(curator).post(detail(run, "cancel/")).status_code == 409


def test_a_cancelled_import_can_go_on(as_, curator, rung, django_capture_on_commit_callbacks):
    run = services.cancel_import(actor=curator, run=make_run(many(1), requested_by=curator))
    assert "Go on with this import" in page(as_(curator).get(detail(run)))
    with django_capture_on_commit_callbacks(execute=True):
        assert as_(curator).post(detail(run, "retry/")).status_code == 302
    run.refresh_from_db()
    assert (run.state, rung) == ("queued", [run.pk])
    assert as_(curator).post(detail(run, "retry/")).status_code == 409


# --- lists -------------------------------------------------------------------------------------


def test_empty_lists_name_the_next_step(as_, curator):
    for address in (IMPORTS, REFERENCES):
        assert f'href="{NEW}"' in as_(curator).get(address).content.decode()
    assert "Nothing has been imported yet" in page(as_(curator).get(IMPORTS))
    assert "There are no references yet" in page(as_(curator).get(REFERENCES))
    assert "No reference is found" in page(as_(curator).get(REFERENCES, {"q": "nothing"}))


@pytest.mark.parametrize("address", [IMPORTS, REFERENCES])
def test_lists_cost_the_same_for_one_and_three(as_, curator, other_curator, editor, address):
    client = as_(curator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost()
    imported(many(1), requested_by=curator)
    one = cost()
    imported(many(1, first=2000), requested_by=other_curator)
    imported(many(1, first=3000), requested_by=editor)
    assert cost() == one


def test_an_import_costs_the_same_with_one_and_three_issues(as_, curator):
    run = make_run(many(1), requested_by=curator)
    client = as_(curator)

    def cost(position: int) -> int:
        ImportIssue.objects.create(run=run, position=position, reason="Unreadable.")
        with CaptureQueriesContext(connection) as queries:
            client.get(detail(run))
        return len(queries)

    assert len({cost(1), cost(2), cost(3)}) == 1


def test_references_are_shown_newest_first_with_their_state(as_, curator):
    imported(article_set(article(7, "The older"), article(8, "The newer")))
    Reference.objects.filter(pmid=7).update(retraction_state="retracted")
    text = page(as_(curator).get(REFERENCES))
    assert text.index("The newer") < text.index("The older")
    assert "Retracted" in text
    assert "Noe Una" in text
    assert "Journal of Examples" in text


def test_counting_stops_where_it_would_take_long(as_, curator, monkeypatch):
    monkeypatch.setattr(pagination, "MOST_COUNTED", 30)
    imported(many(40))
    answer = as_(curator).get(REFERENCES, {"page": 2})
    assert "More than 30 references" in page(answer)
    assert "Page 2 of 2" in page(answer)
    assert answer.content.decode().count('class="record-title"') == 5


@pytest.mark.parametrize("query", [{"year_from": "x"}, {"type": "poem"}, {"page": "x"}, {"page": "-1"}, {"q": "\0"}])
def test_odd_questions_get_a_page(as_, curator, query):
    imported(many(1))
    assert as_(curator).get(REFERENCES, query).status_code == 200


# --- one reference -----------------------------------------------------------------------------


def test_a_reference_shows_what_is_known_and_where_to_go_on(as_, curator):
    run = imported(
        article_set(article(7, "Title <i>of</i> it", doi="10.5555/a(b)c;d", pmcid="PMC9", abstract="We <b>saw</b> it."))
    )
    reference = Reference.objects.get()
    Reference.objects.update(nct_ids=["NCT00000001"], mesh_terms=["Macrophages"])
    html = as_(curator).get(f"{REFERENCES}{reference.pk}/").content.decode()
    for part in (
        'href="https://pubmed.ncbi.nlm.nih.gov/7/"',
        'href="https://doi.org/10.5555/a%28b%29c%3Bd"',
        'href="https://pmc.ncbi.nlm.nih.gov/articles/PMC9/"',
        'href="https://clinicaltrials.gov/study/NCT00000001"',
        f'href="/workbench/submissions/new/?reference={reference.pk}"',
        f'href="{detail(run)}"',
        "We &lt;b&gt;saw&lt;/b&gt; it.",
        "Macrophages",
        "Noe Una",
        "Journal of Examples, 2020, 7(2): 10-8",
    ):
        assert part in html


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("retracted", "No record can be submitted"),
        ("withdrawn", "No record can be submitted"),
        ("expression_of_concern", "written answer"),
        ("corrected", "A correction has been published"),
    ],
)
def test_the_state_of_a_paper_is_said_before_its_abstract(as_, curator, state, says):
    imported(many(1))
    Reference.objects.update(retraction_state=state)
    text = page(as_(curator).get(f"{REFERENCES}{Reference.objects.get().pk}/"))
    assert 0 < text.index(says) < text.index("Abstract")


def test_the_history_of_a_reference_tells_of_its_changes(as_, curator):
    imported(article_set(article(7, "First title")), requested_by=curator)
    imported(article_set(article(7, "Second title")), requested_by=curator)
    text = page(as_(curator).get(f"{REFERENCES}{Reference.objects.get().pk}/"))
    assert "History" in text
    assert "Carla Curator : Changed by a newer description" in text


def test_a_preprint_and_its_article_lead_to_each_other(as_, curator):
    imported(article_set(article(7, "The preprint"), article(8, "The article")))
    preprint, published = Reference.objects.order_by("pmid")
    Reference.objects.filter(pk=preprint.pk).update(preprint_of=published)
    assert f'href="{REFERENCES}{published.pk}/"' in as_(curator).get(f"{REFERENCES}{preprint.pk}/").content.decode()
    assert f'href="{REFERENCES}{preprint.pk}/"' in as_(curator).get(f"{REFERENCES}{published.pk}/").content.decode()


def test_a_merged_reference_leads_to_the_one_that_is_kept(as_, curator):
    services.upsert_citations([Citation(1, title="T", pmid=5), Citation(2, title="T", doi="10.1000/a")])
    services.upsert_citations([Citation(1, title="T", pmid=5, doi="10.1000/a")])
    kept, gone = Reference.objects.order_by("pk")
    response = as_(curator).get(f"{REFERENCES}{gone.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"{REFERENCES}{kept.pk}/")
    listed = as_(curator).get(REFERENCES).content.decode()
    assert f'href="{REFERENCES}{kept.pk}/"' in listed
    assert f'href="{REFERENCES}{gone.pk}/"' not in listed
    assert "Merged with a second reference" in page(as_(curator).get(f"{REFERENCES}{kept.pk}/"))


def test_a_file_sent_again_is_told_with_its_first_import(as_, curator):
    first, again = (make_run(many(2), requested_by=curator) for _ in range(2))
    other = make_run(many(3), requested_by=curator)
    response = as_(curator).get(detail(again))
    assert f"This very file was sent before, as import {first.pk} on" in page(response)
    assert f'href="{detail(first)}"' in response.content.decode()
    for run in (first, other):
        assert "sent before" not in page(as_(curator).get(detail(run)))
