"""The names of a target or term as a dictionary holds them: which spellings stand for it, and how strictly. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from ..choices import Vocabulary
from .words import GREEK, HYPHENS, Words

TARGET = "target"


class Rank(IntEnum):
    """How good a name is: the better one wins where two targets or terms share it.

    The aliases of genes are the weakest, for many of them are anything but theirs alone.
    """

    LABEL = 0
    SYNONYM = 1
    ALIAS = 2
    FORMER = 3
    DERIVED = 4


class Case(IntEnum):
    """Which spellings of a name count in a text."""

    FREE = 0  # a phrase or a long word: in any case
    SYMBOL = 1  # with a figure, hyphen or Greek letter: as written, in capitals, or as a mouse gene (Csf1r)
    EXACT = 2  # letters only, which may be a word of English: exactly so


@dataclass(frozen=True, slots=True)
class Named:
    """A target or term with all its names, each with its rank."""

    kind: str
    curie: str
    label: str
    names: tuple[tuple[str, Rank], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One name: how it is spelt without spaces and hyphens, and the other marks that stand within it."""

    kind: str
    curie: str
    label: str
    rank: Rank
    case: Case
    spelt: str
    marks: str

    def admits(self, spelt: str) -> bool:
        """Whether these words of a text, written so, may be this name."""
        if self.case == Case.FREE or spelt == self.spelt:
            return True
        if self.case == Case.EXACT:
            return False
        if spelt.upper() == spelt or (len(spelt) > 3 and spelt != spelt.lower()):
            return True
        return len(spelt) > 4 and spelt[0].isalpha() and any(char.isdigit() for char in spelt)


#: Single words that say too little, whatever vocabulary names something so.
TOO_COMMON = frozenset({
    "cell", "cancer", "tumor", "tumour", "neoplasm", "evidence", "experimental", "combinatorial", "disease",
    "syndrome", "tissue", "organ", "organism", "system", "male", "female", "adult", "embryo", "patient", "positive",
    "negative", "animal", "plant", "bacteria", "virus", "water", "growth", "binding", "process", "function",
    "spatial", "arm", "atlas", "back", "bar", "capsule", "facet", "head", "life", "radial", "scale", "stage",
    "vessel",
})  # fmt: skip
#: What everybody in medicine means by something else, though it is also an alias of some gene.
TOO_WELL_KNOWN = frozenset({
    "ADC", "ADP", "AIDS", "AMP", "ANOVA", "ATP", "AUC", "BMI", "CAD", "CAM", "CAT", "CBC", "CML", "COPD", "DNA", "ECG",
    "EEG", "EMT", "FACS", "FDA", "FDG", "GFP", "HIV", "HPA", "HPLC", "HPV", "ICU", "IVF", "LPS", "MRI", "MSC", "MTS",
    "NHS", "NIH", "NMR", "NOS", "OCT", "ORR", "PBS", "PCR", "PDX", "PET", "PFS", "QOL", "RCT", "RFP", "RNA", "ROC",
    "ROS", "SAS", "SCT", "SMS", "SNP", "SOC", "SPSS", "TME", "TNM", "WBC", "WHO",
})  # fmt: skip
_NOT_IN_NAMES = frozenset(HYPHENS + " ")
_LOWER_RUN = re.compile(r"[a-z]{4}")
_IRREGULAR = {"mouse": "mice"}


def keys_of(named: Named) -> Iterator[tuple[str, Name]]:
    """Every spelling of its names, as a key of folded words."""
    for written, rank in [*named.names, *_greek_symbols(named)]:
        for spelling, counts in _spellings(named.kind, written, rank):
            words = Words(spelling)
            if not words.folded:
                continue
            spelt = words.spelt(0, len(words.folded) - 1)
            case = _case_of(spelling, spelt, len(words.folded))
            if not _says_enough(named.kind, spelt, case, counts):
                continue
            marks = "".join(sorted({char for char in spelling if not char.isalnum()} - _NOT_IN_NAMES))
            name = Name(named.kind, named.curie, named.label, counts, case, spelt, marks)
            for last in _singular_and_plural(words.folded[-1], case):
                yield " ".join([*words.folded[:-1], last]), name


def _spellings(kind: str, written: str, rank: Rank) -> Iterator[tuple[str, Rank]]:
    """The name as written, and what else people write for it."""
    yield written, rank
    if re.search(rf"[^\W\d_][{HYPHENS}][^\W\d_]", written):
        yield re.sub(rf"[{HYPHENS}]", "", written), rank
    if kind == Vocabulary.METHOD and written.endswith(" evidence"):
        yield written.removesuffix(" evidence"), Rank.DERIVED
    if kind in {Vocabulary.CELL_TYPE, Vocabulary.CELL_STATE}:
        # “CD8-positive, alpha-beta T cell” is written “CD8+ T cell” and “CD8 T cell”.
        plain = written.replace(", alpha-beta ", " ")
        if plain != written:
            yield plain, Rank.DERIVED
        if "-positive " in plain:
            yield plain.replace("-positive ", " "), Rank.DERIVED


def _greek_symbols(named: Named) -> Iterator[tuple[str, Rank]]:
    """A symbol whose letter stands for a Greek one in the full name: TGFB1, “transforming growth factor beta 1”."""
    if named.kind != TARGET:
        return
    full = {word for name, rank in named.names if rank == Rank.SYNONYM for word in Words(name).folded}
    for greek in sorted(full & {"alpha", "beta", "gamma", "delta"}):
        if match := re.fullmatch(rf"(\w{{2,}}){greek[0].upper()}(\d*)", named.label):
            yield f"{match[1]} {greek} {match[2]}", Rank.DERIVED


def _case_of(spelling: str, spelt: str, count: int) -> Case:
    has_capitals = spelt[1:] != spelt[1:].lower()
    if " " in spelling.strip() and len(spelt) > 3:
        return Case.FREE
    if _LOWER_RUN.search(spelt) and not has_capitals:
        return Case.FREE
    if count > 1 or any(char.isdigit() or char.lower() in GREEK for char in spelt):
        return Case.SYMBOL
    if spelt.islower() and len(spelt) > 3:
        return Case.FREE
    return Case.EXACT


def _says_enough(kind: str, spelt: str, case: Case, rank: Rank) -> bool:
    if len(spelt) < 2 or spelt.isdigit() or spelt.lower() in TOO_COMMON:
        return False
    if len(spelt) == 2:
        return rank == Rank.LABEL and case == Case.SYMBOL
    if kind == TARGET and rank > Rank.LABEL and (spelt in TOO_WELL_KNOWN or re.fullmatch("[A-Za-z][a-z]{1,4}", spelt)):
        return False
    return rank != Rank.DERIVED or " " in spelt or len(spelt) > 3


def _singular_and_plural(last: str, case: Case) -> Iterable[str]:
    """The forms of a name's last word; that an “s” may follow is for whoever looks it up."""
    if case != Case.FREE:
        return (last,)
    if last in _IRREGULAR:
        return (last, _IRREGULAR[last])
    if len(last) > 5 and last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return (last[:-1],)
    if last.endswith("sis"):
        return (last, last[:-2] + "es")
    if len(last) > 3 and last.endswith("y") and last[-2] not in "aeiou":
        return (last, last[:-1] + "ies")
    return (last,)
