"""BibTeX and BibLaTeX, as reference managers and databases write it.

The fields of an entry depend on what stands elsewhere in the file: abbreviations before it, the entry
it refers to after it. A record is what is needed of an entry with both put in, so it can be read alone.
"""

import re
from collections.abc import Iterable, Iterator

import orjson
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from ..choices import ReferenceType
from .bibtex_context import drafts
from .bibtex_entries import ENTRY
from .citation import Author, Citation, Problem, RawRecord, clean_pmid
from .csl_pieces import titled
from .identifiers import doi_in, doi_of_address, pmcid_in, pmid_in
from .kinds import is_word, kind_of, state_of
from .lines import Lines, decoded, raw_record, records_of_lines, too_large
from .opening import ByteStream
from .preprints import is_server
from .tex import printed, verbatim
from .years import year_in

NAME = "bibtex"
LABEL = "BibTeX"
EDITION = "bibtex 1"

BEGINS = re.compile(f"^{ENTRY}", re.MULTILINE | re.IGNORECASE)
TYPESET = re.compile(r"\\begin\{thebibliography\}|\\bibitem\b")
# What most names are; the others go to the library, which takes its time.
FAMILY_GIVEN = re.compile(r"\s*([^\s,{}\\~][^,{}\\~]*),\s*([^\s,{}\\~][^,{}\\~]*)")
LITERAL = re.compile(r"\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
LABELLED = re.compile(r"\s*(?:family|given|prefix|suffix)\s*=", re.IGNORECASE)
PMID_KEY = re.compile(r"pmid:?(\d{1,9})", re.IGNORECASE)  # as tools that ask PubMed write it
DOI_SAID = re.compile(r"\bdoi\b[:\s]*(?:https?://\S*?)?10\.\d", re.IGNORECASE)

#: What is not named is something else than the portal has a word for.
TYPES = {
    **dict.fromkeys(("article", "inproceedings", "conference"), ReferenceType.ARTICLE),
    **dict.fromkeys(("book", "inbook", "incollection", "collection", "proceedings", "booklet"), ReferenceType.BOOK),
    **dict.fromkeys(
        ("mvbook", "mvcollection", "bookinbook", "suppbook", "reference", "inreference"), ReferenceType.BOOK
    ),
    "dataset": ReferenceType.DATASET,
    "preprint": ReferenceType.PREPRINT,
}
NOTES = ("note", "annote", "annotation", "addendum", "extra")
ADDRESSES = ("url", "ee", "howpublished", "link")


def recognises(head: bytes) -> bool:
    return bool(BEGINS.search(decoded(head)))


def explains(head: bytes) -> str:
    if TYPESET.search(decoded(head)):
        return (
            "This is a bibliography set for print (.bbl or .tex): please send the BibTeX file (.bib) it was made from."
        )
    return ""


def records(source: ByteStream) -> Iterator[RawRecord | Problem]:
    return records_of_lines(source, _find)


def _find(lines: Lines) -> Iterator[RawRecord | Problem]:
    position = 0
    for draft in drafts(lines):
        if isinstance(draft, Problem):
            yield draft
            continue
        position += 1
        if numbered := PMID_KEY.fullmatch(draft.key):
            draft.fields.setdefault("pmid", numbered[1])
        if draft.too_large:
            yield too_large(position, draft.line)
            continue
        yield raw_record(position, draft.line, orjson.dumps([draft.type, draft.fields]).decode(), EDITION)
        for reason in draft.problems:
            yield Problem(position, draft.key, reason)


def parse(raw_records: Iterable[RawRecord]) -> Iterator[Citation | Problem]:
    for record in raw_records:
        type, fields = orjson.loads(record.payload)
        yield _citation(record.position, type, fields)


def _citation(position: int, type: str, fields: dict[str, str]) -> Citation:
    def first(*names: str) -> str:
        return next((text for name in names if name in fields and (text := printed(fields[name]))), "")

    title = titled(first("title"), first("subtitle"))
    journal = first("journal", "journaltitle", "shortjournal", "journalabbr")
    words = tuple(filter(is_word, re.split(r"\s*;\s*", f"{first('document_type')};{first('type')}")))
    archive = first("eprinttype", "archiveprefix").lower()
    preprint = is_server(journal) or (not journal and is_server(archive))
    return Citation(
        position=position,
        pmid=_pmid(fields, archive),
        doi=_doi(fields, archive),
        pmcid=_pmcid(fields, archive),
        title=title,
        abstract=first("abstract"),
        journal=journal,
        year=year_in(first("year")) or year_in(first("date")),
        volume=first("volume"),
        issue=first("number", "issue"),
        pages=first("pages", "eid", "articleno", "article-number", "art_number", "elocation-id"),
        language=first("language", "langid"),
        authors=tuple(_authors(fields.get("author", ""))),
        reference_type=ReferenceType.PREPRINT if preprint else _kind(type, words),
        publication_types=words,
        retraction_state=state_of(words, title),
        notes=tuple(_wrong(fields)),
    )


def _kind(type: str, words: tuple[str, ...]) -> ReferenceType:
    known = TYPES.get(type, ReferenceType.OTHER)
    return known if known == ReferenceType.BOOK else kind_of(words, known)


# --- names ------------------------------------------------------------------------------------


def _authors(names: str) -> Iterator[Author]:
    for name in split_multiple_persons_names(names):
        if name.lower() != "others" and (author := _author(name)):
            yield author


def _author(name: str) -> Author | None:
    if plainly := FAMILY_GIVEN.fullmatch(name):
        return Author(printed(plainly[1]), printed(plainly[2]))
    if literal := LITERAL.fullmatch(name.strip()):
        group = printed(literal[1])
        return (Author(collective=group) if " " in group else Author(group)) if group else None
    if LABELLED.match(name):
        pairs = (part.partition("=") for part in name.split(","))
        said = {label.strip().lower(): printed(value) for label, _, value in pairs}
        family, given = [said.get("prefix"), said.get("family")], [said.get("given"), said.get("suffix")]
    else:
        parts = parse_single_name_into_parts(name, strict=False)
        family, given = [printed(" ".join((*parts.von, *parts.last)))], [printed(" ".join((*parts.first, *parts.jr)))]
    author = Author(" ".join(filter(None, family)), " ".join(filter(None, given)))
    return author if author.family or author.given else None


# --- identifiers ------------------------------------------------------------------------------


def _doi(fields: dict[str, str], archive: str) -> str | None:
    given = [fields.get("doi", ""), fields.get("eprint", "") if archive == "doi" else ""]
    given += [note for note in _texts(fields, *NOTES) if DOI_SAID.search(note)]
    found = (doi_in(verbatim(text)) for text in given)
    return next(filter(None, (*found, *map(doi_of_address, _addresses(fields)))), None)


def _pmid(fields: dict[str, str], archive: str) -> int | None:
    given = [fields.get(name, "") for name in ("pmid", "pubmedid", "pubmed_id", "pubmed-id")]
    given.append(fields.get("eprint", "") if archive in {"pubmed", "pmid"} else "")
    found = (clean_pmid(verbatim(text)) for text in given)
    said = map(pmid_in, (*_texts(fields, *NOTES), *_addresses(fields)))
    return next(filter(None, (*found, *said)), None)


def _pmcid(fields: dict[str, str], archive: str) -> str | None:
    given = [fields.get("pmcid", ""), fields.get("pmc", "")]
    given.append(fields.get("eprint", "") if archive in {"pmc", "pmcid"} else "")
    found = (pmcid_in(f"PMC{text}" if text.isdigit() else text) for text in map(verbatim, given))
    said = map(pmcid_in, (*_texts(fields, *NOTES), *_addresses(fields)))
    return next(filter(None, (*found, *said)), None)


def _wrong(fields: dict[str, str]) -> Iterator[str]:
    for name, is_one in (("doi", doi_in), ("pmid", clean_pmid)):
        said = verbatim(fields.get(name, ""))
        if said and not is_one(said):
            yield f"“{said[:80]}” is no {name.upper()} and was left out."


def _texts(fields: dict[str, str], *names: str) -> Iterator[str]:
    return (verbatim(fields[name]) for name in names if name in fields)


def _addresses(fields: dict[str, str]) -> Iterator[str]:
    return _texts(fields, *ADDRESSES, *(name for name in fields if name.startswith("bdsk-url")))
