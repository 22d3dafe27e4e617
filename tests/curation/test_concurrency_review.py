"""Fifty who press at once on ten submissions: the books are right afterwards. Real threads and PostgreSQL."""

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from apps.accounts.models import Event
from apps.catalogue.models import Entry, EntryVersion
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.models import Submission
from apps.curation.workflow import settled
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import make_editor, make_submitted
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def play_at_once(*, editors: int, authors: int, submissions: int, turns: int, seed: int):
    """Editors and authors who all press at once, for some turns; what each of them was told that they had done.

    Every second submission is decided on by two.
    """
    reviewers = [make_editor() for _ in range(editors)]
    people = [CuratorFactory() for _ in range(authors)]
    made = [make_submitted(people[number % authors]) for number in range(submissions)]
    for one in made[::2]:
        services.ask_second_review(actor=reviewers[0], submission=one, reason="Two should look.")
    done, lock = [], threading.Lock()

    def attempt(verb, submission, **given):
        with suppress(Refused):
            getattr(services, verb)(submission=submission, **given)
            with lock:
                done.append((verb, submission.pk))

    def reviewer(editor, chance):
        def act():
            for _ in range(turns):
                one = chance.choice(made)
                attempt("claim", one, actor=editor)
                verb = chance.choice(["approve", "approve", "request_changes", "reject", "release"])
                read = Submission.objects.get(pk=one.pk).content_hash
                given = {} if verb == "release" else {"reason": "Because.", "content_hash": read}
                attempt(verb, one, actor=editor, **given)

        return act

    def author(person, chance):
        def act():
            for _ in range(turns):
                one = Submission.objects.get(pk=chance.choice(made).pk)
                verb = chance.choice(["submit", "submit", "save_draft", "withdraw"])
                given = {}
                if verb == "save_draft":
                    content = replace(one.content(), summary=f"Words {chance.random()}.")
                    given = {"content": content, "edit_count": one.edit_count}
                attempt(verb, one, actor=person, **given)

        return act

    chances = [Random(seed + number) for number in range(editors + authors)]
    actors = [reviewer(editor, chances.pop()) for editor in reviewers]
    actors += [author(person, chances.pop()) for person in people]
    at_once(*actors)
    return made, Counter(done)


def check_books(made, done):
    """Every change has its event and every event its change; nothing was lost or done twice."""
    for submission in Submission.objects.filter(pk__in=[one.pk for one in made]):
        history = list(Event.objects.of_object(submission))
        steps = Counter(event.verb for event in history)
        for before, after in pairwise(history):
            assert before.to_state == after.from_state, (submission, [event.verb for event in history])
        assert history[-1].to_state == submission.status
        reviews, decisions = list(submission.reviews.all()), list(submission.decisions.all())
        assert len(reviews) == steps["claim"] == done["claim", submission.pk]
        given_back = [seat for seat in reviews if seat.released_at]
        assert len(given_back) == steps["release"] + steps["leave"] == done["release", submission.pk]
        verbs = ("approve", "request_changes", "reject")
        assert len(decisions) == sum(done[verb, submission.pk] for verb in verbs)
        assert len(decisions) == steps["verdict"] + sum(steps[verb] for verb in verbs)
        assert {each.decision_id for each in reviews if each.decision_id} == {each.pk for each in decisions}
        assert steps["submit"] == submission.round == 1 + done["submit", submission.pk]
        assert steps["edit"] == submission.edit_count == 1 + done["save_draft", submission.pk]
        assert steps["withdraw"] == done["withdraw", submission.pk]
        assert steps["approve"] == (submission.status == "approved") == (submission.published_version == 1)
        if submission.status == "approved":
            said = {
                each.number: each.decision.outcome
                for each in reviews
                if each.round == submission.round and each.decision
            }
            assert settled(submission.seats, said) == "approve"
    approved = Submission.objects.filter(status="approved").count()
    assert EntryVersion.objects.count() == Entry.objects.current().count() == approved


def test_many_who_press_at_once_keep_the_books_right():
    check_books(*play_at_once(editors=8, authors=4, submissions=4, turns=4, seed=1))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_fifty_who_press_at_once_keep_the_books_right(seed):
    made, done = play_at_once(editors=40, authors=10, submissions=10, turns=12, seed=1000 * seed)

    check_books(made, done)
    assert sum(done.values()) > 30  # each submission is taken, decided on, handed in anew …
