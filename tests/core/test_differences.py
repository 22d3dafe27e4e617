"""The engine of differences: by meaning, complete, and quick also on long texts."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.differences import (
    Difference,
    Kind,
    items,
    number_items,
    number_key,
    printed_key,
    text_items,
    text_key,
    words,
)

WORDS = st.lists(st.sampled_from(["tumour", "growth", "slowed", "in", "mice.", "\n"]), max_size=30).map(" ".join)
LISTS = st.lists(st.sampled_from("abcdef"), unique=True).map(lambda keys: items(*((key, key.upper()) for key in keys)))


def difference(before, after, kind=Kind.VALUE):
    return Difference("name", "Name", kind, before, after)


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.580", "0.58"), (Decimal("10"), 10), ("-0.0", "0"), (Decimal("1E+2"), 100), (616.0, 616)],
)
def test_numbers_are_the_same_by_their_value(one, other):
    assert number_key(one) == number_key(other)
    assert not difference(number_items(one), number_items(other)).changed


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.002", "0.0020"), ("< 0.001", "<0.0010"), ("p = 0.05", "0.05"), ("=0.05", "0.050"), ("1e-5", "0.00001")],
)
def test_numbers_as_printed_are_the_same_by_their_meaning(one, other):
    assert printed_key(one) == printed_key(other)


@pytest.mark.parametrize(("one", "other"), [("<0.05", "0.05"), (">0.05", "<0.05"), ("n.s.", "ns"), ("0.5", "0.05")])
def test_other_numbers_as_printed_differ(one, other):
    assert printed_key(one) != printed_key(other)


def test_a_number_beyond_reading_costs_nothing():
    assert len(number_key("1e999999999")) < 20
    assert len(printed_key("< 1e-999999999")) < 20


def test_a_renamed_value_is_the_same_value():
    renamed = difference(items(("CL:1", "macrophage")), items(("CL:1", "Macrophage (tissue)")), Kind.LIST)
    assert not renamed.changed
    assert [item.text for item in renamed.kept] == ["Macrophage (tissue)"]


def test_a_list_tells_what_went_came_and_stayed():
    one = difference(items(("a", "A"), ("b", "B")), items(("b", "B"), ("c", "C")), Kind.LIST)
    assert [[item.key for item in part] for part in (one.removed, one.added, one.kept)] == [["a"], ["c"], ["b"]]


def test_white_space_tells_nothing_in_a_text():
    assert not difference(text_items("slowed  growth\n"), text_items("slowed growth"), Kind.TEXT).changed


def test_words_that_went_and_came_stand_between_those_that_stayed():
    assert words("growth was slowed in mice", "growth was slightly slowed in rats") == (
        ("", "growth was "),
        ("+", "slightly "),
        ("", "slowed in "),
        ("-", "mice"),
        ("+", "rats"),
    )


def test_texts_that_share_little_stand_whole():
    assert words("a b c d e", "f g h i e") == (("-", "a b c d e"), ("+", "f g h i e"))


@given(LISTS, LISTS)
def test_every_value_of_a_list_is_told_once(before, after):
    one = difference(before, after, Kind.LIST)
    assert {*one.removed, *one.kept} == set(before)
    assert {*one.added, *one.kept} == set(after)
    assert one.changed == (set(before) != set(after))


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_the_words(before, after):
    pieces = words(before, after)
    assert text_key("".join(text for how, text in pieces if how != "+")) == text_key(before)
    assert text_key("".join(text for how, text in pieces if how != "-")) == text_key(after)


@given(WORDS)
def test_a_text_does_not_differ_from_itself(text):
    assert all(how == "" for how, _ in words(text, text))


def test_long_texts_are_compared_in_a_moment():
    plain = [" ".join(f"word{number % step}" for number in range(1400)) for step in (97, 89)]
    began = time.monotonic()
    for one, other in (plain, ("word other " * 700, "other word third " * 500), ("a b " * 49, "b a c " * 49)):
        words(one, other)
        words(one * 100, other * 100)
    assert time.monotonic() - began < 5
