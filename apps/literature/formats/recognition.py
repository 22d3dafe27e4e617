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
JSON_ERROR = re.compile(rb'"error"\s*:\s*"([^"]{1,200})"')


def explain(head: bytes, known: list[str]) -> str:
    """Why the file cannot be read, as sentences."""
    takes = f"The portal reads {', '.join(known[:-1])} and {known[-1]}."
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return f"The file is empty. {takes}"
    for magic, name in MAGIC:
        if head.startswith(magic):
            return f"This is {name}. {takes}"
    if error := JSON_ERROR.search(text[:2000]):
        return f"A server answered with an error instead of citations: “{error[1].decode('utf-8', 'replace')}”."
    lowered = text[:2000].lower()
    if lowered.startswith((b"<!doctype html", b"<html")) or b"<html" in lowered:
        return f"This is a web page, perhaps the error message of a server. {takes}"
    if lowered.startswith(b"<"):
        return f"This is XML, but of another kind, or damaged at its beginning. {takes}"
    return f"The content of this file is of no known kind. {takes}"
