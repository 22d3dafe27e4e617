"""Cohen's κ: published examples, another way to reckon it, and where it does not exist."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.literature.agreement import Kappa, Table, kappa

COUNTS = st.integers(min_value=0, max_value=60)
TABLES = st.builds(Table, COUNTS, COUNTS, COUNTS, COUNTS)


def reworded(table):
    """The same with the two words changing places."""
    return Table(table.both_exclude, table.exclude_include, table.include_exclude, table.both_include)


def by_counting(table):
    """κ of 2 × 2 in its short form: 2(ad − bc) / ((a+b)(b+d) + (a+c)(c+d))."""
    a, b, c, d = table.both_include, table.include_exclude, table.exclude_include, table.both_exclude
    below = (a + b) * (b + d) + (a + c) * (c + d)
    return 2 * (a * d - b * c) / below if below else None


def error_by_differences(table):
    """The standard error of κ by the delta method, its slopes measured and not derived."""
    counts = (table.both_include, table.include_exclude, table.exclude_include, table.both_exclude)
    n, step = table.total, 1e-6
    shares = [count / n for count in counts]

    def moved(by, cell):
        a, b, c, d = (share + by * (place == cell) for place, share in enumerate(shares))
        whole = a + b + c + d
        chance = ((a + b) * (a + c) + (c + d) * (b + d)) / whole**2
        return ((a + d) / whole - chance) / (1 - chance)

    slopes = [(moved(step, cell) - moved(-step, cell)) / (2 * step) for cell in range(4)]
    mean = sum(slope * share for slope, share in zip(slopes, shares, strict=True))
    return math.sqrt(sum(share * (slope - mean) ** 2 for slope, share in zip(slopes, shares, strict=True)) / n)


@pytest.mark.parametrize(
    ("table", "value"),
    [
        (Table(40, 9, 6, 45), 0.70),  # Feinstein and Cicchetti, J Clin Epidemiol 1990; 43: 543
        (Table(80, 10, 5, 5), 0.32),  # the same: as much agreement, and far less beyond chance
        (Table(22, 2, 4, 11), 0.67),  # Sim and Wright, Phys Ther 2005; 85: 257
        (Table(20, 5, 10, 15), 0.40),
        (Table(45, 15, 25, 15), 0.13),
        (Table(25, 35, 5, 35), 0.26),
    ],
)
def test_published_examples_come_out_as_published(table, value):
    assert kappa(table).value == pytest.approx(value, abs=0.005)


def test_percent_agreement_is_told_apart_from_kappa():
    assert (Table(40, 9, 6, 45).observed, Table(80, 10, 5, 5).observed) == (0.85, 0.85)


@given(TABLES)
def test_kappa_is_the_same_reckoned_the_short_way(table):
    found, other = kappa(table), by_counting(table)
    assert (found is None) == (other is None)
    if found:
        assert found.value == pytest.approx(other)


@given(TABLES)
def test_kappa_knows_neither_who_is_first_nor_which_word_is_which(table):
    found = kappa(table)
    for other in (kappa(table.turned), kappa(reworded(table))):
        assert (found is None) == (other is None)
        if found:
            assert found.value == pytest.approx(other.value)
            assert (found.interval is None) == (other.interval is None)
            assert found.interval is None or found.interval == pytest.approx(other.interval)


@given(TABLES)
def test_the_interval_holds_the_value_and_stays_within_bounds(table):
    found = kappa(table)
    if found and found.interval:
        low, high = found.interval
        assert -1 <= low <= found.value <= high <= 1
        assert low < high


@given(st.builds(Table, *[st.integers(min_value=1, max_value=60)] * 4))
def test_the_interval_is_that_of_the_delta_method(table):
    found = kappa(table)
    half = 1.959964 * error_by_differences(table)
    bounds = max(-1, found.value - half), min(1, found.value + half)
    assert found.interval == pytest.approx(bounds, abs=1e-4)


@pytest.mark.parametrize("table", [Table(), Table(both_include=7), Table(both_exclude=1)])
def test_kappa_does_not_exist_where_one_word_alone_was_said_or_none(table):
    assert kappa(table) is None


def test_perfect_agreement_and_perfect_disagreement_have_no_interval():
    assert kappa(Table(both_include=6, both_exclude=3)) == Kappa(1)
    assert kappa(Table(include_exclude=5, exclude_include=5)) == Kappa(-1)
    assert kappa(Table(include_exclude=1)) == Kappa(0)


@pytest.mark.parametrize(
    ("value", "words"), [(-0.2, "no better than chance"), (0.2, "slight"), (0.41, "moderate"), (1.0, "almost perfect")]
)
def test_kappa_in_words(value, words):
    assert Kappa(value).words == words


def test_tables_add_up():
    assert Table(1, 2, 3, 4) + Table(10, 20, 30, 40) == Table(11, 22, 33, 44)
    assert (Table(1, 2, 3, 4).total, Table().observed) == (10, None)
