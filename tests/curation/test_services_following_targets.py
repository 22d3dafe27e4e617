"""Submissions about a target that was merged: those decided on go with the heir, open ones are offered it."""

from dataclasses import replace

import pytest

from apps.catalogue.models import EntryVersion
from apps.curation import services, tasks
from apps.curation.models import Submission
from apps.vocabularies.models import Target
from apps.vocabularies.services import merge_targets
from tests.factories.curation import make_draft, make_published
from tests.factories.vocabularies import TargetFactory

pytestmark = pytest.mark.django_db


def merged(editor) -> Target:
    heir = TargetFactory(symbol="HEIR")
    return merge_targets(actor=editor, target=Target.objects.get(curie="HGNC:2433"), into=heir, reason="The same.")


def test_what_is_published_stays_and_its_revision_begins_with_the_heir(curator, editor):
    published = make_published(curator)
    document = EntryVersion.objects.get().document
    heir = merged(editor)
    tasks.follow_merged_targets()
    assert services.follow_merged_targets() == 0
    assert services.start(actor=curator, revises=published.record.accession).target == heir
    assert EntryVersion.objects.get().document == document


def test_the_same_claim_about_the_heir_is_known_to_be_recorded(curator, editor):
    published = make_published()
    heir = merged(editor)
    services.follow_merged_targets()
    content = replace(published.content(), target=heir.curie)
    assert [twin.record for twin in Submission.objects.twins_of(content)] == [published.record]


def test_an_open_submission_keeps_its_target_and_is_offered_the_heir(editor):
    draft = make_draft()
    heir = merged(editor)
    assert services.follow_merged_targets() == 0
    (finding,) = [one for one in services.findings(draft) if one.rule == "target"]
    assert finding.message == "CSF1R was merged into HEIR."
    assert finding.mend == "Choose HEIR in its place."
    services.save_draft(
        actor=draft.submitter,
        submission=draft,
        content=replace(draft.content(), target=heir.curie),
        edit_count=draft.edit_count,
    )
    draft.refresh_from_db()
    assert [one for one in services.findings(draft) if one.rule == "target"] == []
