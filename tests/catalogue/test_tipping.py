"""What single record would change the tier: checked against adding and taking away each one for real."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.catalogue.scoring import BASE, combinations
from apps.catalogue.tipping import ADDED, LOST, MOST_TRIED, Group
from apps.catalogue.tipping import tippings as tippings_of_groups
from tests.catalogue.test_scoring import evidence
from tests.factories.catalogue import published


def tier_of(records):
    found = combinations(records)
    return found[0].tier if found else ""


def tippings(records):
    """From all the records of a target, as the catalogue keeps them: by combination, the best first."""
    return tippings_of_groups(
        [
            Group(place, one.score, lambda place=place: [record for record in records if place in record.places])
            for one in combinations(records)
            for place in [(one.cell_type, one.cancer, one.intervention)]
        ]
    )


def of(how, records):
    return [one for one in tippings(records) if one.how == how]


def test_nothing_tips_where_there_is_nothing():
    assert tippings([]) == []


def test_the_least_record_that_lifts_a_target_is_named_for_each_tier():
    (record,) = records = [evidence(level="E", system="in_silico")]
    assert tier_of(records) == "limited"
    up = {one.tier: one.level for one in of(ADDED, records) if one.side == "support"}
    # E gives 3 points and C 12.8; a patient record and a second group with 35 points or more would make it strong.
    assert up == {"moderate": "C", "strong": "A"}
    assert record.level == "E"


def test_a_contradiction_can_make_it_disputed():
    (one,) = [one for one in of(ADDED, [evidence(level="D1")]) if one.side == "contradiction"]
    assert (one.tier, one.level) == ("disputed", "C")
    assert one.conflict >= 0.5


def test_the_record_that_must_not_be_lost():
    records = [evidence(1, level="A"), evidence(2, level="D1", system="syngeneic"), evidence(3, level="E")]
    assert tier_of(records) == "strong" or tier_of(records) == "established"
    lost = {one.accession: one.tier for one in of(LOST, records)}
    assert lost["TMEE:0000001"] == "moderate"
    assert "TMEE:0000003" not in lost


def test_the_last_record_leaves_no_tier():
    (one,) = of(LOST, [evidence()])
    assert (one.tier, one.score) == ("", 0)


def test_where_the_best_is_lost_the_next_best_counts():
    records = [evidence(1), evidence(2, level="D1", cancers=("MONDO:0005575",))]
    (one,) = [one for one in of(LOST, records) if one.accession == "TMEE:0000001"] or [None]
    # The second combination has 15.2 points: moderate as well as before.
    assert one is None
    weak = [records[0], replace(records[1], level="E")]
    (one,) = of(LOST, weak)
    assert (one.accession, one.tier) == ("TMEE:0000001", "limited")


RECORDS = st.lists(
    st.builds(
        evidence,
        st.integers(1, 10**6),
        level=st.sampled_from(sorted(BASE)),
        direction=st.sampled_from(["supports", "contradicts", "no_effect", "inconclusive"]),
        system=st.sampled_from(["patient", "syngeneic"]),
        year=st.integers(2010, 2026),
        cohort=st.sampled_from(["one", "two", "three", "four"]),
        group=st.sampled_from(["a", "b", "c"]),
        cell_types=st.sampled_from([(), ("CL:0000625",), ("CL:0000625", "CL:0000235")]),
        intervention=st.sampled_from(["inhibit", "deplete"]),
    ),
    max_size=8,
    unique_by=lambda record: record.accession,
)


@settings(max_examples=60, derandomize=True, database=None)
@given(RECORDS)
def test_what_is_lost_is_what_happens_when_it_is_gone(records):
    said = {one.accession: one.tier for one in of(LOST, records)}
    best = combinations(records)[0] if records else None
    counted = [line.accession for line in best.contributions if line.points][:MOST_TRIED] if best else []
    before = tier_of(records)
    really = {
        accession: after
        for accession in counted
        if (after := tier_of([record for record in records if record.accession != accession])) != before
    }
    assert said == really


@settings(max_examples=60, derandomize=True, database=None)
@given(RECORDS)
def test_what_is_added_leads_to_the_tier_that_is_named(records):
    added = of(ADDED, records)
    tiers = [one.tier for one in added]
    assert len(tiers) == len(set(tiers))
    assert tier_of(records) not in tiers
    for one in added:
        assert one.accession == ""
        assert one.tier != ""


@pytest.mark.django_db
def test_the_dossier_and_its_page_tell_it(client):
    published(evidence__level="E", study__system="in_silico", evidence__attribution="cell_specific")
    dossier = client.get("/api/v1/targets/HGNC:8760/").json()
    assert dossier["tier"] == "limited"
    found = client.get("/api/v1/targets/HGNC:8760/tipping/").json()["results"]
    assert {(one["how"], one["tier"]) for one in found} >= {("added", "moderate"), ("lost", "")}
    page = client.get("/targets/HGNC:8760/").content.decode()
    assert "What would change the tier" in page
