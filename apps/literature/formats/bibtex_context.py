"""What an entry of a BibTeX file takes from the rest of the file: abbreviations, and the entry it refers to."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .bibtex_entries import Entry, Part, entries
from .citation import Problem
from .lines import RECORD_LIMIT, Lines

WANTED = {
    *("title", "subtitle", "author", "journal", "journaltitle", "shortjournal", "journalabbr", "year", "date"),
    *("volume", "number", "issue", "pages", "eid", "articleno", "article-number", "art_number", "elocation-id"),
    *("language", "langid"),
    *("abstract", "doi", "pmid", "pubmedid", "pubmed_id", "pubmed-id", "pmcid", "pmc", "eprint", "eprinttype"),
    *("archiveprefix", "url", "ee", "howpublished", "link", "note", "annote", "annotation", "addendum", "extra"),
    *("type", "document_type", "crossref"),
}
INHERITED = ("journal", "journaltitle", "volume", "number", "issue", "language", "langid")
DATES = ("year", "date")

# Bounds of memory. An entry comes before the one it refers to, in most files shortly before.
LONGEST_ABBREVIATION = 20_000
MOST_ABBREVIATIONS = 10_000
MOST_PARENTS = 5_000
LOOK_AHEAD = 2 * 1024**2


@dataclass(slots=True)
class Draft:
    """An entry whose fields are texts."""

    line: int
    type: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    too_large: bool = False

    @property
    def parent(self) -> str:
        return self.fields.get("crossref", "").strip().lower()


def drafts(lines: Lines) -> Iterator[Draft | Problem]:
    """Every entry in order (definitions, remarks and preambles are none); and definitions that are left out."""
    return _with_inherited(_with_abbreviations(entries(lines)))


def _with_abbreviations(found: Iterable[Entry]) -> Iterator[Draft | Problem]:
    known: dict[str, str] = {}
    for entry in found:
        if entry.type == "string":
            for name, parts in entry.fields.items():
                text, _ = _text(parts, known, LONGEST_ABBREVIATION)
                if text is None or len(known) >= MOST_ABBREVIATIONS:
                    reason = f"The abbreviation “{name[:80]}” on line {entry.line:,} is too much and was left out."
                    yield Problem(None, name[:80], reason)
                else:
                    known[name] = text
        elif entry.type not in {"comment", "preamble"}:
            yield _draft(entry, known)


def _draft(entry: Entry, known: dict[str, str]) -> Draft:
    draft = Draft(entry.line, entry.type, entry.key, problems=entry.problems, too_large=entry.too_large)
    for name, parts in entry.fields.items():
        if name not in WANTED and not name.startswith("bdsk-url"):
            continue
        text, unknown = _text(parts, known, RECORD_LIMIT)
        if text is None:
            draft.too_large = True
            break
        draft.fields[name] = text
        draft.problems += (
            f"“{each[:80]}” is an abbreviation that the file does not explain; it was taken as it is."
            for each in unknown
        )
    return draft


def _text(parts: list[Part], known: dict[str, str], limit: int) -> tuple[str | None, list[str]]:
    """The parts joined, None beyond the limit; and the abbreviations that are not known."""
    texts = []
    unknown = []
    size = 0
    for said, is_abbreviation in parts:
        text = known.get(said.lower()) if is_abbreviation else said
        if text is None:
            text = said
            unknown.append(said)
        texts.append(text)
        size += len(text)
        if size > limit:
            return None, unknown
    return "".join(texts), unknown


def _with_inherited(found: Iterable[Draft | Problem]) -> Iterator[Draft | Problem]:
    """Entries wait, in order, until the one that the first of them refers to has come."""
    parents: dict[str, dict[str, str]] = {}
    waiting: deque[tuple[Draft | Problem, int]] = deque()
    size = 0
    for item in found:
        cost = 0
        if isinstance(item, Draft):
            cost = 500 + sum(map(len, item.fields.values()))
            if item.key:
                _remember(item, parents)
        waiting.append((item, cost))
        size += cost
        while waiting and (size > LOOK_AHEAD or not _waits(waiting[0][0], parents)):
            first, cost = waiting.popleft()
            size -= cost
            yield _inheriting(first, parents)
    for item, _ in waiting:
        yield _inheriting(item, parents)


def _remember(draft: Draft, parents: dict[str, dict[str, str]]) -> None:
    if len(parents) >= MOST_PARENTS:
        del parents[next(iter(parents))]
    parents[draft.key.lower()] = {name: draft.fields[name] for name in (*INHERITED, *DATES) if name in draft.fields}


def _waits(item: Draft | Problem, parents: dict[str, dict[str, str]]) -> bool:
    return isinstance(item, Draft) and bool(item.parent) and item.parent not in parents


def _inheriting(item: Draft | Problem, parents: dict[str, dict[str, str]]) -> Draft | Problem:
    if isinstance(item, Problem) or not item.parent:
        return item
    inherited = parents.get(item.parent)
    if inherited is None:
        item.problems.append(f"The entry “{item.parent[:80]}”, which it refers to, is not in the file or too far away.")
        return item
    dated = any(name in item.fields for name in DATES)
    for name, text in inherited.items():
        if not (dated and name in DATES):
            item.fields.setdefault(name, text)
    return item
