"""Queries that are compiled once: values stand where their marks stood, and nowhere else."""

import pytest

from apps.accounts.models import User
from apps.core.compiled import compiled, mark, number_mark


def test_marks_become_values_also_within_a_pattern():
    rows = User.objects.filter(username=mark("a")).filter(pk__gt=number_mark(0)).filter(email__startswith=mark(1))
    query = compiled(rows.values_list("pk"), [mark("a"), number_mark(0), mark(1)])
    values = {mark("a"): "x", number_mark(0): 7, mark(1): "a\\_b"}
    assert query.filled(values) == ["x", 7, "a\\_b%"]


def test_a_value_that_looks_like_a_mark_stays_a_value():
    query = compiled(User.objects.filter(username=mark(0)).filter(email=mark(1)), [mark(0), mark(1)])
    assert query.filled({mark(0): mark(1), mark(1): mark(0)}) == [mark(1), mark(0)]


def test_constants_stay_as_they_are():
    query = compiled(User.objects.filter(role="editor").filter(username=mark(0)), [mark(0)])
    assert query.filled({mark(0): "x"}) == ["editor", "x"]


@pytest.mark.parametrize(
    "rows",
    [User.objects.none(), User.objects.filter(username="x"), User.objects.filter(username__startswith=mark("a_b"))],
)
def test_what_does_not_come_out_as_it_went_in_is_not_compiled(rows):
    assert compiled(rows, [mark("a_b")]) is None
