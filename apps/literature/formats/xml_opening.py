"""The beginning of an XML file: its encoding, its document type and its root."""

import codecs
import re
from dataclasses import dataclass

from .opening import HEAD, ByteStream, Unreadable

# The bare name and a whole start tag; each alternative begins differently, so matching is linear.
START_TAG = re.compile(rb"<([A-Za-z_][\w.:-]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
DOCTYPE = re.compile(rb"<!DOCTYPE((?:[^\[\]<>\"']++|\"[^\"]*+\"|'[^']*+')*+)([\[>])")
SPACE = re.compile(rb"\s*+")
DECLARED_ENCODING = re.compile(rb"^<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WITHOUT_MARK = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
ENCODINGS = {"utf-8", "ascii", "utf-16-le", "utf-16-be", "utf-16"}
ONE_BYTE = re.compile(r"^(iso8859-\d+|cp125\d)$")


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
        at = SPACE.match(text, at).end()  # type: ignore[union-attr]  # matches always
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
