"""JSON as it comes: not quite well-formed, in several encodings, or only its beginning."""

import json
import re
from dataclasses import dataclass
from typing import Any

import orjson

from .lines import UNDECIDED, encoding_of
from .opening import Unreadable

MOST_BRACKETS = 500_000  # in one value: what they stand for takes far more memory than they do
DEEPEST = 30  # wrappers around a record

STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
TOKEN = re.compile(STRING + rb'|[{}\[\],"]', re.DOTALL)
CLOSING = {"{": "}", "[": "]"}


def load(payload: bytes, line: int = 1) -> Any:
    """The value that these bytes stand for; ``Unreadable`` when they are not JSON."""
    if payload.count(b"[") + payload.count(b"{") > MOST_BRACKETS:
        raise Unreadable(f"The record holds more than {MOST_BRACKETS:,} lists and objects.")
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        pass
    # What others write all the same, the slower parser takes: NaN, lone surrogates, line ends in strings.
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = payload.decode("cp1252", "replace")
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        reason = f"The record is not well-formed JSON on line {line + error.lineno - 1:,}: {error.msg}."
    except RecursionError:
        reason = "The record is nested too deeply."
    except ValueError:
        reason = "The record holds a number of thousands of digits."
    raise Unreadable(reason)


@dataclass(frozen=True, slots=True)
class Look:
    """The first bytes of a file as JSON: its outermost object, and its first record as far as it shows."""

    envelope: dict[str, Any]
    record: dict[str, Any] | None


def look(head: bytes, inside: tuple[str, ...]) -> Look | None:
    """None, when these bytes do not begin JSON."""
    value = _first_value(_utf8(head).lstrip())
    if not isinstance(value, dict | list):
        return None
    envelope = None
    for _ in range(DEEPEST):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            envelope = value if envelope is None else envelope
            within = next((value[key] for key in inside if isinstance(value.get(key), dict | list)), None)
            if within is None:
                return Look(envelope, value)
            value = within
        else:
            break
    return Look(envelope or {}, None)


def _utf8(head: bytes) -> bytes:
    encoding, mark = encoding_of(head)
    text = head[len(mark) :]
    return text if encoding in {"utf-8", UNDECIDED} else text.decode(encoding, "ignore").encode("utf-8", "ignore")


def _first_value(text: bytes) -> Any:
    """The first value of a document, as far as these bytes show it and are not damaged."""
    if not text.startswith((b"{", b"[")):
        return None
    while len(text) > 1:
        try:
            return load(_mended(text))
        except Unreadable:
            text = text[: len(text) // 2]
    return None


def _mended(text: bytes) -> bytes:
    """The first value of a document that may be cut off anywhere: what is open is closed."""
    opened = ""
    whole = (0, "")
    for token in TOKEN.finditer(text):
        byte = token[0]
        if byte == b'"':  # a string without an end
            break
        if byte in b"{[":
            opened += byte.decode()
        elif byte in b"}]":
            opened = opened[:-1]
        if len(byte) == 1:
            whole = (token.start() if byte == b"," else token.end(), opened)
        if not opened or len(opened) > 2 * DEEPEST:
            break
    end, opened = whole
    return text[:end] + "".join(CLOSING[bracket] for bracket in reversed(opened)).encode()
