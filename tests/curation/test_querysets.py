"""Reads are named for what they serve, show what they should, and cost the same for one and for three."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.curation import permissions, services
from apps.curation.models import Submission
from apps.curation.projection import statement
from tests.factories.accounts import AdministratorFactory, CuratorFactory
from tests.factories.curation import (
    ReferenceFactory,
    complete_content,
    make_draft,
    make_editor,
    make_in_review,
    make_published,
    make_revision,
    make_submitted,
)

pytestmark = pytest.mark.django_db


def test_visible_to_says_the_same_as_may_see(visitor, editor):
    curator, helper = CuratorFactory(), CuratorFactory()
    draft, withdrawn = make_draft(curator), make_draft(curator)
    draft.co_editors.add(helper)
    services.withdraw(actor=curator, submission=withdrawn)
    make_submitted(curator)
    make_in_review(helper)
    make_published(editor)
    people = [AnonymousUser(), visitor, curator, helper, editor, CuratorFactory(), AdministratorFactory()]

    for person, submission in itertools.product(people, Submission.objects.all()):
        visible = Submission.objects.visible_to(person).filter(pk=submission.pk).exists()
        assert visible == bool(permissions.may_see(person, submission))


def test_queue_is_what_awaits_review_the_oldest_first():
    make_draft()
    make_published()
    first, second = make_submitted(), make_in_review()

    assert list(Submission.objects.awaiting_review().for_queue()) == [first, second]


def test_written_by_and_reviewable_by_share_everything_out(curator):
    own, helped, other = make_draft(curator), make_draft(), make_draft()
    helped.co_editors.add(curator)

    assert set(Submission.objects.written_by(curator)) == {own, helped}
    assert set(Submission.objects.reviewable_by(curator)) == {other}
    assert list(Submission.objects.of_submitter(curator)) == [own]


def test_claimed_by_is_what_is_in_review_now(curator):
    held = make_in_review(curator)
    editor = held.claimed_by

    assert list(Submission.objects.claimed_by(editor)) == [held]
    services.release(actor=editor, submission=held)
    assert not Submission.objects.claimed_by(editor).exists()


def test_counts_name_every_status(curator):
    make_draft(curator)
    make_draft(curator)
    make_submitted(curator)

    assert Submission.objects.of_submitter(curator).counted_by_status() == {
        "draft": 2,
        "submitted": 1,
        "in_review": 0,
        "changes_requested": 0,
        "approved": 0,
        "rejected": 0,
        "withdrawn": 0,
    }


def test_open_ones_are_not_decided(curator):
    make_published(curator)
    draft = make_draft(curator)

    assert list(Submission.objects.open()) == [draft]


def test_in_force_is_the_version_that_the_catalogue_shows(curator):
    first = make_published(curator)
    revision = make_revision(first.record.accession, curator, summary="Said better.")
    revision = services.claim(actor=make_editor(), submission=revision)
    services.approve(actor=revision.claimed_by, submission=revision, content_hash=revision.content_hash)

    assert list(Submission.objects.in_force()) == [revision]


def test_similar_to_finds_the_same_paper_and_the_same_treatment_of_the_same_target():
    reference = ReferenceFactory().pk
    same_paper = make_submitted(reference=reference, outcome="metastasis")
    same_treatment = make_submitted(change="unchanged", direction="no_effect")
    make_submitted(outcome="immune_infiltration", change="increased")
    content = complete_content(reference=reference)

    assert list(Submission.objects.similar_to(content)) == [same_paper, same_treatment]
    assert list(Submission.objects.similar_to(content, limit=1)) == [same_paper]
    assert list(Submission.objects.similar_to(content, record=same_paper.record)) == [same_treatment]


@pytest.mark.parametrize("read", ["for_queue", "for_list", "with_content"])
def test_lists_cost_the_same_for_one_and_three(read):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            for row in getattr(Submission.objects.all(), read)():
                assert str(row.record)
                assert str(row.submitter)
                assert str(row.claimed_by)
                assert [str(term) for terms in (row.cancers, row.cell_types, row.therapies) for term in terms.all()]
                if read == "with_content":
                    assert statement(row)
                    assert row.content()
        return len(queries)

    make_in_review()
    one = cost()
    make_in_review()
    make_in_review()

    assert cost() == one
