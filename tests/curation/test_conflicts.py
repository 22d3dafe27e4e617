"""Who is an author of the paper, and who works at the same place; each with a near twin that is not."""

import pytest

from apps.curation.conflicts import Someone, is_author, same_affiliation

ADA = {"family": "Lovelace", "given": "Ada"}


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Ada Lovelace", ADA),
        ("Lovelace, Ada", ADA),
        ("Ada Byron Lovelace", ADA),
        ("A. Lovelace", ADA),
        ("Ada Lovelace", {"family": "Lovelace", "given": "A B"}),
        ("Ada Lovelace", {"family": "LOVELACE", "given": "AB"}),
        ("José de la Peña", {"family": "de la Pena", "given": "J"}),
    ],
)
def test_author_is_known_by_name(name, author):
    assert is_author(Someone(name=name), [{"family": "Roe", "given": "Ann"}, author])


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Ada Lovelace", {"family": "Lovelace", "given": "Anna"}),
        ("Ada Lovelace", {"family": "Love", "given": "Ada"}),
        ("Bea Lovelace", {"family": "Lovelace", "given": "A"}),
        ("Lovelace", ADA),
        ("", ADA),
        ("Ada Lovelace", {"family": "", "given": "", "collective": "Lovelace Study Group"}),
    ],
)
def test_others_are_not(name, author):
    assert not is_author(Someone(name=name), [author])


def test_orcid_decides_where_both_are_known():
    author = {**ADA, "orcid": "0000-0001-0000-0001"}

    assert is_author(Someone(name="Augusta King", orcid="0000-0001-0000-0001"), [author])
    assert not is_author(Someone(name="Ada Lovelace", orcid="0000-0002-0000-0002"), [author])
    assert is_author(Someone(name="Ada Lovelace"), [author])
    assert not is_author(Someone(name="Ada Lovelace"), None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dept. of Oncology, University of Example", "University of Example – Oncology", True),
        ("Université d’Exemple", "universite d'exemple", True),
        ("University of Example", "University of Elsewhere", False),
        ("", "", False),
        ("of the", "of the", False),
    ],
)
def test_places_are_compared_without_punctuation_and_order(one, other, same):
    assert same_affiliation(Someone(name="", affiliation=one), Someone(name="", affiliation=other)) is same
