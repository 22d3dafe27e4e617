"""How far two reviewers agree, checked by hand."""

import pytest

from apps.curation.agreement import Said, agreement
from apps.curation.models import Review


def said(outcome, *fields):
    return Said(outcome, frozenset(fields))


def test_of_nothing_there_is_nothing_to_tell():
    found = agreement([])
    assert (found.rounds, found.percent, found.fields) == (0, None, ())


def test_outcomes_and_fields_are_counted():
    pairs = [
        (said("approve"), said("approve")),
        (said("approve"), said("request_changes", "level")),
        (said("request_changes", "level", "summary"), said("request_changes", "level")),
        (said("reject"), said("approve")),
    ]

    found = agreement(pairs)

    assert (found.rounds, found.same, found.percent) == (4, 2, 50)
    by_name = {row.name: row for row in (*found.outcomes, *found.fields)}
    assert (by_name["approve"].both, by_name["approve"].one, by_name["approve"].percent) == (1, 2, 50)
    assert (by_name["request_changes"].both, by_name["request_changes"].one) == (1, 1)
    assert (by_name["reject"].both, by_name["reject"].one) == (0, 1)
    assert (by_name["level"].both, by_name["level"].one, by_name["level"].percent) == (1, 1, 75)
    assert set(by_name) == {"approve", "request_changes", "reject", "level", "summary"}
    # Both remarked once, one once more: observed 3/4, by chance (1·2 + 3·2)/16 = 1/2, so κ = 1/2.
    assert by_name["level"].kappa.value == pytest.approx(0.5)
    # Neither the one nor the other agrees beyond chance.
    assert by_name["approve"].kappa.value == pytest.approx(0)


def test_where_both_always_said_the_same_there_is_no_kappa():
    assert agreement([(said("approve"), said("approve"))]).outcomes[0].kappa is None


@pytest.mark.django_db
def test_pairs_are_of_closed_rounds_of_two():
    from tests.factories.curation import decide, make_editor, make_in_review, make_published

    from .test_services_panel import asked

    make_published()
    open_one, closed = asked(make_in_review(outcome="metastasis")), asked(make_in_review(outcome="cell_function"))
    from apps.curation import services

    for submission in (open_one, closed):
        second = make_editor()
        decide(submission, submission.claimed_by, "reject", remarks={"level": "Lower."})
        services.claim(actor=second, submission=submission)
        if submission is closed:
            decide(submission, second, "reject")

    assert Review.objects.pairs() == [(said("reject", "level"), said("reject"))]
