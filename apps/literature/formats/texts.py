"""Text as files of reference managers carry it, without what does not belong into a text."""

import html
import re

# Only elements that are known to occur in titles and abstracts: “p < 0.05 and q > 2” is no markup.
TAG = re.compile(
    r"</?(?:i|b|u|p|a|br|em|tt|sc|scp|sub|sup|inf|div|span|strong|small|italic|bold|underline|title|sec|list|h\d"
    r"|list-item|(?:jats|mml):[a-z-]+)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f\u200b\u200e\u200f\ufeff\ud800-\udfff]")


def plain(text: str) -> str:
    """No markup, no control characters, white space collapsed."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = TAG.sub("", text)
    if not text.isprintable():
        text = NO_TEXT.sub("", text)
    return " ".join(text.split())
