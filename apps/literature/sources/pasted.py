"""What a list of identifiers asks for: each publication once, and which lines are no identifiers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from ..formats import Problem, RawRecord, id_list
from .records import names_of

#: So many of either are kept; a list with more identifiers is too long.
MOST_KEPT = 50_000
_KINDS = {"pmid": "PMID", "doi": "DOI", "pmcid": "PMCID"}


@dataclass(frozen=True, slots=True)
class Understood:
    """``identifiers`` in their order, each once; ``wrong``: what is none; ``repeated``: how many came again."""

    identifiers: tuple[str, ...]
    wrong: tuple[Problem, ...]
    repeated: int

    @property
    def is_too_long(self) -> bool:
        return len(self.identifiers) > MOST_KEPT

    @property
    def summary(self) -> str:
        """12 PMIDs, 3 DOIs"""
        counts = Counter(identifier.partition(":")[0] for identifier in self.identifiers)
        return ", ".join(f"{n:,} {name}{'s' * (n > 1)}" for kind, name in _KINDS.items() if (n := counts[kind]))


def understand_text(text: str) -> Understood:
    """A text as somebody types or pastes it."""
    return understand(id_list.records(BytesIO(text.encode("utf-8", "replace"))))


def understand(records: Iterable[RawRecord | Problem]) -> Understood:
    """The records of a list; of a row that names its publication more than once, the best name."""
    identifiers: dict[str, None] = {}
    wrong: list[Problem] = []
    repeated = 0
    for item in records:
        problems = [item] if isinstance(item, Problem) else []
        for parsed in id_list.parse([item]) if isinstance(item, RawRecord) else ():
            if isinstance(parsed, Problem):
                problems.append(parsed)
            elif name := next(names_of(parsed), ""):
                repeated += name in identifiers
                identifiers[name] = None
        wrong += problems[: MOST_KEPT - len(wrong)]
        if len(identifiers) > MOST_KEPT:
            break
    return Understood(tuple(identifiers), tuple(wrong), repeated)
