"""The three-way merge, searched with contents of every kind: nothing is lost, nothing is made up."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.curation.content import FIELD_NAMES, PARTS, Content, differing
from apps.curation.merging import Changed, Side, changed_parts, merged, taken, three_way, together, undecided

LISTS = st.lists(st.sampled_from(["CL:1", "CL:2", "CL:3"]), unique=True).map(tuple)
TEXTS = st.sampled_from(["", "one", "one  ", "two words"])
NUMBERS = st.sampled_from([None, Decimal("0.58"), Decimal("0.580"), Decimal("2")])
P_VALUES = st.sampled_from(["0.002", "0.0020", "<0.05"])
BY_TYPE = {tuple: LISTS, str: TEXTS, type(None): NUMBERS}
EMPTY = Content()
CONTENTS = st.fixed_dictionaries(
    {},
    optional={
        name: P_VALUES if name == "p_value" else BY_TYPE[type(getattr(EMPTY, name))]
        for name in FIELD_NAMES
        if name not in {"answers", "reference", "sample_size"}
    },
).map(lambda values: Content(**values))
SIDES = st.sampled_from(list(Side))


def choices_of(data, parts):
    return {part.name: data.draw(st.sampled_from(part.sides)) for part in parts if part.changed is Changed.CONFLICT}


@given(CONTENTS)
def test_a_content_does_not_differ_from_itself(content):
    assert differing(content, content) == ()
    assert three_way(content, content, content) == []


@given(CONTENTS, CONTENTS)
def test_the_changed_parts_taken_make_the_other_content(base, mine):
    assert differing(taken(base, mine, changed_parts(base, mine)), mine) == ()


@given(CONTENTS, CONTENTS, CONTENTS)
def test_theirs_everywhere_is_what_is_published(base, theirs, mine):
    parts = three_way(base, theirs, mine)
    assert merged(base, theirs, mine, parts, {part.name: Side.THEIRS for part in parts}) == theirs


@given(CONTENTS, CONTENTS, CONTENTS)
def test_mine_in_every_conflict_is_mine_with_what_only_they_changed(base, theirs, mine):
    parts = three_way(base, theirs, mine)
    content = merged(base, theirs, mine, parts, {part.name: Side.MINE for part in undecided(parts, {})})
    only_theirs = [part.name for part in parts if part.changed is Changed.THEIRS]
    assert differing(content, taken(mine, theirs, only_theirs)) == ()


@given(CONTENTS, CONTENTS, CONTENTS, st.data())
def test_merging_twice_is_merging_once(base, theirs, mine, data):
    parts = three_way(base, theirs, mine)
    choices = choices_of(data, parts)
    once = merged(base, theirs, mine, parts, choices)
    again = three_way(theirs, theirs, once)
    assert {part.changed for part in again} <= {Changed.MINE}
    assert differing(merged(theirs, theirs, once, again, {}), once) == ()


@given(CONTENTS, CONTENTS, CONTENTS, st.data())
def test_what_nobody_changed_stays_and_every_part_is_somebody_s(base, theirs, mine, data):
    parts = three_way(base, theirs, mine)
    content = merged(base, theirs, mine, parts, choices_of(data, parts))
    touched = {name for part in parts for name in PARTS[part.name]}
    for name in FIELD_NAMES:
        if name not in touched and name != "answers":
            assert getattr(content, name) == getattr(theirs, name)
    for part in parts:
        fields = PARTS[part.name]
        values = [tuple(getattr(one, name) for name in fields) for one in (content, mine, theirs)]
        assert values[0] in values[1:] or part.sides[-1] is Side.BOTH


@given(CONTENTS, CONTENTS)
def test_alone_i_need_no_choice(base, mine):
    parts = three_way(base, base, mine)
    assert undecided(parts, {}) == []
    assert differing(merged(base, base, mine, parts, {}), mine) == ()


@given(LISTS, LISTS, LISTS)
def test_both_adds_what_either_added_and_drops_what_either_dropped(base, theirs, mine):
    result = set(together(base, theirs, mine))
    assert result >= (set(theirs) | set(mine)) - set(base)
    assert result.isdisjoint(set(base) - (set(theirs) & set(mine)))
    assert result == set(together(base, mine, theirs))


def test_who_changed_what():
    base = Content(summary="a", comparator="x", cancer_stage="I", outcome="toxicity", cell_types=("CL:1",))
    theirs = replace(base, summary="b", cancer_stage="II", cell_types=("CL:1", "CL:2"))
    mine = replace(base, summary="c", comparator="y", cancer_stage="II", cell_types=())
    found = {part.name: part.changed for part in three_way(base, theirs, mine)}
    assert found == {
        "cell_types": Changed.CONFLICT,
        "cancer_stage": Changed.SAME,
        "comparator": Changed.MINE,
        "summary": Changed.CONFLICT,
    }


def test_an_effect_is_never_mixed_from_two_people():
    base = Content(effect_value=Decimal("0.5"), ci_low=Decimal("0.4"))
    theirs, mine = replace(base, ci_low=Decimal("0.3")), replace(base, effect_value=Decimal("0.6"))
    [part] = three_way(base, theirs, mine)
    assert (part.name, part.changed, part.fields) == ("effect_value", Changed.CONFLICT, ("effect_value", "ci_low"))
    content = merged(base, theirs, mine, [part], {"effect_value": Side.MINE})
    assert (content.effect_value, content.ci_low) == (Decimal("0.6"), Decimal("0.4"))


@pytest.mark.parametrize("name", ["comparator", "cell_types"])
def test_text_that_could_not_be_read_is_a_change_of_mine(name):
    base = Content()
    [part] = three_way(base, base, base, unread=[name])
    assert (part.changed, Side.BOTH in part.sides) == (Changed.MINE, False)
