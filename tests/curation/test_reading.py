"""What people type is read as they mean it, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.curation import reading


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
    read = reading.p_value(text)
    assert read is None or (reading.p_value(read) == read and len(read) <= 40)
    reading.trial_ids(text)
    reading.several(text)
