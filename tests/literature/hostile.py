"""Reads files made to hurt, in a process of its own, and says what it cost: ``python -m tests.literature.hostile``.

Arguments: what (see ``main``), a format, and how much of it. Prints a line of JSON for each file, and the
peak memory at the end.
"""

import gzip
import json
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmeportal.settings")

from apps.literature.formats import Citation, Problem, Reader, Unreadable  # after the settings are named

MEGA = 1024**2
Parts = tuple[str, str, str]  # what stands once, what is repeated, what stands at the end

ARTICLE = "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>A{}</ArticleTitle></Article>"
ARTICLE += "</MedlineCitation></PubmedArticle>"
XML_UNITS = {
    "letters": "A" * 1000,
    "elements": "<i/>",
    "attributes": '<i a="" b=""/>',
    "open elements": "<i>",
    "entities": "&amp;",
    "unknown entities": "&bomb;",
    "characters": "&#65;",
    "comments": "<!---->",
    "a comment without end": "<!--" + "x" * 996,
    "marked sections": "<![CDATA[a]]>",
    "spaces": " " * 1000,
    "authors": "<Author><LastName>A</LastName></Author>",
}
JSON_UNITS = {
    "letters": "A" * 1000,
    "escapes": "\\u0041",
    "half characters": "\\ud800",
    "tags": "<b>",
    "entities": "&amp;amp;",
    "comments": "<!--",
}
JSON_VALUES = {
    "lists": "[],",
    "objects": "{},",
    "open lists": "[",
    "open objects": '{"a":',
    "numbers": "1,",
    "short texts": '"ab",',
    "authors": '{"family":"A"},',
    "names": '"A B",',
    "spaces": " " * 1000,
    "no separators": '"a" ',
}


def files_of(name: str) -> Iterator[tuple[str, Parts]]:
    """Files with one field, or one place, of any size."""
    if name == "pubmed_xml":
        begin = "<PubmedArticleSet>" + ARTICLE.format(1, "") + ARTICLE.partition("{}</Art")[0].format(2)
        for unit, text in XML_UNITS.items():
            yield unit, (begin, text, "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>")
        yield "between records", ("<PubmedArticleSet>", "<other/>", "</PubmedArticleSet>")
        yield (
            "deleted",
            ("<PubmedArticleSet><DeleteCitation>", "<PMID>1</PMID>", "</DeleteCitation></PubmedArticleSet>"),
        )
        yield "a start tag", ('<PubmedArticleSet><PubmedArticle x="', "x" * 1000, '"/></PubmedArticleSet>')
    elif name == "endnote_xml":
        begin = "<xml><records><record><titles><title>1</title></titles></record><record><contributors><authors>"
        for unit, text in XML_UNITS.items():
            yield unit, (begin, text.replace("Author", "author"), "</authors></contributors></record></records></xml>")
    elif name in {"csl_json", "crossref_json", "europepmc_json"}:
        telling = {"csl_json": '"DOI":"10.5/a"', "crossref_json": '"indexed":{},"DOI":"10.5/a"'}
        first = "{" + telling.get(name, '"id":"1","source":"MED","pubYear":"2020"') + "}"
        for field in ("title", "authorString" if name == "europepmc_json" else "abstract"):
            for unit, text in JSON_UNITS.items():
                yield f"{field} of {unit}", (f'[{first},{{"{field}":"', text, f'"}},{first}]')
        for unit, text in JSON_VALUES.items():
            yield f"a list of {unit}", (f'[{first},{{"author":[', text, f"1]}},{first}]")
        for unit in ("open lists", "open objects", "numbers", "lists", "spaces", "no separators"):
            yield f"{unit} instead of records", ("[", JSON_VALUES[unit], "1]")
    else:
        yield from _lines_of(name)


def _lines_of(name: str) -> Iterator[tuple[str, Parts]]:
    begin, field, end = {
        "medline_nbib": ("PMID- 1\nTI  - A\n\nPMID- 2\n", "TI  - ", "\nFAU - Noe, U\n"),
        "ris": ("TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\n", "TI  - ", "\nER  - \n"),
        "bibtex": ("@article{a, title = {A}}\n@article{b,\n", "title = {", "}}\n"),
        "id_list": ("11111\n22222\n33333\n", "", "\n44444\n"),
    }[name]
    authors = {"medline_nbib": "FAU - Noe, U\n", "ris": "AU  - Noe, U\n", "bibtex": "Noe, U and ", "id_list": "11111 "}
    units = {
        "letters": "A" * 1000,
        "authors": authors[name],
        "open braces": "{",
        "closed braces": "}",
        "backslashes": "\\",
        "accents": "\\'{e}",
        "commands": "\\textit{a}",
        "dollars": "$",
        "quotes": '"',
        "at signs": "@",
        "entries without end": "@article{a,\n",
        "records without end": "TY  - JOUR\n",
        "numbered": "PMID- 1\n",
        "tags": "<b>",
        "entities": "&amp;amp;",
        "line ends": "\n",
        "spaces": " " * 1000,
        "commas": ",",
        "identifiers": "10.5555/a,",
        "digits": "1",
        "words": "a b ",
        "NUL": "\x00" * 1000,
        "beyond ASCII": "é",
    }
    for unit, text in units.items():
        yield f"a field of {unit}", (begin + field, text, end)
        yield f"nothing but {unit}", ("", text, "")


def records_of(name: str) -> Parts:
    """A file of as many records as there is room for."""
    return {
        "pubmed_xml": ("<PubmedArticleSet>", ARTICLE.format(1, ""), "</PubmedArticleSet>"),
        "endnote_xml": ("<xml><records>", "<record><titles><title>A</title></titles></record>", "</records></xml>"),
        "csl_json": ("[", '{"title":"A","DOI":"10.5/a"},', "{}]"),
        "crossref_json": ("", '{"DOI":"10.5/a","title":["A"]}\n', ""),
        "europepmc_json": ('{"hitCount":1,"resultList":{"result":[', '{"id":"1","source":"MED"},', "{}]}}"),
        "medline_nbib": ("", "PMID- 1\nTI  - A\n\n", ""),
        "ris": ("", "TY  - JOUR\nTI  - A\nER  - \n", ""),
        "bibtex": ("", "@article{a, title = {A}}\n", ""),
        "id_list": ("", "11111\n", ""),
    }[name]


def written(path: Path, parts: Parts, size: int) -> None:
    begin, unit, end = (part.encode() for part in parts)
    count, many = size // len(unit), MEGA // len(unit)
    with path.open("wb") as file:
        file.write(begin)
        for _ in range(count // many):
            file.write(unit * many)
        file.write(unit * (count % many))
        file.write(end)


def archives(folder: Path, size: int) -> Iterator[tuple[str, Path]]:
    """Small files that expand to large ones."""
    plain = folder / "plain"
    written(plain, ("<PubmedArticleSet>", "<PubmedArticle/>", "</PubmedArticleSet>"), size)
    bomb = folder / "bomb.gz"
    with gzip.open(bomb, "wb") as file, plain.open("rb") as content:
        while block := content.read(MEGA):
            file.write(block)
    yield "a gzip bomb", bomb
    twice = folder / "twice.gz"
    twice.write_bytes(gzip.compress(bomb.read_bytes()))
    yield "a bomb within a bomb", twice
    zipped = folder / "bomb.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.write(plain, f"{number}.xml")
    yield "a zip bomb", zipped


def read(path: Path, format: str) -> dict[str, object]:
    begun = time.process_time()
    citations = problems = 0
    reason = ""
    try:
        with path.open("rb") as file:
            for item in Reader(file, format):
                citations += isinstance(item, Citation)
                problems += isinstance(item, Problem)
                reason = item.reason if isinstance(item, Problem) else reason
    except Unreadable as refusal:
        reason = refusal.reason
    seconds = round(time.process_time() - begun, 2)
    return {"format": format, "seconds": seconds, "citations": citations, "problems": problems, "said": reason[:300]}


def peak() -> int:
    """The largest this process has been, in MB; what getrusage tells is inherited from whoever started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


def main(what: str, format: str, *amounts: str) -> None:
    """``parts``: files with a field full of anything; ``fields``: of plain text; ``archives``: bombs.

    Of all these, amounts are megabytes; of ``records`` it is their number.
    """
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "file"
        for amount in map(float, amounts):
            if what == "archives":
                for case, archive in archives(Path(made), int(amount * MEGA)):
                    print(json.dumps({"case": case, **read(archive, format)}), flush=True)
                continue
            cases = [("records", records_of(format))] if what == "records" else files_of(format)
            for case, parts in cases:
                if what == "fields" and not case.endswith(("letters", "NUL", "spaces")):
                    continue
                written(path, parts, int(amount * (len(parts[1]) if what == "records" else MEGA)))
                print(json.dumps({"case": case, "amount": amount, **read(path, format)}), flush=True)
    print(json.dumps({"peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
