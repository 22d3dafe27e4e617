"""Broken input of any kind is told, never raised: mutations of good files, files made up, and nonsense."""

import json
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.literature.fuzzing import ENCODINGS, GOOD, ITEM, NAMES, NASTY, RESULT, WORK, mutated, packed, seeds, survive

SEEDS = seeds()
WORDS = st.text(max_size=20) | st.sampled_from([each.decode("utf-8", "replace") for each in NASTY])
ordinary = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
thorough = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))


def test_every_format_is_tried():
    assert set(GOOD) >= set(NAMES)
    for name in NAMES:
        assert survive(GOOD[name], ["auto", name]) >= 4, f"{name} reads its own file"


# --- files made up in each format's own words -------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=8
)


def records_like(good: dict[str, object]) -> st.SearchStrategy[dict[str, object]]:
    """Its fields, each as it should be or anything else; and others."""

    def any_like(value: object) -> st.SearchStrategy[object]:
        if isinstance(value, dict):
            inner = {name: any_like(each) for name, each in value.items()}
            return st.just(value) | values | st.fixed_dictionaries({}, optional=inner)
        if isinstance(value, list):
            return st.just(value) | values | st.lists(st.one_of(*map(any_like, value)), max_size=3)
        return st.just(value) | values

    fields = {name: any_like(value) for name, value in good.items()}
    return st.fixed_dictionaries({}, optional=fields) | st.dictionaries(st.sampled_from(list(good)), values, max_size=3)


WRAPPERS = ["message", "items", "resultList", "result", "message-type"]


@st.composite
def json_files(draw: st.DrawFn) -> bytes:
    record = st.one_of(*map(records_like, (ITEM, WORK, RESULT)))
    content = draw(st.lists(record | values, max_size=4) | record)
    for key in draw(st.lists(st.sampled_from(WRAPPERS), max_size=3)):
        content = {key: content, "status": "ok", "hitCount": 1}
    text = json.dumps(content, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


XML_WORDS = """
PubmedArticleSet PubmedArticle MedlineCitation PMID Article Journal JournalIssue PubDate Year MedlineDate Title
ArticleTitle VernacularTitle Abstract AbstractText AuthorList Author LastName ForeName CollectiveName Language
PublicationTypeList PublicationType CommentsCorrectionsList CommentsCorrections RefSource PubmedData
ArticleIdList ArticleId ELocationID DateRevised Month Day DataBankList AccessionNumber MeshHeadingList
DescriptorName PubmedBookArticle BookDocument Book BookTitle DeleteCitation Pagination MedlinePgn StartPage
EndPage xml records record ref-type contributors authors author titles title secondary-title periodical
full-title dates year style abstract accession-num custom2 electronic-resource-num remote-database-provider
urls url
"""
TAGS = XML_WORDS.split()
ATTRIBUTES = ["", ' Version="2"', ' IdType="doi"', ' IdType="pmc"', ' EIdType="doi"', ' RefType="RetractionIn"']
XML_TEXTS = ["1", "2020", "10.5/a", "PMC1", "&amp;", "&#x41;", "&#0;", "&none;", "<!-- -->", "<![CDATA[<i>]]>", "<?a?>"]
xml_words = st.sampled_from(XML_TEXTS) | st.text(alphabet=st.characters(exclude_characters="<&"), max_size=12)
elements = st.recursive(
    xml_words,
    lambda inner: st.builds(
        lambda tag, attributes, children: f"<{tag}{attributes}>{''.join(children)}</{tag}>",
        st.sampled_from(TAGS),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=5),
    ),
    max_leaves=25,
)


@st.composite
def xml_files(draw: st.DrawFn) -> bytes:
    root, record = draw(st.sampled_from([("PubmedArticleSet", "PubmedArticle"), ("records", "record")]))
    inside = "".join(f"<{record}>{draw(elements)}</{record}>" for _ in range(draw(st.integers(0, 3)))) + draw(elements)
    encoding = draw(st.sampled_from(ENCODINGS))
    declared = draw(st.sampled_from([encoding, "utf-8", "utf-16", "iso-8859-1", "martian"]))
    text = f"<?xml version='1.0' encoding='{declared}'?><{root}>{inside}</{root}>"
    return (f"<xml>{text[text.index('<', 1) :]}</xml>" if draw(st.booleans()) else text).encode(encoding, "replace")


LINE_TAGS = """
TY ER AU A1 TI T1 T2 JO PY Y1 DO AN UR SP EP AB N1 N2 M3 C2 PMID OWN STAT DP FAU CN PT AID LID PMC JT RIN UIN
MH LR BTI
"""
REST = [
    *("      ", "@article{a,", "@book(b,", "@string{x = ", "@comment{", "@preamble{", "author = {"),
    *("title = ", "doi = {", "year = ", "},", "}", " and ", "# ", "11111 ", "10.5555/a ", "PMC22222"),
    *("pmid,doi", "", ""),
]
LINES = [*(f"{tag:4}- " for tag in LINE_TAGS.split()), *REST]


@st.composite
def text_files(draw: st.DrawFn) -> bytes:
    line = st.builds(str.__add__, st.sampled_from(LINES), WORDS)
    newline = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028", "\x0b"]))
    return newline.join(draw(st.lists(line, max_size=25))).encode(draw(st.sampled_from(ENCODINGS)), "replace")


ALL = ["auto", *NAMES]
JSON = ["auto", "csl_json", "crossref_json", "europepmc_json"]
XML = ["auto", "pubmed_xml", "endnote_xml"]
TEXT = [name for name in ALL if name not in {*JSON[1:], *XML[1:]}]


@ordinary
@given(json_files())
def test_made_up_json_is_read_or_told(content):
    survive(content, JSON)


@ordinary
@given(xml_files())
def test_made_up_xml_is_read_or_told(content):
    survive(content, XML)


@ordinary
@given(text_files())
def test_made_up_lines_are_read_or_told(content):
    survive(content, TEXT)


@ordinary
@given(st.binary(max_size=400))
@example(b"")
@example(b"\x00" * 5000)
@example(b"\xff\xfe")
@example(b"PK\x05\x06" + b"\x00" * 18)
def test_nonsense_is_told(content):
    survive(content, ALL)


@ordinary
@given(st.text(max_size=200), st.sampled_from(ENCODINGS))
def test_words_in_any_encoding_are_told(text, encoding):
    survive(text.encode(encoding, "replace"), ALL)


# --- mutations of good files ------------------------------------------------------------------


def try_mutations(name: str, cases: int, chance: random.Random) -> None:
    others = [chance.choice(chance.choice(list(SEEDS.values()))) for _ in range(20)]
    for _ in range(cases):
        content = mutated(chance.choice(SEEDS[name]), chance, others)
        try:
            survive(content, ["auto", name, chance.choice(NAMES)])
        except BaseException as error:
            error.add_note(f"The file was {content!r}")
            raise


@pytest.mark.parametrize("name", NAMES)
def test_a_mutated_file_is_read_or_told(name):
    try_mutations(name, 40, random.Random(name))


def test_two_files_in_one_are_read_or_told():
    for first in NAMES:
        for second in NAMES:
            survive(GOOD[first] + GOOD[second], ["auto", first, second])


def test_a_damaged_archive_is_read_or_told():
    chance = random.Random(1)
    for name in NAMES:
        for _ in range(20):
            survive(packed(GOOD[name], chance), ["auto", name])


# --- in full ----------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", NAMES)
def test_hundreds_of_mutations_of_real_files_are_read_or_told(name, seed):
    try_mutations(name, 450, random.Random(f"{name} {seed}"))


@pytest.mark.soak
@thorough
@given(json_files())
def test_thousands_of_made_up_json_files_are_read_or_told(content):
    survive(content, JSON)


@pytest.mark.soak
@thorough
@given(xml_files())
def test_thousands_of_made_up_xml_files_are_read_or_told(content):
    survive(content, XML)


@pytest.mark.soak
@thorough
@given(text_files())
def test_thousands_of_made_up_text_files_are_read_or_told(content):
    survive(content, TEXT)
