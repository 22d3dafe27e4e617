"""Content is one value: equal content has one digest, and the same claim one key."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.curation.content import FIELD_NAMES, GROUPS, Content

CONTENT = Content(
    target="HGNC:1",
    cell_types=("CL:2", "CL:1"),
    cancers=("DOID:1",),
    therapies=("CHEMBL:1", "CHEMBL:2"),
    intervention="inhibit",
    outcome="tumour_growth",
    reference=7,
    effect_value=Decimal("0.5800"),
    answers=(("retraction", "b"), ("coherence", "a")),
)


def test_digest_ignores_the_order_of_lists_and_trailing_zeros():
    same = replace(
        CONTENT,
        cell_types=("CL:1", "CL:2"),
        therapies=("CHEMBL:2", "CHEMBL:1"),
        effect_value=Decimal("0.58"),
        answers=(("coherence", "a"), ("retraction", "b")),
    )

    assert same.digest() == CONTENT.digest()


@pytest.mark.parametrize(
    "change",
    [
        {"target": "HGNC:2"},
        {"cell_types": ("CL:1",)},
        {"effect_value": Decimal("0.581")},
        {"effect_value": None},
        {"answers": ()},
        {"summary": "x"},
        {"reference": 8},
    ],
)
def test_digest_changes_with_any_field(change):
    assert replace(CONTENT, **change).digest() != CONTENT.digest()


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-0", "1e-300"])
def test_digest_takes_any_number(number):
    assert replace(CONTENT, effect_value=Decimal(number)).digest()


def test_duplicate_key_is_about_the_claim_alone():
    key = CONTENT.duplicate_key()

    assert replace(CONTENT, summary="other words", effect_value=None, answers=()).duplicate_key() == key
    assert replace(CONTENT, therapies=("CHEMBL:2", "CHEMBL:1")).duplicate_key() == key
    assert replace(CONTENT, outcome="metastasis").duplicate_key() != key
    assert replace(CONTENT, reference=8).duplicate_key() != key


def test_unfinished_content_has_no_duplicate_key():
    assert replace(CONTENT, target="").duplicate_key() == ""
    assert replace(CONTENT, reference=None).duplicate_key() == ""


def test_groups_hold_every_field_once():
    grouped = [name for names in GROUPS.values() for name in names]

    assert sorted([*grouped, "answers"]) == sorted(FIELD_NAMES)
