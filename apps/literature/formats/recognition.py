"""Telling a person what an unknown file seems to be, by its first bytes."""

import re

MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "an archive within an archive: please unpack it once"),
    (b"\x1f\x8b", "a file compressed twice: please unpack it once"),
    (b"BZh", "a bzip2 archive: please unpack it first"),
    (b"\xfd7zXZ", "an xz archive: please unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
#: How servers word that something went wrong, when they answer in JSON.
JSON_ERROR = re.compile(rb'"(?:error|errMsg|errorMessage|detail|fault|faultstring)"\s*:\s*"([^"]{1,200})"')
#: What else the same servers answer, and what to do about it.
OTHER_ANSWERS = (
    (
        b'"esearchresult"',
        "This is the answer to a search (a list of ids), not the citations: fetch them as PubMed XML.",
    ),
    (b'"esummary"', "These are summaries, not the citations: fetch them as PubMed XML."),
    (b"Resource not found.", "A server answered that it knows no such work."),
)


def explain(head: bytes, known: list[str]) -> str:
    """Why the file cannot be read, as sentences."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2000]
    if error := JSON_ERROR.search(text):
        return f"A server answered with an error instead of citations: “{error[1].decode('utf-8', 'replace')}”."
    for sign, words in OTHER_ANSWERS:
        if sign in text:
            return words
    return f"{_seems(head, text.lower())} The portal reads {', '.join(known[:-1])} and {known[-1]}."


def _seems(head: bytes, text: bytes) -> str:
    if not text:
        return "The file is empty."
    for magic, name in MAGIC:
        if head.startswith(magic):
            return f"This is {name}."
    if text.startswith((b"<!doctype html", b"<html")) or b"<html" in text:
        return "This is a web page, perhaps the error message of a server."
    if text.startswith(b"<"):
        return "This is XML, but of another kind, or damaged at its beginning."
    if text.startswith((b"{", b"[")):
        return "This is JSON, but of another kind, or damaged at its beginning."
    return "The content of this file is of no known kind."
