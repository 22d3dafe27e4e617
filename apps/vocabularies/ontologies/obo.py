"""OBO 1.2 and 1.4, as Protégé, ROBOT and hands write it; obonet cuts the stanzas and is not strict."""

import io
import re
from typing import Any

from obonet.read import get_sections

from .base import Ontology, OntologyTerm, UnreadableOntology, curie_of, curies_of, named, once, without_repeats

NAME = "OBO"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(\w*)')
_ESCAPE = re.compile(r"\\(.)")
PART_OF = {"part_of", "BFO:0000050"}


def recognises(head: str) -> bool:
    return bool(re.search(r"^(format-version:|\[Term\])", head, re.MULTILINE)) and not head.lstrip().startswith("<")


def read(text: str) -> Ontology:
    try:
        _typedefs, stanzas, _instances, header = get_sections(iter(io.StringIO(text)))
    except (ValueError, TypeError) as error:
        raise UnreadableOntology(f"The OBO file is damaged: {str(error).splitlines()[-1][:200]}.") from None
    terms, problems = without_repeats([term for stanza in stanzas if (term := _term(stanza))])
    lost = sum(1 for stanza in stanzas if not curie_of(str(stanza.get("id", ""))))
    if lost:
        problems = (*problems, f"{lost:,} terms have no usable id and were left out.")
    return Ontology(
        format=NAME,
        name=str(header.get("ontology") or ""),
        version=str(header.get("data-version") or header.get("date") or ""),
        terms=terms,
        rows=len(stanzas),
        problems=problems,
    )


def _term(stanza: dict[str, Any]) -> OntologyTerm | None:
    curie = curie_of(str(stanza.get("id", "")))
    if not curie:
        return None
    exact, related = _synonyms(stanza)
    return OntologyTerm(
        curie=curie,
        label=named(curie, stanza.get("name")),
        definition=_quoted(stanza.get("def") or "")[0],
        synonyms=exact,
        related_synonyms=related,
        xrefs=once(text.split(" ")[0] for text in stanza.get("xref", ())),
        parents=curies_of(stanza.get("is_a", [])),
        wholes=curies_of([text for kind, text in _relations(stanza) if kind in PART_OF]),
        obsolete=stanza.get("is_obsolete") == "true",
        replaced_by=next(iter(curies_of(stanza.get("replaced_by", []))), ""),
    )


def _relations(stanza: dict[str, Any]) -> list[tuple[str, str]]:
    return [(parts[0], parts[1]) for text in stanza.get("relationship", ()) if len(parts := text.split()) >= 2]


def _synonyms(stanza: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    exact: list[str] = []
    related: list[str] = []
    for line in stanza.get("synonym", ()):
        text, scope = _quoted(line)
        (exact if scope == "EXACT" else related).append(text)
    exact += [_quoted(line)[0] for line in stanza.get("exact_synonym", ())]
    for tag in ("narrow_synonym", "broad_synonym"):
        related += [_quoted(line)[0] for line in stanza.get(tag, ())]
    return once(exact), once(text for text in related if text not in exact)


def _quoted(line: str) -> tuple[str, str]:
    """The text within quotation marks, and the word after it."""
    found = _QUOTED.match(line)
    if not found:
        return line.strip(), ""
    return _ESCAPE.sub(lambda escape: {"n": " ", "t": " ", "W": " "}.get(escape[1], escape[1]), found[1]), found[2]
