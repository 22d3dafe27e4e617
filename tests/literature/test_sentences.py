"""Sentences of abstracts: where they end, where they do not, and that nothing is lost between them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.literature.sentences import sentences


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Growth was slowed, e.g. by TGF-β blockade (Fig. 2), i.e. in mice.",
        "Survival was longer (12.4 vs. 8.1 months; P = .05).",
        "As shown by Smith et al. Nature did not object.",
        "J. M. Smith and E. coli were there.",
        "Cells (n = 5. Each in triplicate) were sorted.",
        "METHODS: We used ClinicalTrials.gov.",
        "Version 1.1 of RECIST was used at approx. 37 °C.",
        "We saw a wrapped\nline that went\non.",
        "See ref. 12 and Figs. 3 and 4.",
    ],
)
def test_one_sentence(text):
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!  Three?", ["One.", "Two!", "Three?"]),
        ("Growth fell by 0.5. mTOR rose. p53 too.", ["Growth fell by 0.5.", "mTOR rose.", "p53 too."]),
        ("It did.[1,2] (See below.) “So.” End.", ["It did.[1,2]", "(See below.)", "“So.”", "End."]),
        ("BACKGROUND\nCancer is. RESULTS: It was.", ["BACKGROUND", "Cancer is.", "RESULTS: It was."]),
        ("AIM:\nTo see\n\nfurther", ["AIM:", "To see", "further"]),
        ("They had hepatitis B. We treated them.", ["They had hepatitis B.", "We treated them."]),
        ("It grew.12 The rest did not.", ["It grew.12", "The rest did not."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_several_sentences(text, expected):
    assert cut(text) == expected


PIECES = st.sampled_from(
    ["A", "b", "Fig", "e.g", ".", "!", "(", ")", "]", "[1]", " ", "\n", "5", "”", "…", "\x00", "é"]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
@settings(max_examples=200, deadline=None)
def test_only_white_space_lies_between_sentences(text):
    place = 0
    for start, end in sentences(text):
        assert place <= start < end
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()
