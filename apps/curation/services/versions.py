"""What a revision revises: the content of the version it began from, and of the one in force."""

from dataclasses import dataclass, replace
from functools import cached_property

import orjson

from apps.catalogue.models import Entry, EntryVersion

from ..content import Content, differing
from ..merging import Part, three_way
from ..models import Record, Submission


@dataclass(frozen=True)
class Revision:
    """A submission beside the versions that concern it. ``current`` is the number of the last version."""

    accession: str
    based_on: int
    current: int
    in_force: bool
    base: Content
    theirs: Content
    mine: Content
    unread: tuple[str, ...]

    @property
    def moved_on(self) -> bool:
        """Whether another version was published since it began; it cannot be approved as it is then."""
        return self.in_force and self.current != self.based_on

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """The fields that it changes in the version that it is based on."""
        return differing(self.base, self.mine)

    @cached_property
    def parts(self) -> list[Part]:
        """Who changed what since."""
        return three_way(self.base, self.theirs, self.mine, unread=self.unread)


def revision_of(submission: Submission) -> Revision | None:
    """The revision that a submission is; ``None`` for the first one of a record. Constant queries."""
    if submission.based_on is None:
        return None
    entry = Entry.objects.only("version", "status", "accession").get(accession=submission.record.accession)
    base = content_of_version(submission.record, submission.based_on)
    moved = entry.version != submission.based_on and submission.published_version is None
    return Revision(
        accession=entry.accession,
        based_on=submission.based_on,
        current=entry.version,
        in_force=entry.status == Entry.Status.CURRENT,
        base=base,
        theirs=content_of_version(submission.record, entry.version) if moved else base,
        mine=submission.content(),
        unread=tuple(submission.unread),
    )


def content_of_version(record: Record, number: int) -> Content:
    """The content of a published version, resting on the target and the publication that it names.

    The submission may stand on their heirs by now; to move an entry there is a change like any other.
    """
    content = record.submissions.with_content().get(published_version=number).content()
    version = EntryVersion.objects.get(entry__accession=record.accession, number=number)
    document = orjson.loads(version.document)
    return replace(content, target=document["target"]["id"], reference=document["study"]["reference"]["id"], answers=())
