"""Where the queue leads."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.curation.forecast import Week, forecast

COUNTS = st.integers(0, 500)


def weeks(*counts):
    return [Week(date(2026, 1, 5) + timedelta(weeks=number), *each) for number, each in enumerate(counts)]


def test_a_queue_that_grows():
    found = forecast(weeks((5, 3), (6, 2)), waiting=10)
    assert (found.weekly, found.then, found.clear_in) == (3.0, 22, None)


def test_a_queue_that_shrinks_is_empty_after_whole_weeks():
    found = forecast(weeks((0, 3), (0, 3)), waiting=10)
    assert (found.then, found.clear_in) == (0, 4)


def test_a_queue_that_stays():
    found = forecast(weeks((4, 4)), waiting=7)
    assert (found.weekly, found.then, found.clear_in) == (0.0, 7, None)


def test_nothing_to_go_by():
    assert forecast(weeks((0, 0), (0, 0)), waiting=3) is None


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=12), COUNTS)
def test_there_are_never_fewer_than_none_and_a_queue_is_cleared_just_when_it_is(counts, waiting):
    found = forecast(weeks(*counts), waiting=waiting)
    if found is None:
        return
    assert found.then >= 0
    if found.clear_in is not None:
        assert waiting + found.weekly * found.clear_in <= 1e-6
        assert found.clear_in == 0 or waiting + found.weekly * (found.clear_in - 1) > -1e-6
