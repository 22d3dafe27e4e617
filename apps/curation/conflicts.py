"""What ties a reviewer to the authors of a paper or of a submission; pure.

Authors of a publication are known by name, seldom by ORCID iD. Where both iDs are known they alone
decide; else two names are one person's when the family names are the same and the first given names
are, or fit where one of them is an initial. So a namesake is taken for the author: an editor who is
kept from a review loses little, a paper reviewed by its author loses its worth.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

#: Words of an affiliation that tell nothing.
_SILENT = frozenset({"a", "an", "and", "at", "dept", "department", "für", "for", "of", "the", "de", "der", "des", "la"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person as far as ties are concerned."""

    name: str
    orcid: str = ""
    affiliation: str = ""

    @classmethod
    def of(cls, user: Any) -> Self:
        return cls(name=user.name, orcid=user.orcid, affiliation=user.affiliation)


def is_author(person: Someone, authors: Iterable[Mapping[str, str]] | None) -> bool:
    """Whether this person is among the authors of a publication, as a reference keeps them."""
    return any(_is_same(person, author) for author in authors or ())


def same_affiliation(one: Someone, other: Someone) -> bool:
    """Whether both work at the same place, however it is punctuated and in whatever order it is written."""
    place = _place(one.affiliation)
    return bool(place) and place == _place(other.affiliation)


def _is_same(person: Someone, author: Mapping[str, str]) -> bool:
    iD = author.get("orcid", "")  # noqa: N806 — that is how it is written
    if iD and person.orcid:
        return iD == person.orcid
    name, family, given = _words(person.name), _words(author.get("family", "")), _words(author.get("given", ""))
    if not family or not given or len(name) <= len(family):
        return False
    if name[-len(family) :] == family:
        return _fits(name[0], given[0])
    # “Lovelace, Ada”
    return name[: len(family)] == family and _fits(name[len(family)], given[0])


def _fits(one: str, other: str) -> bool:
    """The same given name, or an initial (or two, “AB”) of it."""
    return one[0] == other[0] if min(len(one), len(other)) <= 2 else one == other


def _words(text: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.findall(r"\w+", plain.casefold())


def _place(affiliation: str) -> frozenset[str]:
    return frozenset(_words(affiliation)) - _SILENT
