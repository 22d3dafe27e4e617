"""Broken input of any kind is told, never raised: mutations of good files, and nonsense."""

import gzip
import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.literature.formats import FORMATS, Citation, Problem, Reader, Unreadable
from apps.literature.formats.citation import reasons_against_storing
from apps.literature.services.merging import content_hash, said_by
from tests.factories.literature import article, article_set, many

GOOD = article_set(
    article(1, "One &amp; <i>two</i>", doi="10.1000/a", pmcid="PMC1", abstract="Text.", revised="2020-01-02"),
    article(2, "Größe", authors="<Author><CollectiveName>Group</CollectiveName></Author>"),
    article(3, version=2, year="<MedlineDate>1999-2000</MedlineDate>"),
    tail="<DeleteCitation><PMID>4</PMID></DeleteCitation>",
)
NASTY = [
    *(b"\x00", b"\xff\xfe", b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"<?", b"&#0;", b"&#55555;"),
    *(b"</PubmedArticle>", b"<PubmedArticle>", b"<PMID>-1</PMID>", b"<PMID>\xd9\xa1</PMID>", b"\xef\xbb\xbf"),
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
]


def survive(content: bytes) -> None:
    """Read it to the end, in every way; each item is whole and could go on to the database."""
    for name in ("auto", *(each.NAME for each in FORMATS)):
        try:
            items = list(Reader(io.BytesIO(content), name))
        except Unreadable:
            continue
        assert items, "a file without records is told"
        for item in items:
            if isinstance(item, Problem):
                assert item.reason
            else:
                assert isinstance(item, Citation)
                list(reasons_against_storing(item))
                assert len(content_hash(item)) == 32
                text = repr(said_by(item, doi=item.doi, pmcid=item.pmc_number))
                assert "\\x00" not in text
                text.encode()
        assert not any(isinstance(item, Problem) and item.fatal for item in items[:-1])


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    content = bytearray(GOOD)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 60))
        piece = draw(st.sampled_from(NASTY) | st.binary(max_size=6))
        content[at : at + length] = piece
    if draw(st.booleans()):
        del content[draw(st.integers(0, len(content))) :]
    if draw(st.integers(0, 4)) == 0:
        packed = bytearray(gzip.compress(bytes(content)))
        at = draw(st.integers(0, len(packed) - 1))
        packed[at] ^= draw(st.integers(0, 255))
        return bytes(packed)
    return bytes(content)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(mutations())
def test_a_mutated_file_is_told_never_raised(content):
    survive(content)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_nonsense_is_told_never_raised(content):
    survive(content)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252", "utf-32", "utf-7"]))
def test_words_in_any_encoding_are_told_never_raised(text, encoding):
    survive(
        f"<?xml version='1.0' encoding='{encoding}'?><PubmedArticleSet>{text}</PubmedArticleSet>".encode(
            encoding, "replace"
        )
    )


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_thousands_of_mutated_files_are_told_never_raised(seed):
    chance = random.Random(seed)
    larger = many(200)
    for _ in range(2000):
        content = bytearray(chance.choice((GOOD, GOOD, GOOD, larger)))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content))
            content[at : at + chance.choice((0, 1, 5, 200))] = chance.choice((*NASTY, chance.randbytes(3)))
        survive(bytes(content[: chance.choice((len(content), chance.randrange(len(content))))]))
