"""Level and score of a draft show every factor, and agree with the score of what is published."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalogue import scoring
from apps.curation.content import Content
from apps.curation.rules import ReferenceFact
from apps.curation.weighing import standing
from apps.vocabularies import choices

ARTICLE = ReferenceFact(id=1)
PREPRINT = replace(ARTICLE, reference_type="preprint")
MODEL = Content(level="D1", quality=("controls", "adequate_n"), attribution="bulk", direction="supports")


def factors(content, reference=ARTICLE):
    return {factor.name: factor for factor in standing(content, reference).factors}


def test_every_factor_is_shown_with_its_value():
    shown = factors(MODEL, PREPRINT)

    assert {name: factor.value for name, factor in shown.items()} == {
        "Level": 1.0,
        "Quality": 0.64,
        "Attribution": 0.5,
        "Publication": 0.5,
    }
    assert standing(MODEL, PREPRINT).weight == pytest.approx(0.16)


def test_what_could_be_gained_is_told():
    shown = factors(MODEL)

    assert shown["Quality"].gain.startswith("+0.06 ")
    assert shown["Attribution"].gain == "+0.32 where it is “cell-specific manipulation”"
    assert factors(replace(MODEL, level="B"))["Attribution"].gain.endswith("“selective agent with a TME read-out”")
    assert factors(replace(MODEL, quality=tuple(choices.Quality)))["Quality"].gain == ""


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"level": ""}, "Without a level"),
        ({"direction": "inconclusive"}, "neither side"),
        ({"direction": "no_effect", "quality": ()}, "adequate"),
    ],
)
def test_why_a_record_gives_nothing_is_told(change, word):
    assert word in standing(replace(MODEL, **change), ARTICLE).rests
    assert standing(MODEL, ARTICLE).rests == ""


def test_a_stop_for_futility_is_a_factor_of_its_own():
    assert factors(replace(MODEL, stage="stopped", stop_reason="futility"))["Stopped"].value == 0.5
    assert "Stopped" not in factors(replace(MODEL, stage="stopped", stop_reason="recruitment"))


def code(kind):
    return st.sampled_from(["", "unheard_of", *kind.values])


@given(
    content=st.builds(
        Content,
        level=code(choices.Level),
        quality=st.lists(code(choices.Quality), max_size=6).map(tuple),
        attribution=code(choices.Attribution),
        direction=code(choices.Direction),
        stage=code(choices.Stage),
        stop_reason=code(choices.StopReason),
    ),
    reference=st.none() | st.sampled_from([ARTICLE, PREPRINT, replace(ARTICLE, retraction_state="retracted")]),
)
def test_the_factors_multiply_to_the_weight(content, reference):
    shown = standing(content, reference)
    product = 1.0
    for factor in shown.factors:
        product *= factor.value

    assert shown.weight == pytest.approx(product, abs=1e-6)
    assert shown.points <= shown.most <= max(scoring.CAPS.values())
