"""Revisions: what may be submitted as one, and how one is brought up to date with an entry that moved on."""

from dataclasses import replace

import orjson
import pytest

from apps.accounts.models import Event
from apps.catalogue.models import EntryVersion
from apps.catalogue.services import retract
from apps.curation import services
from apps.curation.models import Submission
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import make_editor, make_published, make_revision, publish

from .test_services import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def accession():
    return make_published().record.accession


@pytest.fixture
def stale(accession):
    """A draft whose entry got a second version meanwhile: both changed the summary and the cells."""
    draft = make_revision(accession, submit=False, summary="Mine.", cell_types=("CL:0000084",), comparator="vehicle")
    publish(make_revision(accession, summary="Theirs.", cell_types=("CL:0000235", "CL:0000084"), cancer_stage="IV"))
    return draft


def rebase(draft, choices=None, **given):
    choices = {"summary": "mine", "cell_types": "both"} if choices is None else choices
    return services.rebase(actor=draft.submitter, submission=draft, choices=choices, **given)


# --- submitting one ---------------------------------------------------------------------------------


def test_a_revision_that_changes_nothing_is_refused(accession):
    draft = make_revision(accession, submit=False)
    with refused("unchanged"):
        services.submit(actor=draft.submitter, submission=draft)


def test_a_revision_that_only_looks_different_is_refused(accession):
    first = make_published(p_value="0.002", summary="One and the same.").record.accession
    draft = make_revision(first, submit=False, p_value="0.0020", summary="One  and the same.\n")
    with refused("unchanged"):
        services.submit(actor=draft.submitter, submission=draft)


def test_a_revision_says_what_it_changes(accession):
    draft = make_revision(accession, submit=False, note="  ", summary="Said better.")
    with refused("note", "change_note"):
        services.submit(actor=draft.submitter, submission=draft)


def test_the_note_is_published_with_the_version(accession):
    publish(make_revision(accession, note="The legend of figure 2 says so.", summary="Said better."))
    version = EntryVersion.objects.get(number=2)
    assert version.change_note == orjson.loads(version.document)["change_note"] == "The legend of figure 2 says so."
    assert EntryVersion.objects.get(number=1).change_note == ""


def test_only_a_revision_has_a_note(curator):
    draft = services.start(actor=curator)
    with refused("invalid", "change_note"):
        services.save_draft(
            actor=curator, submission=draft, content=draft.content(), edit_count=0, change_note="Why not?"
        )


def test_a_note_that_is_too_long_is_refused(accession):
    draft = make_revision(accession, submit=False, summary="Said better.")
    with refused("invalid", "change_note"):
        services.save_draft(
            actor=draft.submitter, submission=draft, content=draft.content(), edit_count=1, change_note="x" * 2001
        )


def test_saving_the_note_alone_is_an_edit(accession):
    draft = make_revision(accession, submit=False, summary="Said better.")
    saved = services.save_draft(
        actor=draft.submitter, submission=draft, content=draft.content(), edit_count=1, change_note="For clarity."
    )
    assert (saved.change_note, saved.edit_count) == ("For clarity.", 2)
    assert Event.objects.of_object(saved).last().data["fields"] == ["change_note"]


def test_a_stale_revision_is_not_submitted(stale):
    with refused("stale"):
        services.submit(actor=stale.submitter, submission=stale)


# --- bringing one up to date ------------------------------------------------------------------------


def test_rebase_merges_what_one_side_changed_and_takes_what_was_chosen(stale):
    rebased = rebase(stale)
    content = Submission.objects.get(pk=stale.pk).content()

    assert (rebased.based_on, rebased.status, rebased.edit_count) == (2, "draft", 2)
    assert (content.summary, content.comparator, content.cancer_stage) == ("Mine.", "vehicle", "IV")
    assert content.cell_types == ("CL:0000084",)  # I dropped the macrophages, both added T cells
    event = Event.objects.of_object(rebased).last()
    assert (event.verb, event.data) == (
        "rebase",
        {
            "from": 1,
            "to": 2,
            "fields": ["cell_types", "cancer_stage"],
            "mine": ["summary"],
            "theirs": [],
            "both": ["cell_types"],
        },
    )
    assert services.revision_of(rebased).changed == ("cell_types", "comparator", "summary")


def test_a_rebased_revision_can_be_published(stale):
    rebased = rebase(stale)
    published = publish(services.submit(actor=stale.submitter, submission=rebased))
    assert (published.published_version, published.based_on) == (3, 2)


def test_every_conflict_has_to_be_decided(stale):
    with refused("conflict", "summary") as refusal:
        rebase(stale, {"cell_types": "theirs"})
    assert "curator assessment" in refusal.error.reason


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"summary": "both", "cell_types": "mine"}, "summary"),
        ({"summary": "nobody's", "cell_types": "mine"}, "summary"),
        ({"level": "mine"}, "choices"),
        ({"nonsense": "mine"}, "choices"),
    ],
)
def test_what_cannot_be_chosen_is_named(stale, choices, field):
    with refused("invalid", field):
        rebase(stale, choices)


def test_choices_made_on_something_else_are_stale(stale):
    with refused("stale"):
        rebase(stale, onto=3)
    with refused("stale"):
        rebase(stale, edit_count=0)
    rebase(stale, onto=2, edit_count=1)


def test_a_revision_up_to_date_has_nothing_to_rebase(accession, curator):
    draft = make_revision(accession, submit=False, summary="Mine.")
    with refused("state"):
        rebase(draft, {})
    new = services.start(actor=curator)
    with refused("state"):
        services.rebase(actor=curator, submission=new, choices={})


def test_an_entry_out_of_force_is_not_rebased_on(stale, accession):
    retract(accession=accession, reason="A mistake.")
    with refused("state"):
        rebase(stale)


def test_only_its_authors_rebase(stale, other_curator):
    with refused("forbidden"):
        services.rebase(actor=other_curator, submission=stale, choices={})
    stale.co_editors.add(other_curator)
    services.rebase(actor=other_curator, submission=stale, choices={"summary": "theirs", "cell_types": "theirs"})


def test_one_that_waits_in_the_queue_becomes_a_draft_again(accession):
    waiting = make_revision(accession, summary="Mine.")
    publish(make_revision(accession, comparator="vehicle"))
    rebased = rebase(waiting, {})
    assert (rebased.status, rebased.submitted_at, rebased.content_hash) == ("draft", None, "")
    assert services.submit(actor=waiting.submitter, submission=rebased).status == "submitted"


def test_one_in_review_is_left_to_its_reviewer(accession):
    waiting = make_revision(accession, summary="Mine.")
    claimed = services.claim(actor=make_editor(), submission=waiting)
    publish(make_revision(accession, comparator="vehicle"))
    with refused("state"):
        rebase(claimed, {})


def test_text_that_could_not_be_read_stays_unless_theirs_is_chosen(accession):
    draft = make_revision(accession, submit=False, summary="Mine.")
    services.save_draft(
        actor=draft.submitter,
        submission=draft,
        content=draft.content(),
        unread={"sample_size": "a dozen", "effect_value": "about half"},
        edit_count=1,
    )
    publish(make_revision(accession, sample_size=12))
    with refused("conflict", "sample_size"):
        rebase(draft, {})
    assert rebase(draft, {"sample_size": "theirs"}).unread == {"effect_value": "about half"}
    assert Submission.objects.get(pk=draft.pk).sample_size == 12


def test_moving_an_entry_to_the_heir_of_its_target_is_a_change(accession):
    from apps.vocabularies.models import Target

    target = Target.objects.get()
    heir = Target.objects.create(curie="HGNC:1", symbol="FMS", name="fms", classes=["myeloid"])
    Target.objects.filter(pk=target.pk).update(merged_into=heir, status="merged")
    services.follow_merged_targets()
    draft = services.start(actor=CuratorFactory(), revises=accession)
    assert services.revision_of(draft).changed == ("target",)


def test_reading_a_revision_costs_the_same_however_many_versions_there_are(accession, django_assert_max_num_queries):
    for number in range(3):
        publish(make_revision(accession, summary=f"Version {number}."))
    draft = make_revision(accession, submit=False, summary="Mine.")
    draft = Submission.objects.with_content().get(pk=draft.pk)
    with django_assert_max_num_queries(12):
        assert services.revision_of(draft).changed == ("summary",)


def test_answers_of_mine_stay(stale):
    content = replace(stale.content(), answers=(("coherence", "See figure 2."),))
    services.save_draft(actor=stale.submitter, submission=stale, content=content, edit_count=1)
    assert rebase(stale).content().answers == (("coherence", "See figure 2."),)
