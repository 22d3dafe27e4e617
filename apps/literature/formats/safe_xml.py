"""Finding the records of an XML file of any size, in flat memory, without trusting it.

A file is cut into records by two ways that agree:

* the *quick cut* looks for start and end tags in the bytes. It only takes a record that cannot be
  anything else in a well-formed document: nothing but white space before it, and no comment, CDATA
  or processing instruction in it that could hide a tag (else it is parsed by itself to be sure);
* whatever is not as plain as that (and every end of file) goes through a real parser, from there on.

So cutting costs little, an unchanged record need not be parsed at all, and a damaged file gives
everything before the damage. No DTD is read, no entity declared, nothing fetched.
"""

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .citation import Problem, RawRecord
from .opening import HEAD, ByteStream, Rewound, Unreadable, read_exactly, so_far
from .xml_opening import SPACE, START_TAG, Transcoded, read_opening

BLOCK = 1024 * 1024
SLOW_BLOCK = 64 * 1024
RECORD_LIMIT = 16 * 1024**2
MOST_SAID = 10_000
NODE = 60  # an element or attribute takes more memory than its letters: so many bytes are added for it

PARSER_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the records of a format look like.

    ``sets`` maps each root element to the tags of its records; ``lone`` are roots that are a record
    themselves. ``within`` names, for a root, the element between it and its records. ``other`` tells what
    any further element beside the records means. ``edition`` goes into every digest: raise it when more
    is read out of a record, so that known records are read again.
    """

    edition: bytes
    sets: dict[str, tuple[str, ...]]
    lone: tuple[str, ...]
    other: Callable[[etree._Element], Iterator[Problem]]
    within: Mapping[str, str] = field(default_factory=dict)

    def knows(self, root: str) -> bool:
        return root in self.sets or root in self.lone


def split(source: ByteStream, dialect: Dialect) -> Iterator[RawRecord | Problem]:
    """Every record of the file in order, and what is wrong with the rest; never raises."""
    splitter = Splitter(dialect)
    try:
        yield from splitter.run(source)
    except Unreadable as error:
        yield Problem(None, "", f"{error.reason} {so_far(splitter.records)}", fatal=True)


class Splitter:
    """One pass over one file; knows how far it came."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.records = 0
        self.line = 1
        self.said = 0

    def run(self, source: ByteStream) -> Iterator[RawRecord | Problem]:
        head = read_exactly(source, HEAD)
        opening = read_opening(head)
        stream: ByteStream = Rewound(head, source)
        if opening.encoding != "utf-8":
            stream = Transcoded(stream, opening.encoding)
        first = read_exactly(stream, HEAD).removeprefix(codecs.BOM_UTF8)
        self.line += first.count(b"\n", 0, opening.root_start)
        stream = Rewound(first[opening.root_start :], stream)
        if opening.root in self.dialect.sets:
            yield from self._cut(stream, self.dialect.sets[opening.root], self.dialect.within.get(opening.root))
        elif opening.root in self.dialect.lone:
            yield from self._parse(b"", stream, (opening.root,), level=1)
        else:
            raise Unreadable(f"The file holds <{opening.root}>, which is not a set of records.")
        if self.said > MOST_SAID:
            yield Problem(None, "", f"{self.said - MOST_SAID:,} more parts of the file are no records.")
        elif not self.records and not self.said:
            yield Problem(None, "", "The file holds no records.")

    # --- the quick cut ------------------------------------------------------------------------

    def _cut(self, stream: ByteStream, tags: tuple[str, ...], within: str | None) -> Iterator[RawRecord | Problem]:
        names = b"|".join(tag.encode() for tag in tags)
        start_of_record = re.compile(rb"\s*<(" + names + rb")[\s>]")
        ends = {tag.encode(): b"</" + tag.encode() + b">" for tag in tags}
        starts = [b"<" + tag.encode() for tag in tags]
        buffer = stream.read(BLOCK)
        level = 3 if within else 2
        at = _after_start(buffer, 0)
        if within and re.compile(rb"\s*<" + within.encode() + rb"[\s/>]").match(buffer, at):
            at = _after_start(buffer, at)
        elif within:
            at = 0
        if not at:
            yield from self._parse(b"", Rewound(buffer, stream), tags, level=level)
            return
        before = buffer[:at]
        self.line += before.count(b"\n")
        while True:
            start = start_of_record.match(buffer, at)
            end = buffer.find(ends[start[1]], start.end()) if start else -1
            if start is None or end < 0:
                if len(buffer) - at > RECORD_LIMIT or not (more := stream.read(BLOCK)):
                    break
                buffer = buffer[at:] + more
                at = 0
                # A gap of something else than records, or the end of the set: the parser's part.
                if start is None and not start_of_record.match(buffer) and len(buffer) > HEAD:
                    break
                continue
            end += len(ends[start[1]])
            payload = buffer[start.start(1) - 1 : end]
            if len(payload) > BLOCK and weight(payload) > RECORD_LIMIT:
                raise too_large()
            # One rare byte is found much faster than two together.
            odd = (b"!" in payload and b"<!" in payload) or (b"?" in payload and b"<?" in payload)
            if (odd or any(payload.find(tag, 1) > 0 for tag in starts)) and not is_element(payload):
                break
            self.line += buffer.count(b"\n", at, start.start(1))
            yield self._record(payload)
            self.line += payload.count(b"\n")
            at = end
        self.line -= before.count(b"\n")
        yield from self._parse(before, Rewound(buffer[at:], stream), tags, level=level)

    def _record(self, payload: bytes) -> RawRecord:
        self.records += 1
        digest = hashlib.sha256(self.dialect.edition + payload).digest()[:16]
        return RawRecord(self.records, self.line, digest, payload)

    # --- the real parser ----------------------------------------------------------------------

    def _parse(
        self, before: bytes, stream: ByteStream, tags: tuple[str, ...], *, level: int
    ) -> Iterator[RawRecord | Problem]:
        """Read the rest of a file; ``before`` are the start tags of what is open already."""
        parser = etree.XMLPullParser(events=("start", "end"), **PARSER_OPTIONS)
        depth = since_last = 0
        base = self.line - 1
        block = before or stream.read(SLOW_BLOCK)
        while True:
            damage = _feed(parser, block)
            for event, element in _events(parser):
                depth += 1 if event == "start" else -1
                if event == "start" or depth != level - 1:
                    continue
                since_last = 0
                yield from self._element(element, tags, base)
                element.clear()
                parent = element.getparent()
                while parent is not None and parent[0] is not element:
                    del parent[0]
            if damage is not None:
                raise Unreadable(self._wrong(*damage, base, at_end=not block))
            if not block:
                return
            block = stream.read(SLOW_BLOCK)
            since_last += weight(block)
            if since_last > RECORD_LIMIT:
                raise too_large()

    def _element(self, element: etree._Element, tags: tuple[str, ...], base: int) -> Iterator[RawRecord | Problem]:
        if element.tag in tags:
            line = element.sourceline
            self.line = base + (line if isinstance(line, int) else 1)
            yield self._record(etree.tostring(element, encoding="utf-8", with_tail=False))
            return
        for problem in self.dialect.other(element):
            self.said += 1
            if self.said <= MOST_SAID:
                yield problem

    def _wrong(self, line: int, message: str, base: int, *, at_end: bool) -> str:
        if at_end:
            return f"The file ends on line {base + line:,} in the middle of its content: it is probably cut off."
        return f"The file is not well-formed XML on line {base + line:,}: {plain(message)}."


def weight(text: bytes) -> int:
    """About the memory that this part of a document takes when it is parsed."""
    return len(text) + NODE * (text.count(b"<") + text.count(b"="))


def too_large() -> Unreadable:
    return Unreadable(f"A record is larger than {RECORD_LIMIT // 1024**2} MB, or has far too many parts.")


def _after_start(text: bytes, at: int) -> int:
    """The place behind the start tag here; 0 when there is none, or the element is empty."""
    tag = START_TAG.match(text, SPACE.match(text, at).end())  # type: ignore[union-attr]  # matches always
    return tag.end() if tag and not tag[2].endswith(b"/") else 0


def plain(message: str) -> str:
    """libxml2's words without its own line numbers, which are wrong for a part of a file."""
    if "XML_PARSE_HUGE" in message:
        return "it is nested too deeply" if "depth" in message else "a text in it is far too long"
    return re.sub(r"(,? ?\(?line \d+|, column \d+|\(<string>\)?)", "", message or "unreadable").strip(" ,().")


def _feed(parser: etree.XMLPullParser, block: bytes) -> tuple[int, str] | None:
    """The line and the words of what is wrong with the document so far; not all of that is raised."""
    try:
        if block:
            parser.feed(block)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        return error.lineno or 1, error.msg or ""
    found = next((each for each in parser.feed_error_log if each.level_name == "FATAL"), None)
    return (found.line, found.message) if found else None


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, Any]]:
    try:
        yield from parser.read_events()
    except etree.XMLSyntaxError:  # told by _feed() already
        return


def is_element(payload: bytes) -> bool:
    """Whether these bytes are one whole element."""
    try:
        etree.fromstring(payload, etree.XMLParser(**PARSER_OPTIONS))
    except etree.XMLSyntaxError:
        return False
    return True


def parse_records(payloads: list[bytes], lines: list[int]) -> Iterator[etree._Element | Unreadable]:
    """The elements of cut records, in order; ends with ``Unreadable`` at the first that is not XML."""
    parser = etree.XMLParser(**PARSER_OPTIONS)
    try:
        elements = list(etree.fromstring(b"".join((b"<records>", *payloads, b"</records>")), parser))
        if len(elements) == len(payloads):
            yield from elements
            return
    except etree.XMLSyntaxError:
        pass
    for payload, line in zip(payloads, lines, strict=True):
        try:
            yield etree.fromstring(payload, parser)
        except etree.XMLSyntaxError as error:
            at = line + (error.lineno or 1) - 1
            yield Unreadable(f"The file is not well-formed XML on line {at:,}: {plain(error.msg or '')}.")
            return
