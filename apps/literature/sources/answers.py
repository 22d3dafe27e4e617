"""What a service sends back, what it may be instead of an answer, and how that is told."""

import re
from dataclasses import dataclass
from typing import IO, Any

import orjson

HEAD = 64 * 1024
# What services write where the same question may be answered a moment later.
PASSING = re.compile(
    r"rate limit|too many requests|try again|temporar|backend failed|unavailable|time[ds]? ?out|overload|busy", re.I
)
ERROR_ELEMENT = re.compile(r"<error>\s*([^<]{1,300}?)\s*</error>", re.I)
WEB_PAGE = re.compile(rb"\s*<(!doctype\s+html|html)\b", re.I)


class SourceFailure(Exception):
    """A service did not give what was asked for; ``reason`` is a sentence that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SourceUnavailable(SourceFailure):
    """It gave no usable answer, though it was asked more than once; it may in ``seconds`` or later."""

    def __init__(self, reason: str, *, seconds: float = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class SourceRefused(SourceFailure):
    """It will not answer this question, however often it is asked; ``status`` is that of its answer, if any."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class AskAgain(Exception):
    """An answer that is none, raised by whoever reads it: the same question may be answered next time."""

    def __init__(self, why: str, *, seconds: float = 0) -> None:
        super().__init__(why)
        self.why = why
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole body of an answer, at its beginning."""

    file: IO[bytes]
    label: str

    def require_no_complaint(self) -> None:
        """Raise what an answer of status 200 really is: an error in the service's words, a web page, nothing."""
        head = self.file.read(HEAD)
        self.file.seek(0)
        if not head.strip():
            raise AskAgain("an empty answer")
        if WEB_PAGE.match(head):
            raise AskAgain("a web page instead of an answer")
        if words := complaint(head):
            if PASSING.search(words):
                raise AskAgain(f"“{words}”")
            raise SourceRefused(f"{self.label} refused the question: “{words}”.")

    def json(self) -> dict[str, Any]:
        self.require_no_complaint()
        try:
            content = orjson.loads(self.file.read())
        except orjson.JSONDecodeError:
            raise AskAgain("a damaged answer") from None
        if not isinstance(content, dict):
            raise AskAgain("an answer of another kind")
        return content


def complaint(head: bytes) -> str:
    """What a service says is wrong, in its own words; "" for an answer that is no complaint."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        found = ERROR_ELEMENT.search(text)
        return found[1] if found else ""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(content, dict):
        return ""
    words = content.get("error") or content.get("errMsg")
    if not words and content.get("status", "ok") != "ok":
        words = content.get("message")
        if isinstance(words, list) and words and isinstance(words[0], dict):
            words = words[0].get("message")
        words = words or content["status"]
    return str(words).strip()[:300] if words else ""
