"""What contradicts what: the rule, the pages, and that they cost the same however much there is."""

import re
import time
from dataclasses import replace

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue import services
from apps.catalogue.contradictions import Claim, contradict, differences, oppositions
from apps.catalogue.models import Entry
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, VEGFA, document, published
from tests.factories.catalogue import reference as reference_ref

TARGET = "/targets/HGNC:8760/"
PAGE = f"{TARGET}contradictions/"
API = "/api/v1/targets/HGNC:8760/contradictions/"


def plain(**changes):
    return orjson.loads(document(**changes).as_json())


def claim(number=1, within=(), **changes):
    made = plain(accession=f"TMEE:{number:07d}", **changes)
    return Claim.of(made, cell_types_within=within)


CONTRADICTS = {"evidence__direction": "contradicts"}
NO_EFFECT = {"evidence__direction": "no_effect"}
WEAK = {"evidence__quality": ("controls",)}
RETRACTED = {"study__reference": reference_ref(9, retraction_state="retracted")}


# --- the rule ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, False),
        (CONTRADICTS, True),
        (NO_EFFECT, True),
        (NO_EFFECT | WEAK, False),
        ({"evidence__direction": "inconclusive"}, False),
        (CONTRADICTS | RETRACTED, False),
        ({"outcome__change": "decreased"}, True),
        ({"outcome__change": "unchanged"}, True),
        ({"outcome__change": "unchanged"} | WEAK, False),
        ({"outcome__change": ""}, False),
        (CONTRADICTS | {"target": VEGFA}, False),
        (CONTRADICTS | {"intervention": "activate"}, False),
        (CONTRADICTS | {"outcome__type": "toxicity"}, False),
        (CONTRADICTS | {"cell_types": (MACROPHAGE,)}, False),
        (CONTRADICTS | {"cell_types": ()}, True),
        (CONTRADICTS | {"cancers": ()}, True),
    ],
)
def test_who_contradicts_whom(other, expected):
    one, two = claim(1), claim(2, **other)
    assert contradict(one, two) is expected
    assert contradict(two, one) is expected


def test_two_that_speak_against_do_not_contradict_each_other():
    assert not contradict(claim(1, **CONTRADICTS), claim(2, **NO_EFFECT))


def test_a_cell_type_overlaps_with_what_is_above_it():
    below = claim(1, cell_types=(CD8_T_CELL,), within=["CL:0000084"])
    above = claim(2, cell_types=(type(CD8_T_CELL)("CL:0000084", "T cell"),), **CONTRADICTS)
    assert contradict(below, above)
    assert contradict(above, below)


def test_what_contradicts_speaks_against_what_supports_the_weightiest_first():
    weighty, light, against = claim(2), claim(1, **WEAK), claim(3, **CONTRADICTS)
    (found,) = oppositions([light, against, weighty])
    assert found.claim == against
    assert list(found.spoken_against) == [weighty, light]


def test_of_two_that_saw_the_opposite_the_weightier_is_spoken_against():
    weighty, light = claim(2), claim(1, outcome__change="decreased", **WEAK)
    (found,) = oppositions([light, weighty])
    assert (found.claim, list(found.spoken_against)) == (light, [weighty])


def test_only_what_involves_one_entry():
    claims = [claim(1), claim(2), claim(3, **CONTRADICTS), claim(4, **NO_EFFECT)]
    found = oppositions(claims, about="TMEE:0000001")
    assert [one.claim.accession for one in found] == ["TMEE:0000003", "TMEE:0000004"]
    assert all([each.accession for each in one.spoken_against] == ["TMEE:0000001"] for one in found)
    (own,) = oppositions(claims, about="TMEE:0000003")
    assert [each.accession for each in own.spoken_against] == ["TMEE:0000001", "TMEE:0000002"]


def test_every_pair_is_found_once_whatever_the_order():
    many = [
        claim(number, evidence__direction=direction, outcome__change=change, cell_types=cells)
        for number, (direction, change, cells) in enumerate(
            (
                (direction, change, cells)
                for direction in ("supports", "contradicts", "no_effect", "inconclusive")
                for change in ("increased", "decreased", "unchanged", "")
                for cells in ((), (CD8_T_CELL,), (MACROPHAGE,))
            ),
            start=1,
        )
    ]
    expected = {
        frozenset({one.accession, two.accession})
        for one in many
        for two in many
        if one is not two and contradict(one, two)
    }
    for order in (many, many[::-1]):
        found = [
            frozenset({one.claim.accession, two.accession}) for one in oppositions(order) for two in one.spoken_against
        ]
        assert len(found) == len(set(found))
        assert set(found) == expected


@pytest.mark.parametrize("places", [1, 1000])
def test_thousands_are_not_compared_one_by_one(places):
    """All about one cell type, or about a thousand of them: 20,000 claims make up to 200 million pairs."""
    one, two, light = claim(1), claim(2, **CONTRADICTS), claim(3, outcome__change="decreased", **WEAK)
    many = [
        replace(
            (one, two, light)[n % 3],
            accession=f"TMEE:{n:07d}",
            cell_types=frozenset({f"CL:{n % places}"}),
            cell_types_within=frozenset({f"CL:{n % places}", "CL:above"}),
        )
        for n in range(1, 20_001)
    ]
    begin = time.perf_counter()
    found = oppositions(many)
    assert time.perf_counter() - begin < 10
    assert len(found) == len([each for each in many if each.stance != "increased"])


def test_what_differs_is_named_with_both_values():
    one = plain()
    other = plain(
        study__species=None, study__system="syngeneic", evidence__level="D1", outcome__sample_size=12, therapies=()
    )
    found = {each.field: (each.one, each.other) for each in differences(one, other)}
    assert found == {
        "species": (("Homo sapiens",), ()),
        "system": (("patient",), ("syngeneic",)),
        "level": (("A",), ("D1",)),
        "sample_size": (("418",), ("12",)),
        "therapies": (("nivolumab",), ()),
    }
    assert differences(one, one) == ()


# --- pages and API -----------------------------------------------------------------------------


def page(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def disputed(db):
    """An entry that supports and one that contradicts it, in mice."""
    return published(), published(
        statement="Inhibiting PDCD1 did nothing.", study__system="syngeneic", outcome__sample_size=12, **CONTRADICTS
    )


def test_the_two_stand_side_by_side_with_what_differs(client, disputed):
    supporting, against = disputed
    assert PAGE in client.get(TARGET).content.decode()
    text = page(client.get(PAGE))
    assert "Supports Inhibiting PDCD1 with nivolumab" in text
    assert "Contradicts Inhibiting PDCD1 did nothing." in text
    assert "Experimental system Patient Syngeneic" in text
    assert "Sample size 418 12" in text
    for one, other in ((supporting, against), (against, supporting)):
        own = client.get(f"/entries/{one.accession}/")
        assert "1 entry contradicts this one" in page(own)
        assert f"/entries/{other.accession}/" in own.content.decode()
        assert f"{PAGE}?entry={one.accession}" in own.content.decode()


def test_what_is_not_in_force_contradicts_nothing(client, disputed):
    services.retract(accession=disputed[1].accession, reason="Wrong.")
    assert "Nothing published contradicts another entry" in page(client.get(PAGE))
    assert "contradicts this one" not in page(client.get(f"/entries/{disputed[0].accession}/"))


def test_the_page_follows_every_change(client, disputed):
    assert "Contradicts" in page(client.get(PAGE))
    third = published(**CONTRADICTS)
    assert third.accession in page(client.get(PAGE))


def test_an_unknown_target_or_entry_is_missing(client, disputed):
    assert client.get("/targets/HGNC:1/contradictions/").status_code == 404
    assert client.get(f"{PAGE}?entry=TMEE:9999999").status_code == 404
    assert client.get(f"{PAGE}?entry={disputed[0].accession}").status_code == 200


@pytest.mark.django_db
def test_no_evidence_at_all_is_said(client):
    published(target=VEGFA)
    assert "Nothing published contradicts another entry" in page(client.get("/targets/HGNC:12680/contradictions/"))


def test_queries_do_not_grow(client, disputed):
    taken: dict[str, set[int]] = {PAGE: set(), f"/entries/{disputed[0].accession}/": set()}
    for _ in range(3):
        published(**CONTRADICTS)
        published()
        for address, counts in taken.items():
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.add(len(queries))
    assert [len(counts) for counts in taken.values()] == [1, 1]
    assert taken[PAGE] == {3}


def test_the_api_lists_them_with_what_differs(client, disputed):
    supporting, against = disputed
    answer = client.get(API)
    (found,) = answer.json()["results"]
    assert found["against"]["accession"] == against.accession
    assert found["supporting_count"] == 1
    (other,) = found["supporting"]
    assert other["accession"] == supporting.accession
    assert {"field": "sample_size", "supporting": ["418"], "against": ["12"]} in other["differences"]
    assert client.get(API, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_api_pages_by_cursor_and_misses_none(client, disputed):
    for _ in range(4):
        published(**CONTRADICTS)
    seen, address = [], f"{API}?page_size=2"
    while address:
        answer = client.get(address).json()
        seen += [one["against"]["accession"] for one in answer["results"]]
        address = answer["next"]
    every = Entry.objects.filter(direction="contradicts").order_by("accession").values_list("accession", flat=True)
    assert seen == list(every)


@pytest.mark.parametrize("query", ["page_size=0", "page_size=x", "cursor=%00", "entry=1", "colour=red"])
def test_the_api_refuses_what_it_does_not_understand(client, disputed, query):
    assert client.get(f"{API}?{query}").status_code == 400


def test_the_api_knows_no_other_target(client, disputed):
    assert client.get("/api/v1/targets/HGNC:1/contradictions/").status_code == 404
