"""Bad files made of good ones, and what must hold of every file that is read, however bad it is."""

import dataclasses
import gzip
import io
import json
import random
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from apps.literature.choices import LinkKind, ReferenceType, RetractionState, Source
from apps.literature.formats import FORMATS, Citation, Problem, Reader, Unreadable
from apps.literature.formats.citation import LONGEST_NOTE, reasons_against_storing
from apps.literature.services.merging import content_hash, said_by
from tests.factories.literature import article, article_set
from tests.literature.shared_files import SHARED

NAMES = [each.NAME for each in FORMATS]
#: No file of some kilobytes may take longer, on a busy machine.
SECONDS = 10

ITEM = {
    "type": "article-journal",
    "title": "One &amp; <i>two</i>",
    "author": [{"family": "Noe", "given": "Una"}, {"literal": "Group"}],
    "issued": {"date-parts": [["2020", 3]]},
    "container-title": "Journal",
    "DOI": "10.5555/a",
    "PMID": "1",
    "note": "PMCID: PMC1",
}
WORK = {
    "DOI": "10.5555/a",
    "type": "journal-article",
    "title": ["Größe"],
    "subtitle": ["Two"],
    "author": [{"family": "Noe", "suffix": "Jr", "sequence": "first"}, {"name": "Group"}],
    "issued": {"date-parts": [[2020, 3]]},
    "abstract": "<jats:title>Aims</jats:title><jats:p>To look.</jats:p>",
    "updated-by": [{"DOI": "10.5555/n", "type": "retraction", "label": "Retraction"}],
    "relation": {"has-preprint": [{"id-type": "doi", "id": "10.1101/1"}]},
    "indexed": {},
}
RESULT = {
    "id": "1",
    "source": "MED",
    "pmid": "1",
    "pmcid": "PMC1",
    "doi": "10.5555/a",
    "title": "One",
    "authorString": "Noe U, Ex AB 3rd, Group.",
    "authorList": {"author": [{"fullName": "Noe U", "lastName": "Noe"}, {"collectiveName": "Group"}]},
    "journalInfo": {"yearOfPublication": 2020, "journal": {"title": "Journal"}},
    "pubTypeList": {"pubType": ["Journal Article", "Retracted Publication"]},
    "commentCorrectionList": {"commentCorrection": [{"id": "2", "source": "MED", "type": "Erratum in"}]},
    "abstractText": "<h4>Aims</h4>To look.",
}
ENDNOTE = (
    '<record><ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal">'
    "Noe, Una</style></author></authors></contributors><titles><title><style>One &amp; two</style></title></titles>"
    "<dates><year>2020</year></dates><accession-num>1</accession-num><custom2>PMC1</custom2>"
    "<electronic-resource-num>10.5555/a</electronic-resource-num>"
    "<remote-database-provider>NLM</remote-database-provider></record>"
)
NBIB = (
    "PMID- 1\nOWN - NLM\nDP  - 2020 Mar\nTI  - One long\n      title\nLID - 10.5555/a [doi]\nAB  - To look.\n"
    "FAU - Noe, Una\nAU  - Noe U\nLA  - eng\nPT  - Journal Article\nRIN - J Ex. 2021. PMID: 2\nJT  - Journal\n"
    "MH  - *Macrophages/immunology\nPMC - PMC1\nSO  - J Ex. 2020.\n"
)
RIS = (
    "TY  - JOUR\nAU  - Noe, Una\nTI  - One long\ntitle\nJO  - Journal\nPY  - 2020/03//\nVL  - 7\nSP  - 10\nEP  - 18\n"
    "DO  - 10.5555/a\nAN  - PMID: 1\nAB  - To look.\nUR  - https://doi.org/10.5555/a\nER  - \n"
)
BIBTEX = (
    '@string{jx = "Journal"}\n@article{noe2020,\n  author = {Noe, Una and {The Group} and others},\n'
    '  title = {On {G}r{\\"o}{\\ss}e and $x^2$},\n  journal = jx # " of Examples",\n  year = 2020,\n'
    "  doi = {10.5555/a},\n  note = {PMID: 1}\n}\n"
)

#: A file of three records in each format.
GOOD: dict[str, bytes] = {
    "pubmed_xml": article_set(
        article(1, "One &amp; <i>two</i>", doi="10.1000/a", pmcid="PMC1", abstract="Text.", revised="2020-01-02"),
        article(
            2,
            "Größe",
            authors="<Author><CollectiveName>Group</CollectiveName></Author>",
            links='<CommentsCorrections RefType="ErratumIn"><RefSource>doi: 10.5/n</RefSource></CommentsCorrections>',
        ),
        article(3, version=2, year="<MedlineDate>1999-2000</MedlineDate>"),
        tail="<DeleteCitation><PMID>4</PMID></DeleteCitation>",
    ),
    "endnote_xml": f"<?xml version='1.0' encoding='UTF-8'?><xml><records>{ENDNOTE * 3}</records></xml>".encode(),
    "europepmc_json": json.dumps({"hitCount": 3, "resultList": {"result": [RESULT] * 3}}, indent=1).encode(),
    "crossref_json": json.dumps(
        {"status": "ok", "message-type": "work-list", "message": {"items": [WORK] * 3}}, ensure_ascii=False
    ).encode(),
    "csl_json": json.dumps([ITEM] * 3, indent=1).encode(),
    "medline_nbib": "\n".join([NBIB] * 3).encode(),
    "ris": (RIS * 3).encode(),
    "bibtex": (BIBTEX + BIBTEX.replace("jx =", "jy =")).encode(),
    "id_list": b"pmid,doi\n11111,10.5555/a\nPMC22222\nhttps://doi.org/10.5555/b\n33333\n",
}

NASTY = [
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\x0c", b"\x85", b"\r", b"\n\n", b"\xe2\x80\xa8", b"\x80"),
    *(b"<", b">", b"&", b"]]>", b"<!--", b"-->", b"<![CDATA[", b"<?", b"&#0;", b"&#55555;", b"&lt;b&gt;", b"&bomb;"),
    *(b"</PubmedArticle>", b"<PubmedArticle>", b"<PMID>-1</PMID>", b"<PMID>\xd9\xa1</PMID>", b"</record><record>"),
    *(b"<!DOCTYPE a [<!ENTITY bomb 'c'>]>", b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"<style>", b"<xml>"),
    *(b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b"null", b"NaN", b"1e999", b"9" * 400, b",", b":"),
    *(b'"message"', b'"items":[', b'"result":{', b'{"DOI":', b"true", b"-0", b'"\\', b"[[[[[[[[", b"{}{}{}"),
    *(b"ER  - ", b"\nTY  - ", b"\nPMID- ", b"PMID- 99999999999", b"\nDO  - 10.", b"\n      ", b"- ", b"T1  -"),
    *(b"@", b"@article{", b"@string{a = b}", b"@comment{", b"=", b"#", b"{{{{", b"}}}}", b"{\\", b"\\'", b"%", b"$"),
    *(b"10.5555/", b"PMC", b"https://doi.org/", b"0", b"00011111", b"\t", b";", b'""', b"12345678901234567890"),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "utf-32", "utf-7"]


def seeds() -> dict[str, list[bytes]]:
    """Good files of each format: our own, and the beginnings of real ones where they are."""
    files: dict[str, list[bytes]] = {name: [content] for name, content in GOOD.items()}
    folders = {"id_list": "id_lists"}
    for name, own in files.items():
        for path in sorted((SHARED / "data" / "references" / folders.get(name, name)).glob("*")):
            if ".expected." not in path.name:
                own.append(_beginning(path, 2_000 if name == "id_list" else 20_000))
    return files


def _beginning(path: Path, size: int) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.read(size)


def mutated(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Some of what disks, networks, editors and bad people do to files."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(8):
            case 0 | 1 | 2:
                data[at : at + chance.choice((0, 1, 5, 60))] = chance.choice(NASTY)
            case 3:
                data[at : at + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
            case 4:  # doubled or moved
                piece = data[at : at + chance.choice((10, 100, 1000))]
                data[chance.randrange(len(data) + 1) :][:0] = piece
                data += piece
            case 5:
                del data[at : at + chance.choice((1, 20, 500))]
            case 6:
                data[at : at + 1] = chance.choice(NASTY) * chance.choice((2, 50, 2000))
            case _:
                data[at:at] = chance.choice(others)[:3000]
    if chance.random() < 0.3:
        del data[chance.randrange(len(data) + 1) :]
    result = bytes(data)
    if chance.random() < 0.15:
        result = result.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")
    if chance.random() < 0.1:
        result = packed(result, chance)
    return result


def packed(content: bytes, chance: random.Random) -> bytes:
    """In an archive, which may be damaged as well."""
    if chance.random() < 0.5:
        archive = bytearray(gzip.compress(content))
    else:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as file:
            for number in range(chance.randint(1, 3)):
                file.writestr(f"{number}.txt", content)
        archive = bytearray(target.getvalue())
    if chance.random() < 0.7:
        archive[chance.randrange(len(archive))] ^= chance.randrange(1, 256)
    if chance.random() < 0.2:
        del archive[chance.randrange(len(archive)) :]
    return bytes(archive)


# --- what must hold ---------------------------------------------------------------------------


def survive(content: bytes, formats: list[str]) -> int:
    """Read a file as each of these formats, in time; everything that comes is whole. How many citations came."""
    begun = time.process_time()
    count = sum(_read(content, format) for format in formats)
    assert time.process_time() - begun < SECONDS, "reading takes too long"
    return count


def _read(content: bytes, format: str) -> int:
    try:
        items = list(Reader(io.BytesIO(content), format))
    except Unreadable as refusal:
        assert_words(refusal.reason)
        return 0
    assert items, "a file without records is told"
    for item in items[:-1]:
        assert not (isinstance(item, Problem) and item.fatal), "nothing comes after a fatal problem"
    positions = [item.position for item in items if item.position is not None]
    assert positions == sorted(positions)
    for item in items:
        if isinstance(item, Problem):
            assert_words(item.reason)
            assert clean(item.identifier)
        else:
            assert_whole(item)
    return sum(isinstance(item, Citation) for item in items)


def assert_words(reason: str) -> None:
    assert reason.rstrip().endswith((".", "”", ":")) or "”" in reason, reason
    assert "Traceback" not in reason
    assert clean(reason)


def clean(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL, no half character."""
    return "\x00" not in text and not re.search("[\ud800-\udfff]", text)


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_of(getattr(value, field.name))


def assert_whole(citation: Citation) -> None:
    """What the database and the pages rely on."""
    for text in texts_of(citation):
        assert clean(text), repr(text)
    for field in ("title", "journal", "volume", "issue", "pages", "language"):
        text = getattr(citation, field)
        assert text == " ".join(text.split()), f"{field}: {text!r}"
    assert citation.position >= 1
    assert citation.pmid is None or 0 < citation.pmid < 2**63
    assert citation.doi is None or re.fullmatch(r"10\.[^A-Z\s]+/[^A-Z\s]+", citation.doi), citation.doi
    assert citation.pmc_number is None or re.fullmatch(r"PMC[0-9]{1,12}", citation.pmc_number)
    assert citation.year is None or 1500 <= citation.year < 2200
    assert 0 <= citation.pmid_version < 1000
    assert citation.reference_type in ReferenceType.values
    assert citation.retraction_state in RetractionState.values
    assert citation.source in Source.values
    for author in citation.authors:
        assert author.family or author.given or author.collective
    for link in citation.links:
        assert link.kind in LinkKind.values
        assert link.pmid or link.doi
        assert len(link.note) <= LONGEST_NOTE
    assert len(content_hash(citation)) == 32
    for reason in reasons_against_storing(citation):
        assert_words(reason)
    said_by(citation, doi=citation.doi, pmcid=citation.pmc_number)
