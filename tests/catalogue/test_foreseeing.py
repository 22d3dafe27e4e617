"""What a publication would do to a score is what it then does, and finding out writes nothing."""

import orjson
import pytest

from apps.catalogue import services
from apps.catalogue.models import Entry, EntryVersion, TargetDossier
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, VEGFA, document, published, reference
from tests.factories.vocabularies import TargetFactory

pytestmark = pytest.mark.django_db

VERSIONS = {
    "the first of its target": {},
    "a second group": {"study__reference": reference(7)},
    "of a cell that nothing is published of": {"cell_types": (MACROPHAGE,)},
    "of two cells": {"cell_types": (CD8_T_CELL, MACROPHAGE), "study__reference": reference(8)},
    "against": {"evidence__direction": "contradicts", "study__reference": reference(9)},
    "inconclusive": {"evidence__direction": "inconclusive"},
    "of no level": {"evidence__level": ""},
    "of another target": {"target": VEGFA},
}


def standing(target):
    dossier = TargetDossier.objects.filter(target=target).first()
    return (dossier.score, dossier.tier) if dossier else (0.0, "")


def foreseen(one):
    return one.after.score, one.after.tier


@pytest.mark.parametrize("changes", VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("others", [0, 2])
def test_a_new_entry_does_what_was_foreseen(changes, others):
    for _ in range(others):
        published()
    made = document(accession=services.next_accession(), **changes)
    before = standing(made.target.id)

    (found,) = services.foresee(made)

    assert Entry.objects.filter(accession=made.accession).count() == 0
    assert (found.before.score, found.before.tier) == before == standing(made.target.id)
    services.publish(made)
    assert foreseen(found) == standing(made.target.id)
    combinations = orjson.loads(TargetDossier.objects.get(target=made.target.id).document)["combinations"]
    mine = [one for one in combinations if any(made.accession == line["accession"] for line in one["contributions"])]
    assert {(one["score"], one["tier"]) for one in mine} == {
        (shift.after.score, shift.after.tier) for shift in found.shifts
    }


@pytest.mark.parametrize("changes", VERSIONS.values(), ids=VERSIONS)
def test_a_new_version_does_what_was_foreseen_to_every_target_it_touches(changes):
    published()
    entry = published()
    made = document(accession=entry.accession, version=2, **changes)

    found = services.foresee(made)

    assert EntryVersion.objects.filter(entry=entry).count() == 1
    services.publish(made)
    assert {one.target for one in found} == {made.target.id, entry.target}
    for one in found:
        assert foreseen(one) == standing(one.target)


def test_what_it_gives_is_told_and_why_it_gives_nothing():
    entry = published()
    (first,) = services.foresee(document(accession="TMEE:0000002", study__reference=reference(2)))
    assert first.shifts[0].points > 0
    assert first.shifts[0].cell_type == CD8_T_CELL.label
    same_cohort = document(accession="TMEE:0000002", study__reference=entry_reference(entry), evidence__level="B")
    (second,) = services.foresee(same_cohort)
    assert second.shifts[0].points == 0
    assert entry.accession in second.shifts[0].reason
    assert not second.changes_tier


def entry_reference(entry):
    return reference(int(entry.accession.partition(":")[2]))


def test_an_entry_that_loses_its_only_cell_leaves_that_combination_empty():
    entry = published()
    (found,) = services.foresee(document(accession=entry.accession, version=2, cell_types=(MACROPHAGE,)))
    by_cell = {shift.cell_type: shift for shift in found.shifts}
    assert by_cell[CD8_T_CELL.label].after is None
    assert by_cell[MACROPHAGE.label].before is None
    assert by_cell[MACROPHAGE.label].after.score == by_cell[CD8_T_CELL.label].before.score


def test_what_is_about_a_merged_target_is_foreseen_for_the_one_that_stands_in_for_it():
    published()
    heir = TargetFactory(curie=VEGFA.id, symbol="VEGFA")
    made = document(accession=services.next_accession())
    TargetFactory(curie=made.target.id, symbol="OLD", merged_into=heir)

    (found,) = services.foresee(made)

    services.publish(made)
    assert (found.target, found.symbol) == (VEGFA.id, "VEGFA")
    assert foreseen(found) == standing(VEGFA.id)


def test_the_end_of_an_entry_is_foreseen():
    published()
    entry = published(study__reference=reference(5))
    found = services.foresee_end(entry)
    services.retract(accession=entry.accession, reason="Of another cell.")
    assert foreseen(found) == standing(entry.target)
    assert services.foresee_end(Entry.objects.get(pk=entry.pk)).shifts == ()


@pytest.mark.parametrize("others", [1, 6])
def test_foreseeing_reads_the_same_however_many_entries_there_are(others, django_assert_num_queries):
    for number in range(others):
        published(cell_types=((MACROPHAGE, CD8_T_CELL)[number % 2],), study__reference=reference(20 + number))
    made = document(accession=services.next_accession(), cell_types=(MACROPHAGE,))
    with django_assert_num_queries(3):
        services.foresee(made)
