"""News of the catalogue: whoever follows an entry, a target or a search is told what became of it.

The catalogue numbers its changes in the order in which they become visible; told is what lies beyond the
number kept in ``NewsCursor``, batch by batch. It makes no difference which verb made a change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.accounts.models import Event, Notice, Subscription
from apps.accounts.services import Heir, Telling, join, move_subscriptions, tell
from apps.catalogue.models import Entry, EntryVersion
from apps.vocabularies.models import Target

from ..models import Decision, NewsCursor, Submission
from ..workflow import Status
from .happenings import Happening, happenings
from .searches import found_by

Subject = Subscription.Subject
Why = Subscription.Why

BATCH, MOST_BATCHES = 200, 25
MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class _News:
    """An entry that changed, with all that holds of it, and who did each of that."""

    entry: Entry
    happenings: tuple[Happening, ...]
    actors: Mapping[str, frozenset[int]]

    def for_(self, one: Subscription) -> list[Happening]:
        """What is new to a follower, and was not their own doing."""
        return [
            each
            for each in self.happenings
            if each.at > one.created_at and one.person_id not in self.actors.get(each.key, ())
        ]


def tell_news() -> int:
    """Tell the followers of what changed since the last time; how many notices. One does so at a time."""
    told = _follow_targets()
    for _ in range(MOST_BATCHES):
        written, more = _tell_batch()
        told += written
        if not more:
            break
    return told


@transaction.atomic
def _tell_batch() -> tuple[int, bool]:
    """A fixed number of queries for a batch, however many follow (and one more for every hundred searches)."""
    NewsCursor.objects.get_or_create(pk=1)
    cursor = NewsCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if cursor is None:  # somebody is at it
        return 0, False
    changed = Entry.objects.filter(sequence__gt=cursor.told_to).select_related("successor").defer("document", "search")
    entries = list(changed.order_by("sequence")[:BATCH])
    if not entries:
        return 0, False
    news = _news_of(entries)
    written = tell(_tellings(news))
    _move(entries)
    cursor.told_to = entries[-1].sequence
    cursor.save(update_fields=["told_to"])
    return written, len(entries) == BATCH


def _news_of(entries: Sequence[Entry]) -> list[_News]:
    """With who took part in each entry let to follow it."""
    versions = EntryVersion.objects.filter(entry__in=entries, number=F("entry__version"))
    published = dict(versions.values_list("entry", "published_at"))
    approved = Submission.objects.filter(
        record__accession__in=[entry.accession for entry in entries], status=Status.APPROVED
    ).prefetch_related("co_editors", "decisions")
    by_accession: dict[str, list[Submission]] = defaultdict(list)
    for submission in approved.select_related("record"):
        by_accession[submission.record.accession or ""].append(submission)
    join(row for entry in entries for row in _taking_part(entry, by_accession[entry.accession]))
    records = {one.record_id for some in by_accession.values() for one in some}
    last_events = Event.objects.filter(object_type="record", object_id__in=[str(pk) for pk in records]).order_by("pk")
    last_actors = {int(pk): actor for pk, actor in last_events.values_list("object_id", "actor")}
    news = []
    for entry in entries:
        found = happenings(entry, published[entry.pk])
        actors = {
            one.key: _actors(entry, by_accession[entry.accession], last_actors, is_version=one.is_version)
            for one in found
        }
        news.append(_News(entry, tuple(found), actors))
    return news


def _taking_part(entry: Entry, submissions: Iterable[Submission]) -> Iterator[Subscription]:
    for submission in submissions:
        authors = [submission.submitter_id, *(person.pk for person in submission.co_editors.all())]
        reviewers = [decision.editor_id for decision in submission.decisions.all()]
        for why, people in ((Why.AUTHOR, authors), (Why.REVIEWER, reviewers)):
            for person in people:
                yield Subscription(
                    person_id=person,
                    subject=Subject.ENTRY,
                    key=entry.accession,
                    label=entry.accession,
                    url=_page(entry),
                    why=why,
                )


def _actors(
    entry: Entry, submissions: Iterable[Submission], last_actors: Mapping[int, int | None], *, is_version: bool
) -> frozenset[int]:
    """Who brought it about: of a version the approving editors, of anything else whoever acted last on the record."""
    mine = list(submissions)
    if is_version:
        decisions = [one for each in mine if each.published_version == entry.version for one in each.decisions.all()]
        return frozenset(one.editor_id for one in decisions if one.outcome == Decision.Outcome.APPROVE)
    return frozenset(actor for each in mine if (actor := last_actors.get(each.record_id)))


def _page(entry: Entry) -> str:
    return reverse("catalogue:entry-detail", args=[entry.accession])


# --- who is told, and in which words --------------------------------------------------------------


def _tellings(news: Sequence[_News]) -> list[Telling]:
    """Each happening once a person: to a follower of the entry, else of the target, else of a search."""
    in_force = Subscription.objects.in_force()
    of_entry = _by_key(in_force.to(Subject.ENTRY, [one.entry.accession for one in news]))
    of_target = _by_key(in_force.to(Subject.TARGET, list({one.entry.target for one in news})))
    searches = list(in_force.filter(subject=Subject.SEARCH))
    pairs = [(one, follower) for one in news for follower in of_entry[one.entry.accession]]
    pairs += [(one, follower) for one in news for follower in of_target[one.entry.target]]
    people = {follower.person_id for _, follower in pairs} | {one.person_id for one in searches}
    seen = Notice.objects.told(people, {each.key for one in news for each in one.happenings})
    told: list[Telling] = []
    for one, follower in pairs:
        fresh = _unseen(one.for_(follower), follower, seen)
        if fresh:
            about = f"{one.entry.target_symbol}: " if follower.subject == Subject.TARGET else ""
            told.append(_telling(follower, Kind.ENTRY, about + fresh[-1].text, _page(one.entry), fresh[::-1]))
    return told + _of_searches(news, searches, seen)


def _of_searches(news: Sequence[_News], searches: Sequence[Subscription], seen: set[tuple[int, str]]) -> list[Telling]:
    """One notice for all that a search has found."""
    if not searches:
        return []
    found = found_by({one.key for one in searches}, [one.entry.pk for one in news])
    told = []
    for follower in searches:
        fresh: list[Happening] = []
        for one in news:
            if one.entry.pk in found.get(follower.key, ()):
                versions = [each for each in one.for_(follower) if each.is_version]
                fresh += _unseen(versions, follower, seen)
        if fresh:
            count = f"{len(fresh)} entries are" if len(fresh) > 1 else "1 entry is"
            more = [f"and {len(fresh) - MOST_LISTED} more"] if len(fresh) > MOST_LISTED else []
            lines = [f"• {each.text[:250]}" for each in fresh[:MOST_LISTED]] + more
            text = "\n".join([f"{count} new or revised in your search “{follower.label}”:", *lines])
            told.append(_telling(follower, Kind.SEARCH_ENTRY, text, follower.url[:300], fresh))
    return told


def _unseen(found: Iterable[Happening], one: Subscription, seen: set[tuple[int, str]]) -> list[Happening]:
    """Those that the person was not told of; from here on they are."""
    fresh = [each for each in found if (one.person_id, each.key) not in seen]
    seen |= {(one.person_id, each.key) for each in fresh}
    return fresh


def _telling(one: Subscription, kind: Kind, text: str, url: str, fresh: Sequence[Happening]) -> Telling:
    first, *others = (each.key for each in fresh)
    return Telling(one.person_id, kind, text, url, first, tuple(others), one.pk)


def _by_key(rows: Iterable[Subscription]) -> dict[str, list[Subscription]]:
    found: dict[str, list[Subscription]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return found


# --- following what something became --------------------------------------------------------------


def _move(entries: Iterable[Entry]) -> None:
    """Who follows a merged entry follows its successor."""
    heirs = {
        entry.accession: Heir(entry.successor.accession, entry.successor.accession, _page(entry.successor))
        for entry in entries
        if entry.status == Entry.Status.MERGED and entry.successor is not None
    }
    move_subscriptions(subject=Subject.ENTRY, heirs=heirs)


@transaction.atomic
def _follow_targets() -> int:
    """Who follows a target that was merged into another is told, and follows that one."""
    followed = Subscription.objects.filter(subject=Subject.TARGET).values("key")
    merged = list(Target.objects.filter(curie__in=followed, merged_into__isnull=False).select_related("merged_into"))
    if not merged:
        return 0
    heirs = {
        target.curie: Heir(
            target.merged_into.curie,
            target.merged_into.symbol,
            reverse("catalogue:target-detail", args=[target.merged_into.curie]),
        )
        for target in merged
        if target.merged_into is not None
    }
    symbols = {target.curie: target.symbol for target in merged}
    followers = Subscription.objects.in_force().to(Subject.TARGET, list(heirs))
    written = tell(
        Telling(
            one.person_id,
            Kind.ENTRY,
            f"The target {symbols[one.key]} ({one.key}) was merged into {heirs[one.key].label}.",
            heirs[one.key].url,
            f"{one.key} merged",
            (),
            one.pk,
        )
        for one in followers
    )
    move_subscriptions(subject=Subject.TARGET, heirs=heirs)
    return written
