"""Terms and targets as they come from outside: frozen values that services turn into rows."""

from dataclasses import dataclass

from .choices import TargetKind, TermStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TermData:
    """One term of an ontology. ``parents`` and ``replaced_by`` name other terms by CURIE."""

    curie: str
    vocabulary: str
    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    obsolete: bool = False
    replaced_by: str = ""
    status: str = TermStatus.APPROVED
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTerm:
    """What a person says of a term of our own. ``parents`` are the CURIEs of the terms that it hangs below."""

    vocabulary: str
    label: str
    definition: str
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetData:
    """One target. Cell types, therapies and members are CURIEs; ``identifiers`` pairs of resource and id."""

    curie: str
    symbol: str
    name: str
    classes: tuple[str, ...]
    kind: str = TargetKind.GENE
    components: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    former_symbols: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    cell_types: tuple[str, ...] = ()
    therapies: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    status: str = TermStatus.APPROVED


@dataclass(slots=True)
class Saved:
    """What an upsert of many rows did: the ids of the created and of the updated, and how many stayed."""

    created: list[str]
    updated: list[str]
    unchanged: int = 0

    @property
    def changed(self) -> list[str]:
        return self.created + self.updated
