"""Versions of ontologies and of the HGNC table, as files and as loads."""

import io

from apps.vocabularies import services
from apps.vocabularies.models import OntologyLoad

GENES = (
    "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tPrevious symbols\t"
    "UniProt ID(supplied by UniProt)\n"
)


def obo(day: str, *stanzas: str) -> bytes:
    body = "\n\n".join(f"[Term]\n{stanza}" for stanza in stanzas)
    return f"format-version: 1.2\ndata-version: releases/{day}\nontology: sample\n\n{body}\n".encode()


def genes(*lines: str) -> bytes:
    """The HGNC table with these lines; in each a comma stands between two cells."""
    return (GENES + "".join("\t".join(line.split(",")) + "\n" for line in lines)).encode()


def previewed(content: bytes, *, actor=None) -> OntologyLoad:
    return services.preview_load(actor=actor, file=io.BytesIO(content), file_name="sample.txt")


def applied(content: bytes, *, actor=None) -> OntologyLoad:
    return services.apply_load(actor=actor, load=previewed(content, actor=actor))
