"""Files in archives and files in any encoding: read as if they were plain, or refused in words."""

import gzip
import io
import struct
import tracemalloc
import zipfile

import pytest

from apps.literature.formats import Citation, Problem, Reader, Unreadable, lines, opening
from apps.literature.formats.lines import Lines
from tests.factories.literature import article, article_set

NBIB = "PMID- {}\nTI  - Größe der Nische – α\nAB  - Wörter.\n"


def read(content: bytes, format: str = "auto") -> tuple[list[Citation], list[Problem]]:
    items = list(Reader(io.BytesIO(content), format))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        Reader(io.BytesIO(content))
    return error.value.reason


def zipped(*files: tuple[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


# --- archives ---------------------------------------------------------------------------------


def test_reads_the_one_file_of_an_archive():
    content = zipped(("export/", b""), ("export/a.txt", NBIB.format(1)), ("__MACOSX/export/._a.txt", b"chaff"))
    citations, problems = read(content)
    assert [each.pmid for each in citations] == [1]
    assert problems == []


def test_reads_the_files_of_an_archive_as_one():
    content = zipped(("a", NBIB.format(1) + "\n" + NBIB.format(2)), ("b", NBIB.format(3)))
    citations, problems = read(content)
    assert [(each.position, each.pmid) for each in citations] == [(1, 1), (2, 2), (3, 3)]
    assert problems == []


def test_files_of_another_kind_in_an_archive_are_told():
    files = ("readme.txt", "Read me."), ("a", NBIB.format(1)), ("b.xml", article_set(article(2))), ("c", NBIB.format(3))
    citations, problems = read(zipped(*files))
    assert [each.pmid for each in citations] == [1, 3]
    assert [each.reason for each in problems] == [
        "“readme.txt” is not MEDLINE text (nbib) and was left out.",
        "“b.xml” is not MEDLINE text (nbib) and was left out.",
    ]


def test_damage_in_one_file_of_an_archive_ends_the_reading_there_and_names_it():
    broken = article_set(article(1), article(2).replace("</Article>", ""))
    citations, problems = read(zipped(("a.xml", article_set(article(9))), ("b.xml", broken), ("c.xml", article_set())))
    assert [each.pmid for each in citations] == [9, 1]
    assert problems[-1].fatal
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(), "holds no file"),
        (zipped(("a/", b"")), "holds no file"),
        (zipped(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")), "an Office document"),
        (zipped(("a.zip", zipped(("b", NBIB.format(1))))), "an archive within an archive"),
        (zipped(("a.nbib.gz", gzip.compress(NBIB.format(1).encode()))), "compressed twice"),
        (zipped(*((f"{number}", NBIB.format(1)) for number in range(101))), "more than 100 files"),
        (zipped(("a", NBIB.format(1)), packing=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (zipped(("a", NBIB.format(1)))[:-30], "archive is damaged"),
        (zipped(("a", "Nothing known.")), "of no known kind"),
        (b"PK\x03\x04....", "archive is damaged"),
    ],
)
def test_says_why_an_archive_is_not_read(content, words):
    assert words in refusal(content)


def test_a_locked_archive_is_not_read():
    content = bytearray(zipped(("a", NBIB.format(1))))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in refusal(bytes(content))


def test_an_archive_that_lists_too_much_is_not_opened():
    content = bytearray(zipped(("a", NBIB.format(1))))
    struct.pack_into("<L", content, content.index(b"PK\x05\x06") + 12, 50_000_000)
    assert "far too many files" in refusal(bytes(content))
    content[content.index(b"PK\x05\x06") : 0] = b""
    at = content.index(b"PK\x05\x06")
    assert "unusual" in refusal(bytes(content[:at] + b"PK\x06\x07" + bytes(16) + content[at:]))


def test_a_damaged_file_in_an_archive_gives_what_came_before():
    text = "".join(NBIB.format(number) + "\n" for number in range(1, 20_000)).encode()
    content = bytearray(zipped(("a", text)))
    content[len(content) // 2] ^= 0xFF
    citations, problems = read(bytes(content))
    assert 100 < len(citations) < 20_000
    assert problems[-1].fatal
    assert "damaged" in problems[-1].reason


def test_a_bomb_in_an_archive_is_not_expanded(monkeypatch):
    monkeypatch.setattr(opening, "RATIO_CHECKED_FROM", 1024**2)
    files = [(f"{number}", NBIB.format(number + 1) + "AD  - " + "A" * 3_000_000) for number in range(3)]
    citations, problems = read(zipped(*files))
    assert len(citations) < 3
    assert "times its size" in problems[-1].reason
    assert problems[-1].fatal


# --- encodings and line ends ------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found_out(encoding):
    text = NBIB.format(1).replace("α", "a") if encoding == "cp1252" else NBIB.format(1)
    citations, problems = read(text.encode(encoding))
    assert [each.title for each in citations] == [text.split("\n")[1].removeprefix("TI  - ")]
    assert problems == []


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n\r\n"])
def test_line_ends_of_any_system_are_line_ends(newline):
    content = (NBIB.format(1) + "\n" + NBIB.format(2)).replace("\n", newline).encode()
    assert [(each.pmid, each.abstract) for each in read(content)[0]] == [(1, "Wörter."), (2, "Wörter.")]


def test_one_bad_byte_does_not_change_the_encoding_and_is_told():
    content = (NBIB.format(1) + "AD  - ?\n\n" + NBIB.format(2)).encode().replace(b"?", b"\xe9")
    citations, problems = read(content)
    assert [each.title for each in citations] == ["Größe der Nische – α"] * 2
    assert [(each.position, each.fatal) for each in problems] == [(None, False)]
    assert "the first on line 4;" in problems[0].reason


def test_letters_beyond_ascii_may_come_late_in_a_file(monkeypatch):
    monkeypatch.setattr(lines, "BLOCK", 100)
    text = "plain\n" * 50 + "Größe\n"
    for encoding in ("utf-8", "cp1252"):
        assert list(Lines(io.BytesIO(text.encode(encoding))))[-1] == "Größe"


@pytest.mark.parametrize("size", [4, 5, 6, 7])
def test_blocks_may_cut_letters_and_line_ends(monkeypatch, size):
    monkeypatch.setattr(lines, "BLOCK", size)
    text = "αβγ\r\nδ–ε\rζ\n\n\r\nη"
    assert list(Lines(io.BytesIO(b"\xef\xbb\xbf" + text.encode()))) == ["αβγ", "δ–ε", "ζ", "", "", "η"]


def test_a_file_says_its_own_encoding_where_it_is_not_unicode():
    text = "% Encoding: ISO8859_7\nαβγ"
    assert list(Lines(io.BytesIO(text.encode("iso8859-7"))))[-1] == "αβγ"


def test_a_giant_line_is_told_and_the_next_record_read(monkeypatch):
    monkeypatch.setattr(lines, "RECORD_LIMIT", 100_000)
    content = NBIB.format(1) + "\nPMID- 2\nAB  - " + "A" * 30_000_000 + "\nTI  - Lost\n\n" + NBIB.format(3)
    file = io.BytesIO(content.encode())
    tracemalloc.start()
    items = list(Reader(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    citations = [each for each in items if isinstance(each, Citation)]
    problems = [each for each in items if isinstance(each, Problem)]
    assert [each.pmid for each in citations] == [1, 3]
    assert [(each.position, each.fatal) for each in problems] == [(2, False)]
    assert "begins on line 5 is larger than" in problems[0].reason
    assert peak < 5_000_000


def test_a_cut_file_gives_what_came_before():
    content = gzip.compress("".join(NBIB.format(number) + "\n" for number in range(1, 20_000)).encode())
    citations, problems = read(content[: len(content) // 2])
    assert len(citations) > 100
    assert problems[-1].fatal
    assert f"The {len(citations):,} records before that were read" in problems[-1].reason
