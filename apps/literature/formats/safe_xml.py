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

BLOCK = 1024 * 1024
SLOW_BLOCK = 64 * 1024
RECORD_LIMIT = 16 * 1024**2

# The bare name and a whole start tag; each alternative begins differently, so matching is linear.
START_TAG = re.compile(rb"<([A-Za-z_][\w.:-]*)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>")
DOCTYPE = re.compile(rb"<!DOCTYPE((?:[^\[\]<>\"']|\"[^\"]*\"|'[^']*')*)([\[>])")
DECLARED_ENCODING = re.compile(rb"^<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WITHOUT_MARK = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
ENCODINGS = {"utf-8", "ascii", "utf-16-le", "utf-16-be", "utf-16"}
ONE_BYTE = re.compile(r"^(iso8859-\d+|cp125\d)$")

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


@dataclass(frozen=True, slots=True)
class Opening:
    """The head of an XML file: its encoding, and in UTF-8 its root's name and where that begins."""

    encoding: str
    root: str
    root_start: int
    text: bytes


def read_opening(head: bytes) -> Opening:
    """Look at the first ``HEAD`` bytes of a file; ``Unreadable`` when they do not begin an XML file."""
    encoding, head = _encoding(head)
    text = head if encoding == "utf-8" else codecs.decode(head, encoding, "replace").encode()
    text = text.removeprefix(codecs.BOM_UTF8)
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text.startswith(b"<?", at):
            at = _after(text, b"?>", at)
        elif text.startswith(b"<!--", at):
            at = _after(text, b"-->", at)
        elif text.startswith(b"<!DOCTYPE", at):
            doctype = DOCTYPE.match(text, at)
            if not doctype:
                raise Unreadable("The document type at the beginning of the file is damaged.")
            if doctype[2] == b"[":
                raise Unreadable(
                    "The file brings its own document type with declarations, which is not read, for safety."
                )
            at = doctype.end()
        else:
            break
    root = START_TAG.match(text, at)
    if not root:
        raise Unreadable("This is not an XML file.")
    return Opening(encoding, root[1].decode("ascii", "replace"), at, text)


def _after(text: bytes, end: bytes, at: int) -> int:
    found = text.find(end, at)
    if found < 0:
        raise Unreadable(f"The file does not show within {HEAD // 1024} KB what it is.")
    return found + len(end)


def _encoding(head: bytes) -> tuple[str, bytes]:
    """The encoding and the head without its byte order mark."""
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, head[len(mark) :]
    for start, name in WITHOUT_MARK:
        if head.startswith(start):
            return name, head
    declared = DECLARED_ENCODING.match(head.lstrip())
    if not declared:
        return "utf-8", head
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        name = ""
    if name not in ENCODINGS and not ONE_BYTE.match(name):
        raise Unreadable(f"The file says it is encoded as “{declared[1].decode('ascii')}”, which is not read.")
    # Whoever declares UTF-16 in one-byte letters has converted the file and left the old line in it.
    return ("utf-8" if name in {"ascii"} or name.startswith("utf-16") else name), head


class Transcoded:
    """A stream of another encoding, as UTF-8."""

    def __init__(self, source: ByteStream, encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._damaged = False

    def read(self, size: int, /) -> bytes:
        """All that can be decoded comes first; ``Unreadable`` is raised at the byte that cannot."""
        while True:
            block = b"" if self._damaged else self._source.read(size)
            try:
                text = self._decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                self._damaged = True
                text = codecs.decode(error.object[: error.start], self._encoding)
                self._decoder.reset()
            if not text and self._damaged:
                raise Unreadable(f"The file is not encoded as {self._encoding}, as it claims.")
            if text or not block:
                return text.encode("utf-8", "replace")


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
        if not self.records and not self.said:
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
            error = None
            try:
                if block:
                    parser.feed(block)
                else:
                    parser.close()
            except etree.XMLSyntaxError as failure:
                error = failure
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
            if error is not None:
                raise Unreadable(self._wrong(error, base, at_end=not block))
            if not block:
                return
            block = stream.read(SLOW_BLOCK)
            since_last += len(block)
            if since_last > RECORD_LIMIT:
                raise Unreadable(f"A record is larger than {RECORD_LIMIT // 1024**2} MB.")

    def _element(self, element: etree._Element, tags: tuple[str, ...], base: int) -> Iterator[RawRecord | Problem]:
        if element.tag in tags:
            line = element.sourceline
            self.line = base + (line if isinstance(line, int) else 1)
            yield self._record(etree.tostring(element, encoding="utf-8", with_tail=False))
            return
        for problem in self.dialect.other(element):
            self.said += 1
            yield problem

    def _wrong(self, error: etree.XMLSyntaxError, base: int, *, at_end: bool) -> str:
        line = base + (error.lineno or 1)
        if at_end:
            return f"The file ends on line {line:,} in the middle of its content: it is probably cut off."
        return f"The file is not well-formed XML on line {line:,}: {plain(error)}."


def _after_start(text: bytes, at: int) -> int:
    """The place behind the start tag here; 0 when there is none, or the element is empty."""
    tag = START_TAG.match(text, at + len(text[at : at + HEAD]) - len(text[at : at + HEAD].lstrip()))
    return tag.end() if tag and not tag[2].endswith(b"/") else 0


def plain(error: etree.XMLSyntaxError) -> str:
    """libxml2's words without its own line numbers, which are wrong for a part of a file."""
    return re.sub(r"(,? ?\(?line \d+|, column \d+|\(<string>\)?)", "", error.msg or "unreadable").strip(" ,().")


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, Any]]:
    try:
        yield from parser.read_events()
    except etree.XMLSyntaxError:  # told by feed() already
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
        elements = list(etree.fromstring(b"<records>" + b"".join(payloads) + b"</records>", parser))
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
            yield Unreadable(f"The file is not well-formed XML on line {at:,}: {plain(error)}.")
            return
