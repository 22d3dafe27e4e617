"""Who is suggested, in which order, and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.curation import services
from apps.curation.suggesting import Candidate, ranked
from tests.factories.accounts import EditorFactory
from tests.factories.curation import make_editor, make_in_review, make_published, make_submitted


def order(*candidates):
    return [one.name for one in ranked(candidates)]


def test_experience_comes_first_and_work_in_hand_counts_against_it():
    busy = Candidate(person=1, name="Busy", of_class=4, of_cancer=3, in_hand=4)
    knows = Candidate(person=2, name="Knows", of_class=2, of_cancer=1)
    new = Candidate(person=3, name="New")

    assert order(busy, new, knows) == ["Knows", "New", "Busy"]


def test_much_experience_counts_as_some():
    assert [one.points for one in ranked([Candidate(person=1, name="A", of_class=500, of_cancer=70)])] == [10]


def test_equals_stand_by_name():
    assert order(Candidate(person=2, name="bea"), Candidate(person=1, name="Ann")) == ["Ann", "bea"]


def test_hindered_is_never_suggested():
    assert order(Candidate(person=1, name="A", of_class=5, hindered=True)) == []


def test_every_suggestion_says_why():
    [one] = ranked([Candidate(person=1, name="A", of_class=2, of_cancer=1, in_hand=1)])
    assert one.reasons == (
        "wrote or reviewed 2 records on targets of the same class",
        "wrote or reviewed 1 record on the same cancer",
        "has 1 review in hand",
    )
    assert ranked([Candidate(person=1, name="A")])[0].reasons == ("has no review in hand",)


@pytest.mark.django_db
class TestOfASubmission:
    def test_who_reviewed_such_records_is_first_and_who_is_tied_left_out(self, curator):
        knows, new = make_editor(EditorFactory(name="Kim Knows")), make_editor(EditorFactory(name="Ann New"))
        make_published(editor=knows)
        make_editor(EditorFactory(name="Ada Lovelace"))  # an author of the paper
        colleague = make_editor(EditorFactory(name="Cole League", affiliation="Example University"))
        curator.affiliation = "Example University"
        curator.save()
        EditorFactory(name="Una Sworn")

        found = services.suggest_reviewers(make_submitted(curator))

        names = [one.name for one in found]
        assert names.index("Kim Knows") < names.index("Ann New")
        assert not {"Ada Lovelace", "Una Sworn", curator.name, colleague.name} & set(names)
        assert found[0].reasons[0] == "wrote or reviewed 1 record on targets of the same class"
        assert new.pk in {one.person for one in found}

    def test_reviewers_of_it_are_left_out_and_counted_as_busy_elsewhere(self):
        submission = make_in_review()
        other = make_submitted(outcome="metastasis")

        assert submission.claimed_by.pk not in {one.person for one in services.suggest_reviewers(submission)}
        [busy] = [one for one in services.suggest_reviewers(other) if one.person == submission.claimed_by.pk]
        assert busy.reasons[-1] == "has 1 review in hand"

    def test_it_costs_the_same_for_many_editors(self):
        submission = make_submitted()
        make_editor()
        services.suggest_reviewers(submission)
        with CaptureQueriesContext(connection) as few:
            services.suggest_reviewers(submission)
        for _ in range(5):
            make_editor()
        with CaptureQueriesContext(connection) as many:
            services.suggest_reviewers(submission)

        assert len(many) == len(few)
