"""The database says it too: what no service would do, no other way can."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from apps.curation import services
from apps.curation.models import Decision, Record, Submission
from apps.curation.workflow import Status, transitions
from tests.factories.accounts import EditorFactory
from tests.factories.curation import SubmissionFactory, make_draft, make_in_review, make_published, make_submitted

pytestmark = pytest.mark.django_db


def raw(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("source", Status.values)
def test_database_takes_the_steps_of_the_workflow_and_no_others(source, editor):
    allowed = {to for begin, to in transitions() if begin == source} | {source}
    taken = set()
    for target in Status.values:
        submission = SubmissionFactory(
            status=source, submitted_at=timezone.now(), claimed_by=editor, published_version=1
        )
        with suppress(DatabaseError):
            raw("UPDATE curation_submission SET status = %s WHERE id = %s", target, submission.pk)
            taken.add(target)

    assert taken == allowed


@pytest.mark.parametrize("sql", ["UPDATE curation_decision SET reason = 'x'", "DELETE FROM curation_decision"])
def test_decisions_stay_as_they_were_made(sql):
    make_published()

    with pytest.raises(DatabaseError):
        raw(sql)
    assert Decision.objects.get().reason == "Well shown."


@pytest.mark.parametrize(
    "change",
    [
        "status = 'somewhere'",
        "claimed_by_id = NULL",
        "claimed_by_id = submitter_id",
        "submitted_at = NULL",
        "ci_low = 2, ci_high = 1",
    ],
)
def test_row_that_makes_no_sense_is_refused(change):
    submission = make_in_review()

    with pytest.raises(DatabaseError):
        raw(f"UPDATE curation_submission SET {change} WHERE id = %s", submission.pk)


def test_approved_submission_has_its_version():
    submission = make_in_review()

    with pytest.raises(IntegrityError, match="approved_is_published"):
        raw("UPDATE curation_submission SET status = 'approved' WHERE id = %s", submission.pk)


def test_refusal_without_a_reason_is_refused():
    submission = make_in_review()

    with pytest.raises(IntegrityError, match="refusal_has_reason"), transaction.atomic():
        Decision.objects.create(
            submission=submission,
            editor=submission.claimed_by,
            outcome="reject",
            content_hash="",
            conflict_statement="",
        )


def test_one_person_has_one_open_submission_of_a_record(curator):
    first = SubmissionFactory(submitter=curator)

    with pytest.raises(IntegrityError, match="one_open_submission"), transaction.atomic():
        SubmissionFactory(submitter=curator, record=first.record)
    services.withdraw(actor=curator, submission=first)
    SubmissionFactory(submitter=curator, record=first.record)


def test_version_belongs_to_one_submission():
    published = make_published()

    with pytest.raises(IntegrityError, match="one_submission_per_version"), transaction.atomic():
        SubmissionFactory(record=published.record, status="approved", submitted_at=timezone.now(), published_version=1)


@pytest.mark.parametrize("accession", ["TMEE:1", "tmee:0000001", "TMEE:0000001x", ""])
def test_accession_has_its_shape(accession):
    with pytest.raises(IntegrityError, match="accession_shape"), transaction.atomic():
        Record.objects.create(accession=accession)


def test_content_is_the_same_when_read_for_many():
    make_draft()
    make_submitted()

    together = {row.pk: row.content() for row in Submission.objects.with_content()}

    assert together == {row.pk: row.content() for row in Submission.objects.all()}


def test_things_introduce_themselves():
    published = make_published(editor=EditorFactory(name="Edda Editor"))

    assert str(published) == f"Submission {published.pk}"
    assert str(published.record) == published.record.accession
    assert str(Record(pk=7)) == "unpublished record 7"
    assert str(Decision.objects.get()) == "Approved by Edda Editor"
