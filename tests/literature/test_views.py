"""The pages of imports and references: who may open them, what they show, and that errors are said plainly."""

import gzip
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.literature import pagination, services, tasks
from apps.literature.formats import Citation
from apps.literature.models import ImportRun, Reference
from tests.factories.literature import article, article_set, imported, many

pytestmark = pytest.mark.django_db

IMPORTS, NEW, REFERENCES = "/workbench/imports/", "/workbench/imports/new/", "/workbench/references/"
BROKEN = article("not a number", "Nobody's article")


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
        detail(run, "report/"),
        detail(run, "rows.csv"),
        detail(run, "rows.tsv"),
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
