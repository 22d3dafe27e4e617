"""What contradicts what; each case with a near twin that does not."""

from dataclasses import replace

import pytest

from apps.curation.content import Content
from apps.curation.rules.contradiction import contradicts

ONE = Content(
    target="HGNC:1",
    intervention="inhibit",
    outcome="tumour_growth",
    change="decreased",
    direction="supports",
    cell_types=("CL:1", "CL:2"),
    cancers=("DOID:1",),
)


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": "contradicts"},
        {"change": "increased"},
        {"direction": "contradicts", "cell_types": ("CL:2", "CL:9")},
        {"direction": "contradicts", "cell_types": ()},
        {"direction": "contradicts", "cancers": ()},
        {"change": "increased", "direction": "inconclusive"},
    ],
)
def test_opposites_about_the_same_contradict(changes):
    other = replace(ONE, **changes)
    assert contradicts(ONE, other)
    assert contradicts(other, ONE)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"direction": "no_effect", "change": "unchanged"},
        {"direction": "contradicts", "target": "HGNC:2"},
        {"direction": "contradicts", "intervention": "activate"},
        {"direction": "contradicts", "outcome": "metastasis"},
        {"direction": "contradicts", "cell_types": ("CL:9",)},
        {"direction": "contradicts", "cancers": ("DOID:9",)},
    ],
)
def test_the_rest_does_not(changes):
    other = replace(ONE, **changes)
    assert not contradicts(ONE, other)
    assert not contradicts(other, ONE)


def test_states_of_cells_count_as_cells():
    one = replace(ONE, cell_types=(), cell_states=("TMECS:1",))
    assert contradicts(one, replace(one, direction="contradicts"))
    assert not contradicts(one, replace(one, direction="contradicts", cell_states=("TMECS:2",)))


def test_nothing_contradicts_nothing():
    assert not contradicts(Content(direction="supports"), Content(direction="contradicts"))
