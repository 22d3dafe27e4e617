"""What every format yields: the terms of an ontology as frozen values."""

import re
from dataclasses import dataclass
from datetime import date

#: What a file may say of its terms. A format that does not carry a fact never takes one away.
FACTS = frozenset({"definition", "parents", "wholes", "obsolete", "replaced_by"})

_IRI = re.compile(r"^https?://purl\.obolibrary\.org/obo/([A-Za-z][A-Za-z0-9]*)_(\S+)$")
_CURIE = re.compile(r"^[A-Za-z][A-Za-z0-9_]*:\S+$")
_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
LONGEST_CURIE = 60
LONGEST_NAME = 400


class UnreadableOntology(Exception):
    """The file is no ontology that can be read; ``reason`` is a sentence for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OntologyTerm:
    """One term. ``parents`` are its is_a, ``wholes`` its part_of; both, and ``replaced_by``, are CURIEs."""

    curie: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    related_synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    obsolete: bool = False
    replaced_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """One version of an ontology, or a part of one.

    ``carries`` names those of ``FACTS`` that it tells of. ``rows`` counts what the file holds, with the
    terms that had to be left out (see ``problems``). A term without a label only adds to a known one.
    """

    format: str
    name: str
    version: str
    terms: tuple[OntologyTerm, ...]
    rows: int
    carries: frozenset[str] = FACTS
    problems: tuple[str, ...] = ()

    @property
    def date(self) -> date | None:
        """The day in the version, by which versions are told apart; None where there is none."""
        for found in _DATE.finditer(self.version):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                continue
        return None


def curie_of(text: str) -> str:
    """A CURIE from an OBO IRI or a CURIE, "" from anything else or from what is too long to be one."""
    text = text.strip()
    if found := _IRI.match(text):
        text = f"{found[1]}:{found[2]}"
    return text if _CURIE.match(text) and len(text) <= LONGEST_CURIE else ""


def curies_of(texts: object) -> tuple[str, ...]:
    """The CURIEs among ``texts``, each once, in order."""
    return once(curie_of(str(text)) for text in texts) if isinstance(texts, (list, tuple, set)) else ()


def once(texts: object) -> tuple[str, ...]:
    """Each text once, in order, without the empty ones; white space collapsed, over-long names left out."""
    plain = (" ".join(str(text).replace("\0", " ").split()) for text in texts)  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(text for text in plain if text and len(text) <= LONGEST_NAME))


def named(curie: str, label: object) -> str:
    """The label on one line, cut to what fits; the CURIE where a term has none."""
    return " ".join(str(label or "").replace("\0", " ").split())[:LONGEST_NAME] or curie


def without_repeats(terms: list[OntologyTerm]) -> tuple[tuple[OntologyTerm, ...], tuple[str, ...]]:
    """The first of each id, and a sentence for each id that came again."""
    first: dict[str, OntologyTerm] = {}
    again = [term.curie for term in terms if first.setdefault(term.curie, term) is not term]
    return tuple(first.values()), tuple(f"{curie} stands in the file twice; the first was taken." for curie in again)
