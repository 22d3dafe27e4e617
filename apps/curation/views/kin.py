"""A draft beside what is on record already and says much the same, field by field."""

from dataclasses import dataclass

from apps.accounts.models import User

from .. import permissions, services
from ..content import GROUPS
from ..forms.content import ContentForm, in_words, stored_texts
from ..models import Submission
from ..services.likeness import COMPARED
from . import show


@dataclass(frozen=True, slots=True)
class Pair:
    """One field in both; what differs is marked."""

    label: str
    mine: str
    theirs: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Kin:
    """``pairs`` is empty where the other is not open to the reader yet: it is only named then."""

    submission: Submission
    same: bool
    statement: str
    pairs: list[Pair]

    @property
    def accession(self) -> str:
        return (self.submission.record.accession or "") if self.submission.published_version else ""

    @property
    def differing(self) -> str:
        """The fields that differ, named in a sentence."""
        return ", ".join(pair.label[:1].lower() + pair.label[1:] for pair in self.pairs if pair.differs)


def compared(submission: Submission, reader: User) -> list[Kin]:
    """The nearest others, each with the fields that one of the two has filled in."""
    kin = services.alike(submission)
    mine = stored_texts(submission) if kin else {}
    return [_kin(mine, one, reader) for one in kin]


def _kin(mine: dict[str, str], one: services.Likeness, reader: User) -> Kin:
    other = one.submission
    if not (other.published_version or permissions.may_see(reader, other)):
        return Kin(other, one.same, "", [])
    return Kin(other, one.same, show.sentence(other), _pairs(mine, one))


def _pairs(mine: dict[str, str], one: services.Likeness) -> list[Pair]:
    theirs = stored_texts(one.submission)
    fields = ContentForm.base_fields
    return [
        Pair(
            label=str(fields[name].label),
            mine=in_words(fields[name], mine[name]),
            theirs=in_words(fields[name], theirs[name]),
            differs=name in one.differing,
        )
        for names in GROUPS.values()
        for name in names
        if name in COMPARED and (mine[name] or theirs[name])
    ]
