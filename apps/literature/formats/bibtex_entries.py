"""Finding the entries of a BibTeX file and their fields, in flat memory, however damaged it is.

A block is an entry with all that follows up to the next line that begins one. In a block that is as
it should be, the entry is read by its braces. In one that is not, each field is read by itself from
the line it begins on, so that a brace too many or too few costs one field and not the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

from .lines import RECORD_LIMIT, Lines

TYPES = (
    "article|book|booklet|bookinbook|collection|conference|dataset|electronic|inbook|incollection|inproceedings"
    "|inreference|manual|mastersthesis|mvbook|mvcollection|mvproceedings|misc|online|patent|periodical|phdthesis"
    "|preprint|proceedings|reference|report|software|suppbook|techreport|thesis|unpublished|set|xdata"
    "|string|preamble|comment"
)
# A type that everybody knows, or any with a key and a comma.
ENTRY = rf"[\s\ufeff]*@\s*(?:(?:{TYPES})\s*(?:[({{]|$)|[a-z][\w-]*\s*[({{]\s*[^\s{{}}(),=\"%#]+\s*,)"
BEGINS = re.compile(ENTRY, re.IGNORECASE)
HEAD = re.compile(r"@\s*([a-zA-Z][\w-]*)\s*([({])")
KEY = re.compile(r"\s*+([^{},=\"\n]{0,500}?)\s*+(,|(?=[})]))")
GAP = re.compile(r"(?:[\s,]++|%[^\n]*+)*+")
NAME = re.compile(r"([^\s=,{}\"'()#%][^=,{}\"\n]{0,80}?)\s*+=\s*+")
BARE = re.compile(r"[^\s,#{}\"=()]++")
UNQUOTED = re.compile(r"[^,#{}\"=()\n]*+")
BRACES = re.compile(r"[{}]")
QUOTED = re.compile(r"[{}\"]")
# As TeX sees it: an escaped brace opens nothing. BibTeX does not, and what it reads is tried first.
TEX_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
TEX_QUOTED = re.compile(r"\\.|[{}\"]", re.DOTALL)
FIELD_LINE = re.compile(r"^[ \t]*+,?[ \t]*+([a-z][\w+-]*+)\s*+=\s*+(?=[{\"\w])", re.MULTILINE | re.IGNORECASE)
SPILLED = re.compile(r"\s*+,?\s*+[a-z][\w+-]*+\s*+=\s*+[{\"\d]", re.IGNORECASE)

MOST_NAMED = 5

Part = tuple[str, bool]  # a text, and whether it is the name of an abbreviation


class Unclosed(Exception):
    """What was opened is not closed within the block."""


@dataclass(slots=True)
class Entry:
    """``fields`` have their names in lower case, the first of several of one name, still as TeX."""

    line: int
    type: str
    key: str
    fields: dict[str, list[Part]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    too_large: bool = False


def entries(lines: Lines) -> Iterator[Entry]:
    """Every entry, definition and comment in order; of what is too large nothing but the line."""
    block: list[str] = []
    begun = size = 0
    for line in lines:
        if BEGINS.match(line):
            yield from _entries_of(block, begun, size)
            block, begun, size = [], lines.number, 0
        elif not block:
            continue
        if size <= RECORD_LIMIT:
            block.append(line)
            size += len(line) + 1
    yield from _entries_of(block, begun, size)


def _entries_of(block: list[str], line: int, size: int) -> Iterator[Entry]:
    if size > RECORD_LIMIT:
        yield Entry(line, "", "", too_large=True)
        return
    text = "\n".join(block)
    at = 0
    while head := HEAD.search(text, at):
        here = line + text.count("\n", 0, head.start())
        for grammar in (Grammar(BRACES, QUOTED), Grammar(TEX_BRACES, TEX_QUOTED)):
            try:
                entry, end = grammar.read(text, head, here)
            except Unclosed:
                continue
            if not SPILLED.match(text, end):
                break
        else:
            yield _salvaged(text, head, here)
            return
        yield entry
        # Another may begin on the same line; what begins on a later one is another block.
        newline = text.find("\n", end)
        text = text if newline < 0 else text[:newline]
        at = end


@dataclass(frozen=True, slots=True)
class Grammar:
    """One way of seeing which braces and quotation marks belong together."""

    braces: re.Pattern[str]
    quoted: re.Pattern[str]

    def read(self, text: str, head: re.Match[str], line: int) -> tuple[Entry, int]:
        entry = Entry(line, head[1].lower(), "")
        close = "}" if head[2] == "{" else ")"
        at = head.end()
        if entry.type in {"comment", "preamble"}:
            return entry, self._after_braces(text, at) if close == "}" else _after(text, ")", at)
        if entry.type != "string":
            key = KEY.match(text, at)
            if key:
                entry.key = key[1]
                at = key.end()
        while True:
            gap = GAP.match(text, at)
            at = gap.end() if gap else at
            if at >= len(text):
                raise Unclosed
            if text[at] == close:
                return entry, at + 1
            name = NAME.match(text, at)
            if name:
                value, at = self.value(text, name.end())
                entry.fields.setdefault(name[1].lower(), value)
            else:
                at = self._after_junk(text, at)

    def value(self, text: str, at: int) -> tuple[list[Part], int]:
        """Texts in braces or quotation marks, numbers and abbreviations, joined by ``#``."""
        parts: list[Part] = []
        while True:
            at = _after_white(text, at)
            opening = text[at : at + 1]
            if opening == "{":
                end = self._after_braces(text, at + 1)
                parts.append((text[at + 1 : end - 1], False))
            elif opening == '"':
                end = self._after_quotes(text, at + 1)
                parts.append((text[at + 1 : end - 1], False))
            elif bare := BARE.match(text, at):
                end = bare.end()
                more = UNQUOTED.match(text, end)
                if more and more[0].strip() and not NAME.match(text, _after_white(text, end)):
                    end = more.end()
                said = text[at:end].strip()
                parts.append((said, said == bare[0] and not said.isdigit()))
            else:
                return parts, at
            at = _after_white(text, end)
            if text[at : at + 1] != "#":
                return parts, end
            at += 1

    def _after_braces(self, text: str, at: int) -> int:
        depth = 1
        for brace in self.braces.finditer(text, at):
            if brace[0] == "{":
                depth += 1
            elif brace[0] == "}":
                depth -= 1
                if not depth:
                    return brace.end()
        raise Unclosed

    def _after_quotes(self, text: str, at: int) -> int:
        depth = 0
        for mark in self.quoted.finditer(text, at):
            if mark[0] == "{":
                depth += 1
            elif mark[0] == "}":
                depth -= 1
            elif mark[0] == '"' and depth <= 0:
                return mark.end()
        raise Unclosed

    def _after_junk(self, text: str, at: int) -> int:
        if text[at] == "{":
            return self._after_braces(text, at + 1)
        if text[at] == '"':
            return self._after_quotes(text, at + 1)
        bare = BARE.match(text, at)
        return bare.end() if bare else at + 1


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    if found < 0:
        raise Unclosed
    return found + 1


def _after_white(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _salvaged(text: str, head: re.Match[str], line: int) -> Entry:
    """Each field by itself, from where it begins to where the next one does."""
    entry = Entry(line, head[1].lower(), "")
    key = KEY.match(text, head.end())
    at = head.end()
    if key and key[2]:
        entry.key = key[1]
        at = key.end()
    if entry.type == "comment":
        return entry
    first = NAME.match(text, _after_white(text, at))
    names = chain([first] if first else [], FIELD_LINE.finditer(text, first.end() if first else at), [None])
    named: list[str] = []
    lost = 0
    counted = head.start()
    for name, following in pairwise(names):
        if name is None:
            continue
        line += text.count("\n", counted, name.start(1))
        counted = name.start(1)
        try:
            value, _ = Grammar(BRACES, QUOTED).value(text[name.end() : following.start() if following else None], 0)
        except Unclosed:
            lost += 1
            if lost <= MOST_NAMED:
                named.append(f"“{name[1].strip()}” on line {line:,}")
            continue
        entry.fields.setdefault(name[1].strip().lower(), value)
    more = f" and {lost - MOST_NAMED:,} more" if lost > MOST_NAMED else ""
    left_out = f" and what could not be read was left out: {', '.join(named)}{more}"
    entry.problems.append(
        f"The braces of the entry on line {entry.line:,} do not match{left_out if lost else ', but all could be read'}."
    )
    return entry
