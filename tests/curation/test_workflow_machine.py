"""Curators and editors play over services, pages and API against a model of the workflow in plain Python.

After each step everything that counts (statuses, seats, verdicts, versions, history) is what the model says; what
the model forbids is refused with the code that it names, and changes nothing.
"""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
import time_machine
from django.db import transaction
from django.db.models import Prefetch
from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from rest_framework.test import APIClient

from apps.accounts.models import Event
from apps.accounts.services import make_conflict_statement
from apps.catalogue.models import EntryVersion
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.models import Decision, Review, Submission
from apps.literature.models import Reference
from tests.factories.accounts import CuratorFactory, EditorFactory
from tests.factories.curation import ReferenceFactory, complete_content

DOORS = ("service", "page", "api")
VERDICTS = ("approve", "approve", "request_changes", "reject")
#: A refusal through a door that speaks HTTP.
STATUS_OF_CODE = {"forbidden": 403, "missing": 404, "state": 409, "stale": 409}
#: How often each step was taken in all runs so far.
REACHED: Counter[str] = Counter()
CLAIM_DAYS, YEAR = timedelta(days=14), timedelta(days=365)
MOST = 4


@dataclass
class Seat:
    editor: int
    expires: datetime
    verdict: str = ""


@dataclass
class Work:
    """What the model knows of a submission; people and submissions are numbers."""

    submitter: int
    against: bool
    entry: int | None = None  # the submission that was published first, for a revision
    based_on: int | None = None
    co_editors: set[int] = field(default_factory=set)
    status: str = "draft"
    ever_submitted: bool = False
    round: int = 0
    causes: set[str] = field(default_factory=set)
    torn: bool = False
    seats: dict[int, Seat] = field(default_factory=dict)
    version: int | None = None
    history: list[str] = field(default_factory=list)
    decisions: int = 0

    @property
    def parties(self) -> set[int]:
        return {self.submitter, *self.co_editors}

    @property
    def capacity(self) -> int:
        return 3 if self.torn else 2 if self.causes else 1

    @property
    def vacant(self) -> list[int]:
        return [number for number in range(1, self.capacity + 1) if number not in self.seats]

    def seat_of(self, who: int) -> Seat | None:
        return next((seat for seat in self.seats.values() if seat.editor == who), None)


class Workflow(RuleBasedStateMachine):
    """Two curators, one of whom an editor too, and four editors."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.travel = time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False)
        self.clock = self.travel.start()
        self.people = [CuratorFactory(), *(EditorFactory() for _ in range(5))]
        self.editors = set(range(1, 6))
        self.sworn: dict[int, datetime] = {}
        for who in self.editors:
            self.swear_now(who)
        self.works: list[Work] = []
        self.rows: list[int] = []
        self.read: list[str] = []
        self.entries: dict[int, int] = {}  # the first submission of a record → its version in force
        self.shown: dict[int, int] = {}  # … → the submission that the catalogue shows
        self.accessions: dict[int, str] = {}  # … → its accession
        self.clients: dict[tuple, Client] = {}

    def teardown(self) -> None:
        REACHED.update(verb for work in self.works for verb in work.history)
        self.travel.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- helpers --------------------------------------------------------------------------------

    def swear_now(self, who: int) -> None:
        make_conflict_statement(person=self.people[who], text="none")
        self.sworn[who] = timezone.now() + YEAR

    def in_order(self, who: int) -> bool:
        return who in self.sworn and timezone.now() < self.sworn[who]

    def row(self, number: int) -> Submission:
        return Submission.objects.get(pk=self.rows[number])

    def may_see(self, who: int, work: Work) -> bool:
        return who in work.parties or (who in self.editors and work.ever_submitted)

    def contradicted(self, work: Work) -> bool:
        return any(self.works[shown].against != work.against for shown in self.shown.values())

    def find_causes(self, work: Work) -> None:
        if self.contradicted(work):
            work.causes.add("contradiction")

    def do(self, door, who, number, verb, *, given, expected, page="") -> bool:
        """Go through a door; the answer is the expected one. Whether it was done."""
        work, actor, row = self.works[number], self.people[who], self.row(number)
        before = self.state()
        if door == "service":
            try:
                getattr(services, verb)(actor=actor, submission=row, **given)
                code = ""
            except Refused as refused:
                code = refused.code
            assert code == expected, (verb, who, work)
        else:
            status = self.over_http(door, actor, row, verb, given=given, page=page)
            if door == "page" and page == "review" and who not in self.editors:
                wanted = {403}
            elif not self.may_see(who, work):
                wanted = {404}
            elif expected:
                wanted = {STATUS_OF_CODE.get(expected, 422)}
            else:
                wanted = {302} if door == "page" else {200}
            assert status in wanted, (door, verb, who, status, wanted, work)
        done = not expected and (door == "service" or self.may_see(who, work))
        if not done:
            assert self.state() == before
        return done

    def over_http(self, door, actor, row, verb, *, given, page) -> int:
        given = {name: getattr(value, "pk", value) for name, value in given.items()}
        path = {"ask_second_review": "second"}.get(verb, verb).replace("_", "-")
        if door == "api":
            path = {"second": "second-review"}.get(path, path)
            address = f"/api/v1/curation/submissions/{row.pk}/{path}/"
        else:
            address = f"/review/{row.pk}/{path}/" if page == "review" else f"/workbench/submissions/{row.pk}/{path}/"
        return self.client_of(actor, door).post(address, given).status_code

    def client_of(self, actor, door) -> Client:
        """Signed in today: sessions end after some days."""
        key = (door, actor.pk, timezone.now())
        if key not in self.clients:
            self.clients[key] = APIClient() if door == "api" else Client()
            self.clients[key].force_login(actor)
        return self.clients[key]

    def state(self):
        return (
            Event.objects.count(),
            Decision.objects.count(),
            list(Submission.objects.order_by("pk").values()),
            EntryVersion.objects.count(),
        )

    def choose(self, work_index: int, fitting) -> int:
        """A submission: one of those that the verb could be meant for, if there are any."""
        numbers = [number for number, work in enumerate(self.works) if fitting(work)] or range(len(self.works))
        return list(numbers)[work_index % len(numbers)]

    def person(self, who: int, helpful: bool, allowed) -> int:
        """Somebody: of those who may, if it is meant to be helpful."""
        able = [one for one in range(len(self.people)) if allowed(one)] if helpful else []
        return able[who % len(able)] if able else who

    # --- the authors ----------------------------------------------------------------------------

    @initialize(
        waiting=st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.integers(0, 5)), min_size=1, max_size=3)
    )
    def some_wait_already(self, waiting):
        """Most steps are about what is in review: a run need not find the way there first."""
        for number, (who, against, editor) in enumerate(waiting):
            self.start(who=who, against=against)
            self.submit(which=number, who=who, helpful=False, door="service")
            if not self.no_claim(editor, self.works[number]):
                self.claim(which=0, who=editor, helpful=False, door="service")

    @rule(who=st.integers(0, 1), against=st.booleans())
    def start(self, who, against):
        if len(self.works) >= MOST:
            return
        actor, number = self.people[who], len(self.works)
        changes = {"change": "increased", "direction": "contradicts"} if against else {}
        content = complete_content(reference=ReferenceFactory(authors=[]).pk, **changes)
        draft = services.start(actor=actor)
        services.save_draft(
            actor=actor, submission=draft, content=replace(content, summary=f"Draft {number}."), edit_count=0
        )
        self.works.append(Work(submitter=who, against=against, history=["start", "edit"]))
        self.rows.append(draft.pk)
        self.read.append("")

    @rule(who=st.integers(0, 5), entry=st.integers(0, 3))
    def revise(self, who, entry):
        if not self.entries or len(self.works) >= MOST:
            return
        first = list(self.entries)[entry % len(self.entries)]
        open_ones = {"draft", "submitted", "in_review", "changes_requested"}
        if any(
            work.submitter == who and work.status in open_ones and first in (work.entry, number)
            for number, work in enumerate(self.works)
        ):
            return
        actor = self.people[who]
        accession = self.row(first).record.accession
        draft = services.start(actor=actor, revises=accession)
        content = replace(draft.content(), summary=f"Revision {len(self.works)}.")
        services.save_draft(actor=actor, submission=draft, content=content, edit_count=0, change_note="Better words.")
        shown = self.works[self.shown[first]]
        self.works.append(
            Work(
                submitter=who,
                against=shown.against,
                entry=first,
                based_on=self.entries[first],
                history=["start", "edit"],
            )
        )
        self.rows.append(draft.pk)
        self.read.append("")

    @rule(which=st.integers(0, 3), who=st.integers(0, 5))
    def invite(self, which, who):
        number = self.choose(which, lambda work: work.status == "draft")
        if self.works[number].status != "draft" or who == self.works[number].submitter:
            return
        self.row(number).co_editors.add(self.people[who])
        self.works[number].co_editors.add(who)

    @rule(which=st.integers(0, 3), who=st.integers(0, 5), helpful=st.booleans(), late=st.booleans())
    def edit(self, which, who, helpful, late):
        number = self.choose(which, lambda work: work.status in {"draft", "changes_requested"})
        work, row = self.works[number], self.row(number)
        who = self.person(who, helpful, lambda one: one in work.parties)
        expected = ""
        if who not in work.parties:
            expected = "forbidden"
        elif work.status not in {"draft", "changes_requested"}:
            expected = "state"
        elif late:
            expected = "stale"
        content = replace(row.content(), summary=f"Edit {len(work.history)} of {number}.")
        given = {"content": content, "edit_count": row.edit_count - late}
        if self.do("service", who, number, "save_draft", given=given, expected=expected):
            work.history.append("edit")

    @rule(which=st.integers(0, 3), who=st.integers(0, 5), helpful=st.booleans(), door=st.sampled_from(DOORS))
    def submit(self, which, who, helpful, door):
        number = self.choose(which, lambda work: work.status in {"draft", "changes_requested"})
        work = self.works[number]
        who = self.person(who, helpful, lambda one: one == work.submitter)
        expected = "forbidden" if who != work.submitter else ""
        if not expected and work.status not in {"draft", "changes_requested"}:
            expected = "state"
        if not expected and work.entry is not None and self.entries[work.entry] != work.based_on:
            expected = "stale"
        if self.do(door, who, number, "submit", given={}, expected=expected):
            work.status, work.ever_submitted, work.round, work.torn = "submitted", True, work.round + 1, False
            work.causes &= {"asked"}
            self.find_causes(work)
            work.history.append("submit")

    @rule(which=st.integers(0, 3), who=st.integers(0, 5), helpful=st.booleans(), door=st.sampled_from(DOORS))
    def withdraw(self, which, who, helpful, door):
        number = self.choose(which, lambda work: work.status in {"submitted", "in_review"})
        work = self.works[number]
        who = self.person(who, helpful, lambda one: one == work.submitter)
        expected = "forbidden" if who != work.submitter else ""
        if not expected and work.status not in {"draft", "submitted", "changes_requested"}:
            expected = "state"
        if self.do(door, who, number, "withdraw", given={"reason": ""}, expected=expected):
            work.status = "withdrawn"
            work.history.append("withdraw")

    # --- the editors ----------------------------------------------------------------------------

    def no_claim(self, who: int, work: Work) -> str:
        """Why this person may not claim it."""
        if who not in self.editors or who in work.parties:
            return "forbidden"
        if work.status not in {"submitted", "in_review"} or work.seat_of(who):
            return "state"
        if work.status == "in_review" and not work.vacant:
            return "state"
        return "" if self.in_order(who) else "forbidden"

    def take(self, who: int, work: Work, verb: str) -> None:
        self.find_causes(work)
        work.seats[work.vacant[0]] = Seat(who, timezone.now() + CLAIM_DAYS)
        work.status = "in_review"
        work.history.append(verb)

    @rule(which=st.integers(0, 3), who=st.integers(0, 5), helpful=st.booleans(), door=st.sampled_from(DOORS))
    def claim(self, which, who, helpful, door):
        number = self.choose(which, lambda work: work.status in {"submitted", "in_review"} and work.vacant)
        work = self.works[number]
        who = self.person(who, helpful, lambda one: not self.no_claim(one, work))
        if self.do(door, who, number, "claim", given={}, expected=self.no_claim(who, work), page="review"):
            self.take(who, work, "claim")
            self.read[number] = self.row(number).content_hash

    @rule(
        which=st.integers(0, 3),
        who=st.integers(0, 5),
        whom=st.integers(0, 5),
        helpful=st.booleans(),
        door=st.sampled_from(DOORS),
    )
    def assign(self, which, who, whom, helpful, door):
        number = self.choose(which, lambda work: work.status in {"submitted", "in_review"} and work.vacant)
        work = self.works[number]
        whom = self.person(whom, helpful, lambda one: not self.no_claim(one, work))
        expected = ""
        if who not in self.editors or who in work.parties:
            expected = "forbidden"
        elif work.status not in {"submitted", "in_review"} or (work.status == "in_review" and not work.vacant):
            expected = "state"
        elif not self.in_order(who):
            expected = "forbidden"
        elif who == whom:
            expected = "invalid"
        elif self.no_claim(whom, work):
            expected = "conflict"
        if self.do(door, who, number, "assign", given={"editor": self.people[whom]}, expected=expected, page="review"):
            self.take(whom, work, "assign")
            self.read[number] = self.row(number).content_hash

    @rule(which=st.integers(0, 3), who=st.integers(0, 5), helpful=st.booleans(), door=st.sampled_from(DOORS))
    def release(self, which, who, helpful, door):
        number = self.choose(which, lambda work: work.status == "in_review")
        work = self.works[number]
        who = self.person(who, helpful, lambda one: work.seat_of(one) is not None)
        seat, expected = work.seat_of(who), ""
        if who not in self.editors:
            expected = "forbidden"
        elif work.status != "in_review":
            expected = "state"
        elif seat is None:
            expected = "forbidden"
        elif seat.verdict:
            expected = "state"
        if self.do(door, who, number, "release", given={}, expected=expected, page="review"):
            self.give_back(work, seat)

    def give_back(self, work: Work, seat: Seat) -> None:
        work.seats = {number: each for number, each in work.seats.items() if each is not seat}
        work.status = "in_review" if work.seats else "submitted"
        work.history.append("leave" if work.seats else "release")

    @rule(which=st.integers(0, 3), who=st.integers(0, 5), helpful=st.booleans(), door=st.sampled_from(DOORS))
    def ask_second(self, which, who, helpful, door):
        number = self.choose(which, lambda work: work.status in {"submitted", "in_review"} and not work.causes)
        work = self.works[number]
        who = self.person(who, helpful, lambda one: one in self.editors - work.parties)
        expected = ""
        if who not in self.editors or who in work.parties:
            expected = "forbidden"
        elif work.status not in {"submitted", "in_review"} or work.causes:
            expected = "state"
        elif not self.in_order(who):
            expected = "forbidden"
        if self.do(door, who, number, "ask_second_review", given={"reason": "Bold."}, expected=expected, page="review"):
            work.causes.add("asked")
            work.history.append("ask_second")

    @rule(
        which=st.integers(0, 3),
        who=st.integers(0, 5),
        verb=st.sampled_from(VERDICTS),
        helpful=st.sampled_from([True, True, True, False]),
        door=st.sampled_from(DOORS),
        old_page=st.sampled_from([False, False, False, True]),
    )
    def decide(self, *, which, who, verb, helpful, door, old_page):
        number = self.choose(which, lambda work: work.status == "in_review")
        work = self.works[number]
        who = self.person(who, helpful, lambda one: (seat := work.seat_of(one)) is not None and not seat.verdict)
        self.decide_on(number, who, verb, door=door, old_page=old_page)

    def decide_on(self, number: int, who: int, verb: str, *, door: str, old_page: bool = False) -> None:
        work, row = self.works[number], self.row(number)
        seat, expected = work.seat_of(who), ""
        read = self.read[number] if old_page else row.content_hash
        if who not in self.editors or who in work.parties:
            expected = "forbidden"
        elif work.status != "in_review":
            expected = "state"
        elif seat is None:
            expected = "forbidden"
        elif seat.verdict:
            expected = "state"
        elif not self.in_order(who):
            expected = "forbidden"
        elif read != row.content_hash or (
            verb == "approve" and work.entry is not None and self.entries[work.entry] != work.based_on
        ):
            expected = "stale"
        given = {"reason": "Because.", "content_hash": read or "-"}
        if self.do(door, who, number, verb, given=given, expected=expected, page="review"):
            seat.verdict = verb
            work.decisions += 1
            self.find_causes(work)
            self.settle(number, work, verb)

    @rule(which=st.integers(0, 3), verb=st.sampled_from(VERDICTS), door=st.sampled_from(DOORS), changed=st.booleans())
    def a_reviewer_does_their_part(self, which, verb, door, changed):
        """Somebody who has a seat swears, reads and decides; the content may have changed since they read it."""
        number = self.choose(which, lambda work: any(not seat.verdict for seat in work.seats.values()))
        seat = next((seat for seat in self.works[number].seats.values() if not seat.verdict), None)
        if seat is None:
            return
        self.read[number] = self.row(number).content_hash
        if changed:
            self.merge_paper_of(number)
        self.swear_now(seat.editor)
        self.decide_on(number, seat.editor, verb, door=door, old_page=True)

    def settle(self, number: int, work: Work, verb: str) -> None:
        said = {place: seat.verdict for place, seat in work.seats.items() if seat.verdict}
        if {1, 2} <= said.keys() and said[1] != said[2]:
            work.torn = True
        agreed = work.capacity == 1 or (len(said) == work.capacity)
        if not agreed:
            work.history.append("verdict")
            return
        work.status = {"approve": "approved", "request_changes": "changes_requested", "reject": "rejected"}[verb]
        work.seats = {}
        work.history.append(verb)
        if verb == "approve":
            first = number if work.entry is None else work.entry
            work.version = self.entries[first] = (work.based_on or 0) + 1
            self.shown[first] = number

    # --- what happens by itself -----------------------------------------------------------------

    @rule(days=st.sampled_from([1, 8, 15, 200]))
    def time_passes(self, days):
        self.clock.shift(timedelta(days=days))
        now = timezone.now()
        expired = [
            (work, seat)
            for work in self.works
            for _, seat in sorted(work.seats.items())
            if not seat.verdict and seat.expires <= now
        ]
        assert services.expire_claims() == len(expired)
        for work, seat in expired:
            self.give_back(work, seat)

    @rule(who=st.integers(1, 5))
    def swear(self, who):
        self.swear_now(who)

    @rule(which=st.integers(0, 3))
    def paper_turns_out_known_twice(self, which):
        number = self.choose(which, lambda work: work.status == "in_review")
        self.merge_paper_of(number)

    def merge_paper_of(self, number: int) -> None:
        work, row = self.works[number], self.row(number)
        kept = ReferenceFactory(authors=[])
        Reference.objects.filter(pk=row.reference_id).update(merged_into=kept)
        behind = [each for each, pk in enumerate(self.rows) if self.row(each).reference_id == row.reference_id]
        assert services.follow_merged_references() == len(behind)
        assert work in [self.works[each] for each in behind]
        for each in behind:
            self.renew(self.works[each])

    def renew(self, work: Work) -> None:
        work.history.append("follow")
        if not any(seat.verdict for seat in work.seats.values()):
            return
        work.round, work.torn = work.round + 1, False
        expires = timezone.now() + CLAIM_DAYS
        work.seats = {place: Seat(seat.editor, expires) for place, seat in work.seats.items() if place < 3}
        work.history.append("new_round")

    # --- what has to hold -----------------------------------------------------------------------

    @invariant()
    def everything_is_as_the_model_says(self):
        reviews = Review.objects.select_related("decision")
        rows = Submission.objects.prefetch_related(Prefetch("reviews", reviews), "decisions").in_bulk(self.rows)
        histories = defaultdict(list)
        for pk, verb in Event.objects.filter(object_type="submission").order_by("pk").values_list("object_id", "verb"):
            histories[str(pk)].append(verb)
        numbers = {person.pk: number for number, person in enumerate(self.people)}
        for pk, work in zip(self.rows, self.works, strict=True):
            row = rows[pk]
            panel = {seat.number: seat for seat in row.panel} if row.status == "in_review" else {}
            assert (row.status, row.round, row.published_version) == (work.status, work.round, work.version)
            assert (row.seats, set(row.second_review)) == (work.capacity, work.causes), work
            assert {place: numbers[seat.editor_id] for place, seat in panel.items()} == {
                place: seat.editor for place, seat in work.seats.items()
            }
            assert {place: seat.decision.outcome if seat.decision else "" for place, seat in panel.items()} == {
                place: seat.verdict for place, seat in work.seats.items()
            }
            assert histories[str(pk)] == work.history
            assert row.decisions.count() == work.decisions
            for decision in row.decisions.all():
                assert numbers[decision.editor_id] in self.editors - work.parties
        versions = EntryVersion.objects.values_list("entry__accession", "number", "entry__status", "entry__version")
        assert len(versions) == sum(work.version is not None for work in self.works)
        in_force = {accession: version for accession, _, status, version in versions if status == "current"}
        assert in_force == {self.accession_of(first): version for first, version in self.entries.items()}

    def accession_of(self, number: int) -> str:
        if number not in self.accessions:
            self.accessions[number] = self.row(number).record.accession
        return self.accessions[number]


def play(runs: int, steps: int) -> None:
    run_state_machine_as_test(
        Workflow,
        settings=hypothesis.settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_workflow_is_what_the_model_says():
    play(15, 20)


@pytest.mark.soak
@pytest.mark.django_db
def test_workflow_is_what_the_model_says_at_length():
    play(int(os.environ.get("WORKFLOW_RUNS", "2000")), 30)
    # A search that never got anywhere would find nothing.
    rare = {"verdict", "leave", "new_round", "assign", "ask_second", "approve", "request_changes", "reject", "withdraw"}
    assert rare <= REACHED.keys(), REACHED
