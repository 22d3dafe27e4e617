"""The workflow of a submission is the table of the handbook, and nothing else."""

import pytest

from apps.curation.workflow import EDITABLE, OPEN, STEPS, Status, Verb, disagree, next_status, settled, transitions

EXPECTED = {
    ("draft", "edit"): "draft",
    ("draft", "submit"): "submitted",
    ("draft", "rebase"): "draft",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "withdraw"): "withdrawn",
    ("submitted", "rebase"): "draft",
    ("submitted", "claim"): "in_review",
    ("submitted", "assign"): "in_review",
    ("submitted", "ask_second"): "submitted",
    ("in_review", "claim"): "in_review",
    ("in_review", "assign"): "in_review",
    ("in_review", "ask_second"): "in_review",
    ("in_review", "leave"): "in_review",
    ("in_review", "verdict"): "in_review",
    ("in_review", "new_round"): "in_review",
    ("in_review", "release"): "submitted",
    ("in_review", "request_changes"): "changes_requested",
    ("in_review", "reject"): "rejected",
    ("in_review", "approve"): "approved",
    ("changes_requested", "edit"): "changes_requested",
    ("changes_requested", "rebase"): "changes_requested",
    ("changes_requested", "submit"): "submitted",
    ("changes_requested", "withdraw"): "withdrawn",
}


def test_every_pair_of_status_and_verb_leads_where_the_table_says():
    led = {(status.value, verb.value): next_status(status, verb) for status in Status for verb in Verb}

    assert {pair: target for pair, target in led.items() if target is not None} == EXPECTED


def test_no_step_is_written_twice():
    assert len({(step.source, step.verb) for step in STEPS}) == len(STEPS)


def test_decided_and_withdrawn_submissions_lead_nowhere():
    for status in set(Status) - OPEN:
        assert all(next_status(status, verb) is None for verb in Verb)


def test_content_changes_only_where_editing_is_a_step():
    assert {status for status in Status if next_status(status, Verb.EDIT)} == EDITABLE


def test_database_is_told_every_change_of_status():
    assert set(transitions()) == {(source, target) for (source, _), target in EXPECTED.items() if source != target}


@pytest.mark.parametrize(
    ("seats", "verdicts", "outcome", "differ"),
    [
        (1, {}, "", False),
        (1, {1: "approve"}, "approve", False),
        (2, {}, "", False),
        (2, {2: "reject"}, "", False),
        (2, {1: "approve", 2: "approve"}, "approve", False),
        (2, {1: "approve", 2: "request_changes"}, "", True),
        (2, {1: "reject", 2: "request_changes"}, "", True),
        (3, {1: "approve", 2: "reject"}, "", True),
        (3, {1: "approve", 2: "reject", 3: "request_changes"}, "request_changes", True),
        (3, {1: "approve", 2: "reject", 3: "approve"}, "approve", True),
    ],
)
def test_verdicts_settle_a_round_as_the_handbook_says(seats, verdicts, outcome, differ):
    assert (settled(seats, verdicts), disagree(verdicts)) == (outcome, differ)
