"""The form of an upload, and the filters of the references."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.literature.filters import ReferenceFilter
from apps.literature.forms import FileForm
from apps.literature.models import Reference
from apps.literature.services import index_texts
from tests.factories.literature import article, article_set, imported


def upload(content: bytes, name: str = "export.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_no_file_is_named_in_plain_words():
    form = FileForm({}, {})
    assert form.errors == {"file": ["Choose the file that you saved from PubMed or a reference manager."]}


def test_a_file_above_the_limit_is_refused_with_both_sizes(settings):
    settings.UPLOAD_LIMIT_BYTES = 1024
    form = FileForm({}, {"file": upload(b"x" * 2048)})
    (message,) = form.errors["file"]
    assert "2.0\xa0KB" in message
    assert "1.0\xa0KB" in message
    assert FileForm({}, {"file": upload(b"x" * 1024)}).is_valid()


def test_an_empty_file_is_left_to_the_service_which_says_what_is_read():
    assert FileForm({}, {"file": upload(b"")}).is_valid()


# --- filters -----------------------------------------------------------------------------------


@pytest.fixture
def papers(db):
    """Two papers that differ in all that can be filtered by."""
    run = imported(
        article_set(
            article(101, "Depletion of macrophages", doi="10.5555/first", abstract="Tumours shrank.",
                    year="<Year>2015</Year>", authors="<Author><LastName>Jones</LastName></Author>"),
            article(102, "Regulatory T cells", pmcid="PMC42", year="<Year>2021</Year>", types=("Review",)),
        )
    )  # fmt: skip
    assert run.created == 2
    Reference.objects.filter(pmid=102).update(retraction_state="retracted")
    index_texts()


def found(**query: object) -> list[int | None]:
    return [each.pmid for each in ReferenceFilter(query, queryset=Reference.objects.order_by("pmid")).qs]


@pytest.mark.parametrize(
    ("text", "pmids"),
    [
        ("", [101, 102]),
        ("macrophage", [101]),
        ("tumour shrank", [101]),
        ('"depletion of macrophages"', [101]),
        ("macrophages -depletion", []),
        ("macrophages or regulatory", [101, 102]),
        ("jones", [101]),
        ("101", [101]),
        ("PMID: 102", [102]),
        ("pmc42", [102]),
        ("10.5555/FIRST", [101]),
        ("https://doi.org/10.5555/first", [101]),
        ("999", []),
        ("999999999999999999", []),
        ("10.5555/", []),
        ("'; & | ! ( <->", []),
        ("unheard of", []),
    ],
)
def test_search_by_words_or_by_identifier(papers, text, pmids):
    assert found(q=text) == pmids


@pytest.mark.parametrize(
    ("query", "pmids"),
    [
        ({"year_from": "2016"}, [102]),
        ({"year_to": "2015"}, [101]),
        ({"year_from": "2015", "year_to": "2021"}, [101, 102]),
        ({"type": "review"}, [102]),
        ({"retraction": "retracted"}, [102]),
        ({"retraction": "none", "q": "macrophages"}, [101]),
        ({"type": "review", "q": "macrophages"}, []),
    ],
)
def test_filters_narrow_together(papers, query, pmids):
    assert found(**query) == pmids


@pytest.mark.parametrize("query", [{"year_from": "x"}, {"year_to": "99999999999"}, {"type": "poem"}, {"q": "x" * 301}])
def test_a_value_that_is_none_is_said_at_its_field(db, query):
    filtered = ReferenceFilter(query, queryset=Reference.objects.all())
    assert set(filtered.form.errors) == set(query)
