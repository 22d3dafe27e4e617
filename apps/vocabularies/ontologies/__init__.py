"""Reading ontologies: every syntax that they come in, recognised by content, as frozen values.

A file may be gzipped. No network is asked, no entity expanded. Whatever cannot be read raises
``UnreadableOntology`` with a sentence that says why; a format is a module with ``recognises`` and ``read``.
"""

import gzip
import io
import zlib
from typing import Any, BinaryIO

import orjson

from . import obo, obographs, owl, packaged, tables
from .base import FACTS, Ontology, OntologyTerm, UnreadableOntology

__all__ = ["FACTS", "Ontology", "OntologyTerm", "UnreadableOntology", "expanded", "read", "read_content"]

MOST_BYTES = 1024**3
_HEAD = 64 * 1024
_KNOWN = "OBO, OBO Graphs JSON, OWL (RDF/XML), OncoTree or CELLxGENE JSON, or a table of ids and labels"


def read(file: BinaryIO) -> Ontology:
    """The ontology in an open file; raises ``UnreadableOntology``."""
    return read_content(expanded(file))


def read_content(content: bytes) -> Ontology:
    """The ontology in the bytes of an unpacked file; raises ``UnreadableOntology``."""
    ontology = _read(content)
    if not ontology.terms:
        raise UnreadableOntology("The file holds no terms.")
    return ontology


def _read(content: bytes) -> Ontology:
    head = content[:_HEAD].decode("utf-8", "replace")
    if owl.recognises(head):
        return owl.read(io.BytesIO(content))
    if head.lstrip()[:1] in {"{", "["}:
        return _from_json(content)
    text = _text(content)
    if obo.recognises(head):
        return obo.read(text)
    if tables.recognises(text):
        return tables.read(text)
    raise UnreadableOntology(f"This is no ontology that the portal can read. It takes {_KNOWN}.")


def _from_json(content: bytes) -> Ontology:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableOntology(f"The JSON is damaged or cut off: {error}.") from None
    for format in (obographs, packaged):
        if format.recognises(document):
            return format.read(document)
    raise UnreadableOntology(f"This JSON is no ontology that the portal can read. It takes {_KNOWN}.")


def expanded(file: Any) -> bytes:
    """The whole content, unpacked; ontologies are of a size that fits in memory, and more is refused."""
    packed = file.read(2)
    file.seek(0)
    try:
        stream = gzip.GzipFile(fileobj=file) if packed == b"\x1f\x8b" else file
        content = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableOntology(f"The compressed file is damaged ({error}).") from None
    if len(content) > MOST_BYTES:
        raise UnreadableOntology(f"The file holds more than {MOST_BYTES // 1024**2:,} MB.")
    return content.removeprefix(b"\xef\xbb\xbf")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
