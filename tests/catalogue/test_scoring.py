import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.catalogue import scoring
from apps.catalogue.document import to_json
from apps.catalogue.scoring import Evidence, combinations, tier, weigh
from tests.factories.catalogue import document


def evidence(number=1, **changes):
    values = {
        "accession": f"TMEE:{number:07d}",
        "direction": "supports",
        "level": "A",
        "quality": ("adequate_n", "controls", "effect_with_interval", "orthogonal_method", "replication"),
        "attribution": "selective_tme_readout",
        "reference_type": "article",
        "retraction_state": "none",
        "stage": "phase_3",
        "stop_reason": "",
        "system": "patient",
        "cohort": f"cohort {number}",
        "group": f"group {number}",
        "reference": number,
        "year": 2015,
        "seen_in": 2026,
        "cell_types": ("CL:0000625",),
        "cancers": ("MONDO:0005105",),
        "intervention": "inhibit",
    }
    return Evidence(**values | changes)


def only(records):
    (combination,) = combinations(records)
    return combination


# --- weight -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "weight"),
    [
        ({}, 1.0),
        ({"level": "B"}, 0.6),
        ({"level": "C"}, 0.35),
        ({"level": "D1"}, 1.0),
        ({"level": ""}, 0.0),
        ({"quality": ()}, 0.4),
        ({"quality": ("controls", "replication")}, 0.64),
        ({"attribution": "multi_target"}, 0.5),
        ({"attribution": "systemic_cell_readout"}, 0.8),
        ({"attribution": ""}, 0.3),
        ({"reference_type": "preprint"}, 0.5),
        ({"retraction_state": "retracted"}, 0.0),
        ({"retraction_state": "expression_of_concern"}, 1.0),
        ({"stage": "stopped", "stop_reason": "futility"}, 0.5),
        ({"stage": "stopped", "stop_reason": "sponsor"}, 1.0),
        ({"level": "B", "quality": ("controls",), "attribution": "selective"}, 0.6 * 0.52 * 0.8),
    ],
)
def test_a_weight_is_the_product_of_its_factors(changes, weight):
    assert weigh(evidence(**changes)).value == pytest.approx(weight, abs=1e-6)


# --- sums ---------------------------------------------------------------------------------------


def test_one_perfect_trial_gives_the_cap_over_the_harmonic_limit():
    assert only([evidence()]).score == pytest.approx(60 / 1.644, abs=1e-3)


def test_records_of_a_class_count_by_the_square_of_their_rank():
    found = only([evidence(1), evidence(2), evidence(3, level="B")])
    assert found.score == pytest.approx(60 * (1 + 1 / 4 + 0.6 / 9) / 1.644, abs=1e-3)
    assert [line.rank for line in found.contributions] == [1, 2, 3]


def test_classes_are_summed_each_under_its_cap():
    records = [evidence(1), evidence(2, level="D1"), evidence(3, level="D2"), evidence(4, level="E")]
    assert only(records).score == pytest.approx(100 / 1.644, abs=1e-3)


def test_a_cohort_counts_once_with_its_best_record():
    found = only([evidence(1, cohort="trial"), evidence(2, cohort="trial", level="C")])
    assert found.score == only([evidence(1)]).score
    idle = next(line for line in found.contributions if line.accession == "TMEE:0000002")
    assert (idle.points, idle.reason) == (0, "TMEE:0000001 of the same cohort counts more")


def test_support_and_contradiction_are_summed_apart():
    found = only([evidence(1), evidence(2, direction="contradicts", level="B")])
    assert found.support == pytest.approx(60 / 1.644, abs=1e-3)
    assert found.contradiction == pytest.approx(0.6 * 60 / 1.644, abs=1e-3)
    assert (found.conflict, found.tier) == (0.6, "disputed")


def test_no_effect_contradicts_only_when_adequately_powered():
    powered = evidence(2, direction="no_effect", quality=("adequate_n",))
    weak = evidence(2, direction="no_effect", quality=("controls",))
    assert only([evidence(1), powered]).contradiction > 0
    found = only([evidence(1), weak])
    assert found.contradiction == 0
    assert "adequate sample size" in found.contributions[-1].reason


def test_inconclusive_levelless_and_retracted_records_are_listed_and_count_for_nothing():
    records = [
        evidence(1, direction="inconclusive"),
        evidence(2, level=""),
        evidence(3, retraction_state="retracted"),
    ]
    found = only(records)
    assert (found.score, found.contradiction, found.tier) == (0, 0, "limited")
    assert all(line.reason for line in found.contributions)


def test_a_record_of_two_cells_and_two_cancers_stands_in_four_combinations():
    found = combinations([evidence(cell_types=("CL:1", "CL:2"), cancers=("MONDO:1", "MONDO:2"))])
    assert len(found) == 4
    assert {(one.cell_type, one.cancer) for one in combinations([evidence(cell_types=(), cancers=())])} == {("", "")}


# --- tiers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"score": 14.9}, "limited"),
        ({"score": 15}, "moderate"),
        ({"score": 34.9}, "moderate"),
        ({"score": 35}, "strong"),
        ({"score": 60, "groups": 1}, "moderate"),
        ({"score": 60, "has_patient_record": False}, "moderate"),
        ({"score": 49.9, "years": 9}, "strong"),
        ({"score": 50, "years": 2}, "strong"),
        ({"score": 50, "years": 3}, "established"),
        ({"score": 90, "years": 9, "conflict": 0.5}, "disputed"),
        ({"score": 90, "years": 9, "conflict": 0.49}, "established"),
    ],
)
def test_each_rung_needs_what_the_one_below_needs(changes, expected):
    values = {"score": 0, "conflict": 0, "groups": 2, "has_patient_record": True, "years": 0} | changes
    assert tier(**values) == expected


def test_two_groups_are_told_apart_by_their_senior_authors():
    same = [evidence(1, group="senior s"), evidence(2, group="senior s")]
    assert only(same).groups == 1
    assert only([evidence(1), evidence(2)]).groups == 2


# --- what holds for all records -----------------------------------------------------------------

records = st.builds(
    evidence,
    number=st.integers(1, 10**6),
    direction=st.sampled_from(["supports", "contradicts", "no_effect", "inconclusive"]),
    level=st.sampled_from(["", "A", "B", "C", "D1", "D2", "E"]),
    quality=st.lists(st.sampled_from(["controls", "adequate_n", "replication"]), unique=True).map(tuple),
    attribution=st.sampled_from(["", *scoring.ATTRIBUTION]),
    reference_type=st.sampled_from(["article", "preprint"]),
    retraction_state=st.sampled_from(["none", "retracted"]),
    cohort=st.sampled_from(["one", "two", "three", "four"]),
    group=st.sampled_from(["a", "b"]),
    cell_types=st.lists(st.sampled_from(["CL:1", "CL:2"]), unique=True).map(tuple),
)
many = st.lists(records, max_size=25, unique_by=lambda record: record.accession)


@given(many)
def test_scores_are_bounded_and_explained_to_the_last_point(found):
    for combination in combinations(found):
        assert 0 <= combination.score <= 100
        assert 0 <= combination.contradiction <= 100
        assert 0 <= combination.conflict <= 1
        assert combination.tier in scoring.TIERS
        for side, total in (("support", combination.support), ("contradiction", combination.contradiction)):
            points = sum(line.points for line in combination.contributions if line.side == side)
            assert points == pytest.approx(total, abs=0.01)
        assert all(line.points or line.reason for line in combination.contributions)


@given(many, st.randoms())
def test_the_order_of_records_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert combinations(shuffled) == combinations(found)


@given(many, records)
@settings(max_examples=200)
def test_support_from_a_new_cohort_never_lowers_a_score(found, new):
    new = evidence(
        2 * 10**6,
        level=new.level,
        quality=new.quality,
        attribution=new.attribution,
        cohort="a new one",
        cell_types=new.cell_types,
    )

    def scores(some):
        return {(one.cell_type, one.cancer, one.intervention): one.score for one in combinations(some)}

    before, after = scores(found), scores([*found, new])
    assert all(after[key] >= score - 1e-6 for key, score in before.items())


def test_however_many_records_there_are_the_cap_holds():
    assert only([evidence(number) for number in range(2000)]).score == pytest.approx(60, abs=0.01)


def test_a_published_document_is_read_into_evidence():
    read = Evidence.of(orjson.loads(to_json(document(study__cohort_key="CheckMate 066 "))))
    assert (read.cohort, read.group, read.year, read.seen_in) == ("checkmate 066", "senior 1", 2015, 2026)
    anonymous = document(study__reference__authors=(), study__reference__year=None)
    read = Evidence.of(orjson.loads(to_json(anonymous)))
    assert (read.cohort, read.group, read.year) == ("reference 1", "reference 1", 2026)
