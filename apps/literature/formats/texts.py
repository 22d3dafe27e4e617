"""Texts that carry markup (HTML, JATS, MathML, entities escaped once or twice), made plain.

Only what is markup for sure is taken away: “p < 0.05” and “a <b and c> d” stay as they are.
"""

import html
import re

ATTRIBUTES = r"(?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>]++))*+\s*+/?>"
INLINE = r"i|b|u|em|strong|sub|sup|sc|scp|smallcaps|span|tt|font|small|big|a|italic|bold|underline|monospace|inf|roman"
BLOCK = r"p|br|hr|div|sec|title|h[1-6]|li|ul|ol|list|list-item|label|td|tr|table|blockquote|abstract|section"
PREFIX = r"(?:jats|mml|m|xhtml|ns\d?):"

BLOCK_TAG = re.compile(rf"</?(?:{PREFIX})?(?:{BLOCK}){ATTRIBUTES}", re.IGNORECASE)
INLINE_TAG = re.compile(rf"</?(?:(?:{INLINE}|math)|{PREFIX}[\w.-]++){ATTRIBUTES}", re.IGNORECASE)
# A heading, and the beginning of the paragraph it stands above.
HEADING = re.compile(
    rf"<((?:{PREFIX})?(?:title|h[1-6])){ATTRIBUTES}([^<>]{{1,200}}+)</\1>\s*+(?:<(?:{PREFIX})?p{ATTRIBUTES})?",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\u200b\u200e\u200f\ufeff\ud800-\udfff]")
# What is not for readers: remarks of word processors, formulas given a second time as TeX.
HIDDEN = (("<!--", "-->"), ("<jats:tex-math", "</jats:tex-math>"), ("<tex-math", "</tex-math>"))
NO_LABELS = {"abstract", "summary"}


def plain(text: str) -> str:
    """The text on one line: no markup, no entities, no NUL, no lone surrogates."""
    text = _decoded(text)
    if "<" in text:
        text = INLINE_TAG.sub("", BLOCK_TAG.sub(" ", _without_hidden(text)))
    return " ".join(text.split())


def sections(text: str) -> str:
    """An abstract: each section on a line of its own, after its heading (“AIMS: To look.”)."""
    text = _decoded(text)
    if "<" not in text:
        return " ".join(text.split())
    text = BLOCK_TAG.sub("\x00", HEADING.sub(_label, _without_hidden(text)))
    lines = (" ".join(line.split()) for line in INLINE_TAG.sub("", text).split("\x00"))
    return "\n".join(line for line in lines if line)


def _label(heading: re.Match[str]) -> str:
    label = " ".join(heading[2].split()).rstrip(":")
    return f"\x00{label}: " if label and label.lower() not in NO_LABELS else "\x00"


def _decoded(text: str) -> str:
    for _ in range(3):
        if "&" not in text:
            break
        text, changes = ENTITY.subn(lambda entity: html.unescape(entity[0]), text)
        if not changes:
            break
    return FORBIDDEN.sub("", text)


def _without_hidden(text: str) -> str:
    for start, end in HIDDEN:
        if start not in text:
            continue
        kept, at = [], 0
        while (begins := text.find(start, at)) >= 0 and (ends := text.find(end, begins)) >= 0:
            kept.append(text[at:begins])
            at = ends + len(end)
        text = "".join((*kept, text[at:]))
    return text
