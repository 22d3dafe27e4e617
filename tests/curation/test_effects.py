"""An effect is read from the line that a paper prints, or refused in words; never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.curation import effects
from apps.curation.effects import Effect


def made(measure, value, low=None, high=None, **rest):
    numbers = {
        name: None if text is None else Decimal(text)
        for name, text in {"value": value, "low": low, "high": high}.items()
    }
    return Effect(measure=measure, **numbers, **rest)


HAZARD = made("HR", "0.58", "0.41", "0.82", p_value="0.002")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("HR 0.58 (95% CI 0.41–0.82), p=0.002", HAZARD),
        ("HR 0.58, 95%-CI: [0.41; 0.82]; P = .002", HAZARD),
        ("HR = 0,58 [95% CI: 0,41; 0,82]; p = 0,002", HAZARD),
        ("HR: 0·58 (95% CI 0·41 to 0·82; p=0·002)", HAZARD),
        ("hazard ratio of 0.58 (95% confidence interval, 0.41 to 0.82; P=.002)", HAZARD),
        ("Hazard ratio (HR) 0.58, CI95% 0.41-0.82, p-value: 0.002", HAZARD),
        ("adjusted HR 0.58 (0.41, 0.82) p = 0.002", HAZARD),
        ("aHR 0.58 (0.41—0.82; p = 0.002)", HAZARD),
        ("(HR = 0.58; 95% CI = 0.41−0.82; p = 0.002)", HAZARD),
        ("p=0.002, HR 0.58 (95% CI, 0.41 - 0.82)", HAZARD),
        ("0.58 (0.41–0.82)", made("", "0.58", "0.41", "0.82")),
        ("0,58 [0,41; 0,82]", made("", "0.58", "0.41", "0.82")),
        ("aOR 2.1 (1.3–3.4), P < .001, n=120", made("OR", "2.1", "1.3", "3.4", p_value="<0.001", sample_size=120)),
        ("relative risk 1.4; n = 1,204", made("RR", "1.4", sample_size=1204)),
        ("RR 0.9, p = n.s.", made("RR", "0.9", p_value="ns")),
        ("OR=2.1", made("OR", "2.1")),
        ("33% (25-41)", made("percent", "33", "25", "41")),
        ("33% (95% CI 25%–41%)", made("percent", "33", "25", "41")),
        ("reduced by 60%, p<0.01", made("percent", "-60", p_value="<0.01")),
        ("60% reduction", made("percent", "-60")),
        ("increase of 35 %", made("percent", "35")),
        ("−42% (p = 3 × 10^-4)", made("percent", "-42", p_value="0.0003")),
        ("fold change 3.2, p = 0.04", made("fold_change", "3.2", p_value="0.04")),
        ("2.5-fold increase (P<0.0001)", made("fold_change", "2.5", p_value="<0.0001")),
        ("log2FC 1.5", made("fold_change", "2.828")),
        ("log₂FC −1 (p=1e-5)", made("fold_change", "0.5000", p_value="0.00001")),
        ("0.9", made("", "0.9")),
    ],
)  # fmt: skip
def test_effect_is_read_from_one_line(typed, read):
    assert effects.effect(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "", "it got better", "HR", "0.58 and 0.61", "HR 0.58 in women, 0.61 in men", "HR 1,200", "HR 0.58, p=1.2",
        "HR 0.58 OR 0.61", "2-fold lower", "HR 0.58, n=0", "log2FC 99", "n=12", "p=0.03", "Figure 3",
    ],
)  # fmt: skip
def test_effect_is_not_guessed(typed):
    assert effects.effect(typed) is None


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("median OS 12.3 vs 8.1 months", "ratio"),
        ("12.3 months versus 8.1 months (p=0.02)", "ratio"),
        ("HR 0.58 (90% CI 0.45-0.75)", "90%"),
    ],
)
def test_a_line_that_is_no_effect_is_refused_in_words(typed, word):
    assert effects.effect(typed) is None
    assert word in effects.objection(typed)


ratios = st.decimals("0.01", "99", places=2)
styles = st.tuples(
    st.sampled_from(["HR", "hazard ratio", "aHR", "Adjusted HR", "OR", "RR", "risk ratio"]),
    st.sampled_from([" ", " = ", ": ", ", ", " of "]),
    st.sampled_from([" (95% CI {}–{})", " [95%-CI: {}; {}]", "; 95% CI, {} to {}", " ({}-{})", ", CI 95% {} − {}"]),
    st.sampled_from(["", ", p = 0.03", "; P < .001", " (p=n.s.)"]),
    st.sampled_from(["", ", n=48"]),
    st.sampled_from([".", "·", ","]),
)


@settings(max_examples=300)
@given(numbers=st.lists(ratios, min_size=3, max_size=3).map(sorted), style=styles)
def test_whatever_the_style_the_same_numbers_are_read(numbers, style):
    name, link, interval, p_value, size, point = style
    low, value, high = (str(number).replace(".", point) for number in numbers)
    read = effects.effect(f"{name}{link}{value}{interval.format(low, high)}{p_value}{size}")

    assert read is not None
    assert [read.low, read.value, read.high] == numbers
    assert read.measure in {"HR", "OR", "RR"}
    assert bool(read.p_value) == bool(p_value)
    assert read.sample_size == (48 if size else None)


@given(
    st.text(alphabet=st.sampled_from("0123456789.,·eE+-–−% ()[]<>=≤pPnNsSHRCItoNCT×10⁻⁴;lg2FCvsfold\n"), max_size=60)
)
def test_no_text_makes_the_reader_fail(text):
    read = effects.effect(text)
    assert effects.objection(text) == "" or read is None
    assert read is None or (read.value is not None and (read.low is None) == (read.high is None))
