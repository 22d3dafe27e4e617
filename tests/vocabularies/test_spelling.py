"""Mistyped words: counted by letters, and mended where one word is near enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.vocabularies import services
from apps.vocabularies.models import Term, VocabularyWord
from apps.vocabularies.spelling import errors, keys_of, nearest, tolerated
from tests.factories.vocabularies import TargetFactory, TermFactory

WORDS = st.text("abcde", max_size=8)


@pytest.mark.parametrize(
    ("typed", "word", "count"),
    [("macrophage", "macrophage", 0), ("makrophage", "macrophage", 1), ("macrohpage", "macrophage", 1), ("", "abc", 3)],
)
def test_errors_are_letters_put_in_left_out_exchanged_or_swapped(typed, word, count):
    assert errors(typed, word) == count


@given(WORDS, WORDS)
def test_errors_count_the_same_both_ways_and_no_more_than_the_longer_word(one, other):
    assert errors(one, other) == errors(other, one) <= max(len(one), len(other))
    assert (errors(one, other) == 0) == (one == other)


@given(WORDS.filter(bool), st.data())
def test_a_word_with_one_error_shares_a_key_with_the_right_one(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    mistyped = data.draw(
        st.sampled_from([word[:at] + word[at + 1 :], word[:at] + "x" + word[at:], word[:at] + "x" + word[at + 1 :]])
    )
    assert set(keys_of(word)) & set(keys_of(mistyped))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("makrophage", "macrophage"), ("macropahge", "macrophage"), ("makro", "macro"), ("xyzzyplugh", None)],
)
def test_the_nearest_word_is_the_one_meant(typed, meant):
    assert nearest(typed, [("macrophage", 3), ("macrocyte", 1), ("monocyte", 9)]) == meant


@pytest.mark.django_db
def test_words_follow_the_names():
    TermFactory(label="macrophage", synonyms=["histiocyte"])
    TargetFactory(symbol="CSF1R", name="colony stimulating factor receptor")
    assert services.refresh_words() > 0
    assert VocabularyWord.objects.mended("makrophage") == "macrophage"
    assert VocabularyWord.objects.mended("hystiocyte") == "histiocyte"
    assert VocabularyWord.objects.mended("macro") == "macro"
    assert services.refresh_words() == 0
    Term.objects.all().delete()
    services.refresh_words()
    assert VocabularyWord.objects.mended("makrophage") == "makrophage"


@pytest.mark.django_db
def test_mending_costs_the_same_however_many_words_there_are(django_assert_max_num_queries):
    for n in range(3):
        TermFactory(label=f"macrophage{n}")
    services.refresh_words()
    with django_assert_max_num_queries(1):
        VocabularyWord.objects.mended("makrophage")


@given(WORDS.filter(lambda word: len(word) > 3), st.lists(WORDS, max_size=4, unique=True))
def test_the_nearest_word_is_within_what_is_tolerated_wholly_or_as_far_as_it_was_typed(typed, words):
    beginnings = {word[: len(typed)] for word in words if len(word) > len(typed)}
    near = [word for word in {*words, *beginnings} if errors(typed, word) <= tolerated(typed)]
    meant = nearest(typed, [(word, 1) for word in words])
    assert (meant in near) if near else (meant is None)
    assert meant is None or errors(typed, meant) == min(errors(typed, word) for word in near)
