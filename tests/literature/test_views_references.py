"""The page of one reference: what it says by whom, what changed, what it has to do with others; and its correction."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.literature.choices import LinkKind, Source
from apps.literature.formats.citation import Author, Citation, Link
from apps.literature.models import Reference
from apps.literature.services import amend_reference, edition_of, upsert_citations

pytestmark = pytest.mark.django_db
LONG = "Macrophages of the invasive margin were counted in forty tumours and compared with those of the core."


@pytest.fixture
def curators(client, curator):
    client.force_login(curator)
    return client


def stored(**facts) -> Reference:
    upsert_citations([Citation(1, **{"pmid": 5, "title": "A title", "source": Source.PUBMED, **facts})])
    return Reference.objects.get(pmid=5)


def address(reference: Reference, page: str = "") -> str:
    return f"/workbench/references/{reference.pk}/{page}"


def text(response) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(html.unescape(words).split())


def test_it_says_who_says_what(curators):
    upsert_citations([Citation(1, doi="10.1000/a", title="T", abstract="A", year=2020, source=Source.CROSSREF)])
    reference = stored(doi="10.1000/a")
    assert "According to PubMed Crossref: abstract, year Added" in text(curators.get(address(reference)))


def test_the_history_shows_each_field_before_and_after_and_long_texts_word_by_word(curators):
    stored(abstract=LONG, year=2020, authors=(Author("Noe", "Una"),))
    reference = stored(abstract=LONG.replace("forty", "fifty"), year=2021, authors=(Author("Lo", "Ada"),), volume="7")
    page = curators.get(address(reference)).content.decode()
    assert re.search(r"counted in <del>.*?forty .*?</del><ins>.*?fifty .*?</ins>tumours", page)
    assert "<del>2020</del> → <ins>2021</ins>" in page
    assert "<del>Una Noe</del> → <ins>Ada Lo</ins>" in page
    assert re.search(r"nothing</span> → <ins>7</ins>", page)


def test_the_history_of_a_merged_reference_holds_that_of_both(curators, curator):
    upsert_citations([Citation(1, doi="10.1000/a", title="One")])
    other = Reference.objects.get()
    amend_reference(actor=curator, reference=other, values={"journal": "J"}, edition=edition_of(other))
    stored(title="Other", volume="9")
    stored(doi="10.1000/a", title="Other")
    told = text(curators.get(address(Reference.objects.get(doi="10.1000/a"))))
    assert "Merged with a second reference to the same publication" in told
    assert "What the two said: PMID, DOI, title" in told
    assert told.count("Merged with") == 1
    assert "Carla Curator : Corrected by hand" in told


def test_other_publications_are_named_once_with_the_way_there(curators):
    notice = Citation(
        1, pmid=9, title="The notice", links=(Link(LinkKind.RETRACTS, pmid=5, note="J Ex 2021"),), source=Source.PUBMED
    )
    upsert_citations([notice])
    reference = stored(links=(Link(LinkKind.RETRACTED_BY, pmid=9), Link(LinkKind.CORRECTED_BY, doi="10.1000/c(1)")))
    page = curators.get(address(reference))
    assert text(page).count("The notice") == 1
    assert "Retracted by The notice Corrected by DOI 10.1000/c(1)" in text(page)
    assert 'href="https://doi.org/10.1000/c%281%29"' in page.content.decode()
    assert "Retracts A title J Ex 2021" in text(curators.get(address(Reference.objects.get(pmid=9))))


def test_it_costs_the_same_with_one_and_three_of_everything(curators):
    def queries(count: int) -> int:
        links = tuple(Link(LinkKind.CORRECTED_BY, pmid=90 + n) for n in range(count))
        upsert_citations([Citation(1, pmid=90 + n, title="Notice") for n in range(count)])
        reference = stored(title=f"Title {count}", links=links)
        with CaptureQueriesContext(connection) as captured:
            curators.get(address(reference))
        return len(captured)

    stored()
    assert queries(1) == queries(3)


# --- its correction ---------------------------------------------------------------------------


def typed(response, **changes) -> dict[str, str]:
    """What the form sends as it stands, with these changes."""
    return response.context["form"].initial | changes


def test_a_correction_is_saved_and_told(curators):
    reference = stored(abstract="Old", nct_ids=("NCT00000001",))
    form = curators.get(address(reference, "edit/"))
    answer = curators.post(
        address(reference, "edit/"), typed(form, abstract="New", year="2020", nct_ids="NCT00000002, NCT00000003")
    )
    assert (answer.status_code, answer["Location"]) == (302, address(reference))
    reference.refresh_from_db()
    assert (reference.abstract, reference.year) == ("New", 2020)
    assert reference.nct_ids == ["NCT00000002", "NCT00000003"]
    assert "PubMed A curator: abstract, year, nct ids" in text(curators.get(address(reference)))


def test_a_refusal_is_shown_at_its_field_with_all_that_was_typed(curators):
    reference = stored()
    form = curators.get(address(reference, "edit/"))
    answer = curators.post(address(reference, "edit/"), typed(form, title="Mine", retraction_state="retracted"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"] == ["Say where this is known from."]
    assert "Mine" in answer.content.decode()
    assert curators.post(address(reference, "edit/"), typed(form, year="x")).status_code == 422


def test_a_stale_form_shows_both_and_can_be_saved_then(curators):
    reference = stored(abstract="First")
    form = curators.get(address(reference, "edit/"))
    stored(abstract="Second", title="Newer")
    answer = curators.post(address(reference, "edit/"), typed(form, abstract="Mine"))
    assert answer.status_code == 409
    assert "Stored in the meantime: Second" in text(answer)
    assert "Stored in the meantime: Newer" in text(answer)
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert curators.post(address(reference, "edit/"), again | {"title": "Newer"}).status_code == 302
    reference.refresh_from_db()
    assert (reference.abstract, reference.title) == ("Mine", "Newer")


def test_the_form_of_a_merged_reference_is_that_of_the_one_kept(curators):
    upsert_citations([Citation(1, doi="10.1000/a", title="T")])
    kept = Reference.objects.get()
    gone = stored()
    stored(doi="10.1000/a")
    assert curators.get(address(gone, "edit/"))["Location"] == address(kept, "edit/")
