"""The flow of triage: numbers that add up whatever was counted, and a picture in which nothing overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.literature.drawing import WIDTH, draw
from apps.literature.flow import Flow

NUMBERS = st.integers(min_value=0, max_value=10**7)
NAMES = st.text(alphabet="abc defg", min_size=1, max_size=120).filter(str.strip)
COUNTED = st.dictionaries(NAMES, NUMBERS, max_size=5)
CANDIDATES = ("unscreened", "in_conflict", "later", "unclaimed", "claimed", "curated")


@st.composite
def flows(pick):
    """Any numbers of candidates, and as many records as these have come from."""
    candidates = {name: pick(NUMBERS) for name in CANDIDATES}
    excluded, sources, known, unread, joined = pick(COUNTED), pick(COUNTED), pick(NUMBERS), pick(NUMBERS), pick(NUMBERS)
    found = sum(sources.values())
    needed = known + unread + joined + sum(candidates.values()) + sum(excluded.values())
    known += max(0, found - needed)
    by_hand = max(0, needed - found)
    return Flow(sources=sources, by_hand=by_hand, known=known, unread=unread, excluded=excluded, **candidates)


FLOWS = flows()

FLOW = Flow(
    sources={"PubMed search": 90, "File": 30},
    by_hand=2,
    known=20,
    unread=1,
    unscreened=40,
    in_conflict=5,
    excluded={"Not about cancer": 25, "Retracted": 5},
    later=4,
    unclaimed=3,
    claimed=6,
    curated=12,
)


def test_each_stage_is_the_one_before_without_those_who_left():
    assert [(stage.title, stage.number) for stage in FLOW.stages()] == [
        ("Records identified", 122),
        ("Candidates", 100),
        ("Screened", 55),
        ("To be curated", 25),
        ("Curated", 12),
    ]


@given(FLOWS)
def test_what_leaves_and_what_goes_on_add_up(flow):
    *before, _last = stages = flow.stages()
    for stage, next_one in zip(before, stages[1:], strict=True):
        assert stage.number - stage.left.number == next_one.number


@given(FLOWS)
def test_parts_make_their_whole(flow):
    identified, candidates, screened, sought, _ = flow.stages()
    for one in (identified, identified.left, screened.left, sought.left):
        assert sum(number for _, number in one.parts) == one.number
    assert sum(number for _, number in candidates.left.parts) <= candidates.left.number


@given(FLOWS)
def test_the_picture_holds_every_box_and_none_lies_on_another(flow):
    drawing = draw(flow.stages())
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= WIDTH
        assert box.y + box.height <= drawing.height
        assert all(box.y < line.y <= box.y + box.height for line in box.lines)
    for place, box in enumerate(drawing.boxes):
        for other in drawing.boxes[place + 1 :]:
            apart = box.x + box.width < other.x or other.x + other.width < box.x
            assert apart or box.y + box.height < other.y or other.y + other.height < box.y


@pytest.mark.parametrize("flow", [Flow(), FLOW])
def test_the_picture_says_every_number(flow):
    said = " ".join(line.text for box in draw(flow.stages()).boxes for line in box.lines)
    for stage in flow.stages():
        for one in filter(None, (stage, stage.left)):
            assert f"{one.title}: {one.number}" in said
            assert all(f"{label}: {number}" in said for label, number in one.parts)
