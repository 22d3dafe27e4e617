"""Submissions about a paper that was known twice: they go on with the reference that is kept."""

from dataclasses import replace

import orjson
import pytest

from apps.accounts.models import Event
from apps.catalogue.models import EntryVersion
from apps.core.exceptions import Refused
from apps.curation import services, tasks
from apps.curation.models import Submission
from apps.literature.formats.citation import Citation
from apps.literature.models import Reference, RetractionState
from apps.literature.services import upsert_citations
from tests.factories.curation import complete_content, make_draft, make_in_review, make_published, make_submitted

pytestmark = pytest.mark.django_db


def stored(**facts) -> Reference:
    """A reference that this citation is in by now."""
    upsert_citations([Citation(1, **{"title": "T", "abstract": complete_content().author_claim, **facts})])
    return Reference.objects.get(**{name: facts[name] for name in ("pmid", "doi") if name in facts})


@pytest.fixture
def twice() -> tuple[Reference, Reference]:
    """One publication under two references, the one that will stay first."""
    return stored(pmid=5), stored(doi="10.1000/a")


def merge() -> None:
    upsert_citations([Citation(1, title="T", pmid=5, doi="10.1000/a")])


def test_an_open_submission_shows_and_uses_the_reference_that_is_kept(curator, twice):
    kept, gone = twice
    draft = make_draft(curator, reference=gone.pk)
    merge()
    Reference.objects.filter(pk=kept.pk).update(retraction_state=RetractionState.RETRACTED)
    draft = Submission.objects.get(pk=draft.pk)
    assert draft.paper == kept
    assert "retraction" in {finding.rule for finding in services.findings(draft)}


def test_whatever_names_the_lost_reference_gets_the_kept_one(curator, twice):
    kept, gone = twice
    merge()
    assert services.start(actor=curator, reference=gone).reference == kept
    assert make_draft(curator, reference=gone.pk).reference == kept


@pytest.mark.parametrize("make", [make_draft, make_submitted, make_in_review])
def test_a_submission_follows_and_can_go_on(curator, twice, make):
    kept, gone = twice
    submission = make(curator, reference=gone.pk)
    merge()
    tasks.follow_merged_references()
    submission = Submission.objects.get(pk=submission.pk)
    assert submission.reference == kept
    assert submission.duplicate_key == submission.content().duplicate_key()
    event = Event.objects.of_object(submission).last()
    assert (event.verb, event.data) == ("follow", {"from": gone.pk, "to": kept.pk})
    assert services.follow_merged_references() == 0
    if make is make_in_review:
        editor, digest = submission.claimed_by, submission.content_hash
        version = services.approve(actor=editor, submission=submission, content_hash=digest, reason="Well shown.")
        assert orjson.loads(version.document)["study"]["reference"]["id"] == kept.pk


def test_a_decision_before_it_follows_publishes_the_reference_that_is_kept(curator, twice):
    kept, gone = twice
    submission = make_in_review(curator, reference=gone.pk)
    merge()
    digest = submission.content_hash
    version = services.approve(
        actor=submission.claimed_by, submission=submission, content_hash=digest, reason="Well shown."
    )
    assert orjson.loads(version.document)["study"]["reference"]["id"] == kept.pk


def test_what_is_published_stays_and_is_still_known_as_the_same_claim(curator, other_curator, twice):
    kept, gone = twice
    published = make_published(curator, reference=gone.pk)
    before = EntryVersion.objects.values().get()
    merge()
    tasks.follow_merged_references()
    assert EntryVersion.objects.values().get() == before
    content = replace(published.content(), reference=kept.pk)
    again = make_draft(other_curator, **{"reference": kept.pk})
    again = services.save_draft(actor=other_curator, submission=again, content=content, edit_count=again.edit_count)
    with pytest.raises(Refused):
        services.submit(actor=other_curator, submission=again)
