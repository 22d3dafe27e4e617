"""Two published documents: what counts as a difference, and what the public page tells of it."""

from decimal import Decimal

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue import services
from apps.catalogue.comparing import changed, compare
from apps.catalogue.document import TermRef
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, document, published
from tests.factories.catalogue import reference as paper

from .test_views import page


def plain(**changes):
    return orjson.loads(document(**changes).as_json())


def named(before, after):
    return {one.name: one for group in changed(compare(before, after)) for one in group.differences}


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2, "statement": "Said otherwise.", "curated_by": (), "reviewed_by": ()},
        {"cell_types": (TermRef("CL:0000625", "cytotoxic T cell"),)},
        {"study__reference": paper(title="The title as corrected", authors=("Adams B",))},
        {"outcome__effect_value": Decimal("4.060")},
        {"outcome__p_value": "< 0.0010"},
        {"evidence__quality": ("effect_with_interval", "controls", "adequate_n")},
        {"text__summary": "A randomised trial\nin untreated  melanoma."},
    ],
)
def test_what_means_the_same_is_no_difference(changes):
    assert named(plain(), plain(**changes)) == {}


def test_each_kind_of_field_tells_its_difference():
    found = named(
        plain(),
        plain(
            cell_types=(CD8_T_CELL, MACROPHAGE),
            outcome__effect_value=Decimal("4.1"),
            outcome__ci_low=None,
            evidence__direction="contradicts",
            text__summary="A randomised trial in treated melanoma.",
            study__reference=paper(2),
        ),
    )
    assert list(found) == [
        "cell_types",
        "outcome.effect_value",
        "outcome.ci_low",
        "evidence.direction",
        "study.reference",
        "text.summary",
    ]
    assert [item.text for item in found["cell_types"].added] == ["macrophage"]
    assert [item.text for item in found["cell_types"].kept] == ["CD8-positive, alpha-beta T cell"]
    assert [item.text for item in found["evidence.direction"].added] == ["Contradicts"]
    assert found["text.summary"].words[1:3] == (("-", "untreated "), ("+", "treated "))
    assert found["outcome.ci_low"].added == ()


# --- the page --------------------------------------------------------------------------------------


@pytest.fixture
def entry(db):
    first = published(text__summary="Seen in ten patients at one centre.")
    published(accession=first.accession, text__summary="Seen in twelve patients at one centre.")
    published(accession=first.accession, cancer_stage="IV", curated_by=document().reviewed_by)
    return first


def address(entry, query=""):
    return f"/entries/{entry.accession}/compare/{query}"


def test_the_page_compares_the_last_two_unless_asked(client, entry):
    text = page(client.get(address(entry)))
    assert "From version 2" in text
    assert "To version 3" in text
    assert "Cancer stage before: III–IV → now: IV" in text


def test_words_are_told_to_eyes_and_to_screen_readers(client, entry):
    html = client.get(address(entry, "?from=1&to=2")).content.decode()
    assert '<del><span class="visually-hidden">deleted: </span>ten <' in html
    assert '<ins><span class="visually-hidden">inserted: </span>twelve <' in html
    assert "1 field differs." in html
    assert "Compartment" not in html


def test_all_fields_are_shown_when_asked_for(client, entry):
    text = page(client.get(address(entry, "?from=1&to=2&show=all")))
    assert "Compartment the same Tumour core" in text
    assert "Show only what differs" in text


def test_both_versions_can_be_cited(client, entry):
    text = page(client.get(address(entry)))
    assert (
        "Edda Editor; reviewed by Edda Editor. Inhibiting PDCD1 with nivolumab increases response rate in melanoma. "
        "TME Portal, TMEE:0000001.3, 2 March 2026. http://testserver/entries/TMEE:0000001/versions/3/"
    ) in text
    assert "Carla Curator; reviewed by Edda Editor." in text


def test_the_versions_of_a_tombstone_stay_comparable(client, entry):
    services.retract(accession=entry.accession, reason="A mistake.")
    response = client.get(address(entry))
    assert response.status_code == 200
    assert "was retracted" in page(response)
    assert f'href="{address(entry)}"' in client.get(f"/entries/{entry.accession}/").content.decode()


def test_one_version_alone_is_compared_with_itself(client, db):
    text = page(client.get(address(published())))
    assert "This is one and the same version." in text


@pytest.mark.parametrize("query", ["?from=4", "?to=0", "?from=x", "?to=1%00", "?from=99999999999999999999", "?from=-1"])
def test_a_version_that_does_not_exist_is_named(client, entry, query):
    response = client.get(address(entry, query))
    assert response.status_code == 400
    assert "There is no version" in page(response)


def test_versions_lead_to_their_comparison(client, entry):
    html = client.get(f"/entries/{entry.accession}/versions/1/").content.decode()
    assert f'href="{address(entry)}?from=1&amp;to=3"' in html


def test_any_number_of_versions_costs_the_same(client, entry):
    def cost():
        with CaptureQueriesContext(connection) as taken:
            assert client.get(address(entry, "?from=1&to=2")).status_code == 200
        return len(taken)

    before = cost()
    for _ in range(10):
        published(accession=entry.accession)
    assert cost() == before


# --- the API ----------------------------------------------------------------------------------------


def test_the_api_tells_the_same(client, entry):
    answer = client.get(f"/api/v1{address(entry, '?from=1&to=2')}")
    assert answer.json() == {
        "accession": entry.accession,
        "from_version": 1,
        "to_version": 2,
        "differences": [
            {
                "name": "text.summary",
                "label": "Assessment",
                "kind": "text",
                "removed": [
                    {"key": "Seen in ten patients at one centre.", "text": "Seen in ten patients at one centre."}
                ],
                "added": [
                    {"key": "Seen in twelve patients at one centre.", "text": "Seen in twelve patients at one centre."}
                ],
                "kept": [],
                "words": [
                    {"how": "", "text": "Seen in "},
                    {"how": "-", "text": "ten "},
                    {"how": "+", "text": "twelve "},
                    {"how": "", "text": "patients at one centre."},
                ],
            }
        ],
    }
    assert client.get(f"/api/v1{address(entry)}").json()["from_version"] == 2
    again = client.get(f"/api/v1{address(entry, '?from=1&to=2')}", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_the_api_names_what_it_does_not_know(client, entry):
    answer = client.get(f"/api/v1{address(entry, '?from=9&versus=2')}")
    assert answer.status_code == 400
    assert {one["field"] for one in answer.json()["errors"]} == {"versus"}
    assert client.get(f"/api/v1{address(entry, '?from=9')}").json()["errors"][0]["field"] == "from"
    assert client.get("/api/v1/entries/TMEE:0000099/compare/").status_code == 404
