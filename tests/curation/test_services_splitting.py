"""Accepting some of the changes of a revision: what is published, what goes back, and who is told to have done it."""

from decimal import Decimal

import orjson
import pytest

from apps.accounts.models import Event
from apps.catalogue.models import Entry, EntryVersion
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.models import Decision, Submission
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import make_editor, make_in_review, make_published, make_revision, publish
from tests.races import at_once, refusals

from .test_api import URL, client
from .test_services import refused
from .test_views import as_, page, review

__all__ = ["as_"]
pytestmark = pytest.mark.django_db


def claimed(accession, submitter=None, **changes):
    changes = changes or {"summary": "Said better.", "comparator": "vehicle", "cancer_stage": "IV"}
    return services.claim(actor=make_editor(), submission=make_revision(accession, submitter, **changes))


@pytest.fixture
def accession():
    return make_published().record.accession


@pytest.fixture
def revision(accession):
    return claimed(accession, CuratorFactory(name="Rita Reviser"))


def accept(revision, fields=("comparator",), reason="Show me the stage.", **given):
    given = {"actor": revision.claimed_by, "content_hash": revision.content_hash} | given
    return services.accept_parts(submission=revision, fields=fields, reason=reason, **given)


def test_what_is_accepted_is_published_and_the_rest_goes_back(revision):
    version = accept(revision, ["comparator", "summary"])

    part = Submission.objects.get(published_version=2)
    rest = Submission.objects.get(pk=revision.pk)
    assert (version.number, Entry.objects.get().version) == (2, 2)
    assert (part.status, part.based_on, part.submitter) == ("approved", 1, revision.submitter)
    assert (part.comparator, part.summary, part.cancer_stage) == ("vehicle", "Said better.", "")
    assert (rest.status, rest.based_on, rest.claimed_by, rest.cancer_stage) == ("changes_requested", 2, None, "IV")
    assert services.revision_of(rest).changed == ("cancer_stage",)
    assert list(Submission.objects.in_force()) == [part]


def test_decisions_and_events_tell_which_fields(revision):
    accept(revision)

    part = Submission.objects.get(published_version=2)
    approved, sent_back = Decision.objects.get(submission=part), Decision.objects.get(submission=revision)
    assert (approved.outcome, approved.content_hash, approved.conflict_statement) == (
        "approve",
        part.content().digest(),
        "none",
    )
    assert (sent_back.outcome, sent_back.reason) == ("request_changes", "Show me the stage.")
    assert sent_back.content_hash == revision.content_hash
    published = Event.objects.of_object(part).get()
    assert (published.verb, published.data["fields"], published.data["split_from"]) == (
        "approve",
        ["comparator"],
        revision.pk,
    )
    returned = Event.objects.of_object(revision).last()
    assert (returned.to_state, returned.data["accepted"], returned.data["split_off"]) == (
        "changes_requested",
        ["comparator"],
        part.pk,
    )


def test_both_versions_credit_whoever_made_them(revision):
    accept(revision)
    document = orjson.loads(EntryVersion.objects.get(number=2).document)
    assert [one["name"] for one in document["curated_by"]] == ["Rita Reviser"]
    assert [one["name"] for one in document["reviewed_by"]] == [revision.claimed_by.get_full_name()]
    rest = services.submit(actor=revision.submitter, submission=revision)
    other = publish(rest)
    document = orjson.loads(EntryVersion.objects.get(number=3).document)
    assert other.published_version == 3
    assert [one["name"] for one in document["curated_by"]] == ["Rita Reviser"]
    assert document["reviewed_by"][0]["name"] != revision.claimed_by.get_full_name()


def test_an_effect_is_accepted_with_all_that_belongs_to_it(accession):
    revision = claimed(
        accession,
        effect_value=Decimal("0.58"),
        effect_measure="HR",
        ci_low=Decimal("0.4"),
        ci_high=Decimal("0.8"),
        comparator="vehicle",
    )
    accept(revision, ["ci_low"])
    part = Submission.objects.get(published_version=2)
    assert (part.effect_value, part.ci_high, part.comparator) == (Decimal("0.58"), Decimal("0.8"), "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([], "Choose what you accept"),
        (["comparator", "summary", "cancer_stage"], "approve it as a whole"),
        (["level"], "does not change “level”"),
        (["nonsense"], "does not change “nonsense”"),
    ],
)
def test_what_cannot_be_accepted_is_said(revision, fields, words):
    with refused("invalid", "fields") as refusal:
        accept(revision, fields)
    assert words in refusal.error.reason


def test_the_rest_needs_a_reason(revision):
    with refused("invalid", "reason"):
        accept(revision, reason=" ")


def test_it_counts_for_the_content_that_was_read(revision):
    with refused("stale"):
        accept(revision, content_hash="0" * 64)


def test_a_revision_of_an_entry_that_moved_on_is_stale(revision, accession):
    publish(make_revision(accession, summary="Another way."))
    with refused("stale"):
        accept(revision)


def test_the_rules_are_asked_of_what_would_be_published(accession):
    revision = claimed(
        accession,
        therapies=("CHEMBL:CHEMBL3813873", "CHEMBL:CHEMBL888"),
        therapy_relation="combination",
        summary="More.",
    )
    with refused("rules"):
        accept(revision, ["therapies"])
    accept(revision, ["therapies", "therapy_relation"])


def test_only_its_reviewer_accepts(revision):
    other = make_editor()
    with refused("forbidden"):
        accept(revision, actor=other)
    with refused("forbidden"):
        accept(revision, actor=revision.submitter)


def test_where_two_review_nothing_is_accepted_singly(accession):
    revision = claimed(accession)
    services.ask_second_review(actor=revision.claimed_by, submission=revision, reason="Delicate.")
    with refused("state", "fields") as refusal:
        accept(revision)
    assert "Two reviewers decide" in refusal.error.reason


def test_a_first_version_is_accepted_as_a_whole():
    first = make_in_review()
    with refused("state"):
        accept(first)


# --- page and API -----------------------------------------------------------------------------------


def test_the_review_page_offers_it_and_keeps_what_was_typed(as_, revision):
    browser = as_(revision.claimed_by)
    assert "Accept some of the changes" in page(browser.get(review(revision)))
    data = {"content_hash": revision.content_hash, "fields": ["comparator", "level"], "rest_reason": "Show the stage."}
    answer = browser.post(review(revision, "accept"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="accept-comparator" checked' in html
    assert "Show the stage.</textarea>" in html
    done = browser.post(review(revision, "accept"), data | {"fields": ["comparator"]})
    assert done.status_code == 302
    assert Entry.objects.get().version == 2


def test_the_api_approves_some_fields(revision):
    body = {"content_hash": revision.content_hash, "fields": ["comparator"], "reason": "Show the stage."}
    answer = client(revision.claimed_by).post(f"{URL}{revision.pk}/approve/", body)
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["status"], answer.json()["based_on"]) == ("changes_requested", 2)
    assert [one["name"] for one in answer.json()["revision"]["differences"]] == ["cancer_stage", "summary"]


# --- at once ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_partial_approvals_at_once_publish_once():
    accession = make_published().record.accession
    one, other = claimed(accession), claimed(accession)
    results = at_once(lambda: accept(one), lambda: accept(other, ["summary"]), lambda: accept(one, ["cancer_stage"]))
    assert len(refusals(results)) == 2
    assert Entry.objects.get().version == EntryVersion.objects.count() == 2
    assert Submission.objects.filter(published_version=2).count() == 1


@pytest.mark.django_db(transaction=True)
def test_rebase_and_approval_at_once_leave_a_revision_that_knows_what_it_is_based_on():
    accession = make_published().record.accession
    draft = make_revision(accession, submit=False, summary="Mine.")
    publish(make_revision(accession, comparator="vehicle"))
    other = claimed(accession, cancer_stage="IV", summary="Theirs.")

    def approve():
        return services.approve(actor=other.claimed_by, submission=other, content_hash=other.content_hash)

    def rebase():
        return services.rebase(actor=draft.submitter, submission=draft, choices={})

    results = at_once(approve, rebase)
    [*refusal] = refusals(results)
    fresh = Submission.objects.get(pk=draft.pk)
    assert Entry.objects.get().version == 3
    if refusal:  # the approval was first: both changed the summary, and nobody chose
        assert isinstance(refusal[0], Refused)
        assert (refusal[0].code, fresh.based_on) == ("conflict", 1)
    else:
        assert (fresh.based_on, services.revision_of(fresh).moved_on) == (2, True)
