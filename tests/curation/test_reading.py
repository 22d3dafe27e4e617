"""What people type is read as they mean it, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.curation import reading
from apps.curation.reading import Effect


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0.58", "0.58"),
        ("0,58", "0.58"),
        ("0,582", "0.582"),
        ("0·58", "0.58"),
        (".5", "0.5"),
        ("−3", "-3"),
        ("1 200", "1200"),
        ("1,200,000", "1200000"),
        ("1,200.5", "1200.5"),
        ("1e-5", "0.00001"),
    ],
)
def test_number_is_read(typed, read):
    assert reading.number(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["", "a lot", "1,200", "1.2.3", "NaN", "Infinity", "--1", "٣"])
def test_number_is_not_guessed(typed):
    assert reading.number(typed) is None


@pytest.mark.parametrize(("typed", "read"), [("24", 24), ("n = 24", 24), ("N=1,200", 1200), ("1 200", 1200)])
def test_whole_number_is_read(typed, read):
    assert reading.whole_number(typed) == read


@pytest.mark.parametrize("typed", ["", "2.5", "-1", "some", "99999999999"])
def test_whole_number_is_not_guessed(typed):
    assert reading.whole_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (
            "HR 0.58 (95% CI 0.41–0.82), p=0.002",
            Effect(measure="HR", value=Decimal("0.58"), low=Decimal("0.41"), high=Decimal("0.82"), p_value="0.002"),
        ),
        ("0.58 (0.41–0.82)", Effect(value=Decimal("0.58"), low=Decimal("0.41"), high=Decimal("0.82"))),
        ("0,58 [0,41; 0,82]", Effect(value=Decimal("0.58"), low=Decimal("0.41"), high=Decimal("0.82"))),
        (
            "hazard ratio, 0.71; 95% CI, 0.58 to 0.88; p<0.001",
            Effect(measure="HR", value=Decimal("0.71"), low=Decimal("0.58"), high=Decimal("0.88"), p_value="<0.001"),
        ),
        ("OR=2.1", Effect(measure="OR", value=Decimal("2.1"))),
        ("33% (25-41)", Effect(measure="percent", value=Decimal("33"), low=Decimal("25"), high=Decimal("41"))),
        ("fold change 3.2, p = 0.04", Effect(measure="fold_change", value=Decimal("3.2"), p_value="0.04")),
        ("0.9", Effect(value=Decimal("0.9"))),
    ],
)
def test_effect_is_read_from_one_line(typed, read):
    assert reading.effect(typed) == read


@pytest.mark.parametrize("typed", ["", "it got better", "HR", "0.58 and 0.61", "HR 0.58 in women, 0.61 in men"])
def test_effect_is_not_guessed(typed):
    assert reading.effect(typed) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0.03", "0.03"),
        ("p=0.03", "0.03"),
        ("P < 0,001", "<0.001"),
        ("p-value: 0.2".replace(":", " ="), "0.2"),
        ("≤0.05", "≤0.05"),
        ("5 × 10⁻⁴", "0.0005"),
        ("1e-20", "1E-20"),
        ("ns", "ns"),
        ("n.s.", "ns"),
        ("not significant", "ns"),
    ],
)
def test_p_value_is_read(typed, read):
    assert reading.p_value(typed) == read


@pytest.mark.parametrize("typed", ["", "1.5", "-0.1", "small", "p", "0.01 and 0.02"])
def test_p_value_is_not_guessed(typed):
    assert reading.p_value(typed) is None


def test_trial_ids_are_found_and_the_rest_is_told():
    assert reading.trial_ids("NCT01234567; nct 07654321, NCT01234567") == (("NCT01234567", "NCT07654321"), "")
    assert reading.trial_ids("NCT0123456, none") == ((), "NCT0123456, none")
    assert reading.trial_ids("") == ((), "")


def test_lists_are_separated_by_any_usual_mark():
    assert reading.several("GSE1; GSE2,GSE3\nGSE1\n") == ("GSE1", "GSE2", "GSE3")


@given(st.text(alphabet=st.sampled_from("0123456789.,·eE+-–−% ()[]<>=≤pPnNsSHRCItoNCT×10⁻⁴;\n")))
def test_readers_never_fail(text):
    reading.number(text)
    reading.whole_number(text)
    reading.effect(text)
    read = reading.p_value(text)
    assert read is None or (reading.p_value(read) == read and len(read) <= 40)
    reading.trial_ids(text)
    reading.several(text)
