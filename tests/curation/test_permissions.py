"""Every person × every verb × every status: the table of the workflow, and nobody above it."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.curation import permissions
from apps.curation.models import Review
from apps.curation.workflow import Status
from tests.factories.accounts import AdministratorFactory, CuratorFactory, EditorFactory
from tests.factories.curation import SubmissionFactory, make_editor

pytestmark = pytest.mark.django_db

EVERYONE = (
    "anonymous", "visitor", "stranger", "submitter", "co_editor", "editor", "claimant", "unsworn", "administrator",
    "second_editor", "co_editing_administrator", "closed",
)  # fmt: skip

#: Who may do what, from the handbook; "claimant" is the editor who holds the claim.
MAY = {
    "edit": {"draft": {"submitter", "co_editor", "co_editing_administrator"}},
    "submit": {"draft": {"submitter"}},
    "withdraw": {"draft": {"submitter"}, "submitted": {"submitter"}},
    "claim": {"submitted": {"editor", "second_editor", "claimant", "administrator"}},
    "assign": {"submitted": {"editor", "second_editor", "claimant", "administrator"}},
    "ask_second": {
        status: {"editor", "second_editor", "claimant", "administrator"} for status in ("submitted", "in_review")
    },
    "see_verdicts": {status: set(EVERYONE) for status in set(Status.values) - {"in_review"}},
    "release": {"in_review": {"claimant"}},
    "decide": {"in_review": {"claimant"}},
    "see": {
        "draft": {"submitter", "co_editor", "co_editing_administrator"},
        "submitted": {"submitter", "co_editor", "co_editing_administrator", "editor", "claimant", "unsworn",
                      "administrator", "second_editor"},
    },
}  # fmt: skip
MAY["edit"]["changes_requested"] = MAY["edit"]["draft"]
for verb in ("submit", "withdraw"):
    MAY[verb]["changes_requested"] = MAY[verb]["draft"]
for status in set(Status.values) - {"draft", "submitted"}:
    MAY["see"][status] = MAY["see"]["submitted"]


@pytest.fixture
def people(visitor):
    return {
        "anonymous": AnonymousUser(),
        "visitor": visitor,
        "stranger": CuratorFactory(),
        "submitter": CuratorFactory(),
        "co_editor": CuratorFactory(),
        "editor": make_editor(),
        "claimant": make_editor(),
        "unsworn": EditorFactory(),
        "administrator": make_editor(AdministratorFactory()),
        "second_editor": make_editor(),
        "co_editing_administrator": make_editor(AdministratorFactory()),
        "closed": EditorFactory(is_active=False),
    }


def submission(people, status, submitter="submitter"):
    made = SubmissionFactory(
        submitter=people[submitter],
        status=status,
        submitted_at=None if status == "draft" else timezone.now(),
        claimed_by=people["claimant"] if status == "in_review" else None,
        published_version=1 if status == "approved" else None,
    )
    made.co_editors.add(people["co_editor"], people["co_editing_administrator"])
    if status == "in_review":
        seat(made, people["claimant"])
    return made


def seat(about, editor, number=1):
    now = timezone.now()
    return Review.objects.create(
        submission=about, round=about.round, number=number, editor=editor, claimed_at=now, expires_at=now
    )


@pytest.mark.parametrize("status", Status.values)
def test_each_person_may_do_what_the_table_says_and_no_more(people, status):
    about = submission(people, status)
    answers = {
        (verb, who): bool(getattr(permissions, f"may_{verb}")(people[who], about))
        for verb, who in itertools.product(MAY, EVERYONE)
    }

    assert answers == {
        (verb, who): who in MAY[verb].get(status, set()) for verb, who in itertools.product(MAY, EVERYONE)
    }


@pytest.mark.parametrize("status", Status.values)
def test_each_no_has_a_reason_in_a_sentence(people, status):
    about = submission(people, status)
    for verb, who in itertools.product(MAY, EVERYONE):
        verdict = getattr(permissions, f"may_{verb}")(people[who], about)
        assert verdict or (verdict.reason[0].isupper() and verdict.reason.endswith("."))


def test_only_curators_start(people):
    allowed = {who for who, person in people.items() if permissions.may_start(person)}

    assert allowed == set(EVERYONE) - {"anonymous", "visitor", "closed"}


@pytest.mark.parametrize("rank", ["second_editor", "co_editing_administrator"])
def test_rank_does_not_lift_anyone_above_the_two_person_rule(people, rank):
    about = submission(people, "submitted", submitter="second_editor")
    verdict = permissions.may_claim(people[rank], about)

    assert not verdict
    assert "another editor" in verdict.reason
    about.status, about.claimed_by = "in_review", people[rank]
    with pytest.raises(IntegrityError, match="wrote some of"), transaction.atomic():
        seat(about, people[rank])
    assert not permissions.may_decide(people[rank], about)


def test_editor_without_a_statement_is_told_to_make_one(people):
    assert "conflict-of-interest" in permissions.may_claim(people["unsworn"], submission(people, "submitted")).reason


def test_statement_has_to_hold_at_the_decision_too(people, time_machine):
    about = submission(people, "in_review")
    assert permissions.may_decide(people["claimant"], about)

    time_machine.move_to(about.created_at.replace(year=about.created_at.year + 2))
    assert not permissions.may_decide(people["claimant"], about)


def test_reviewing_needs_two_step_sign_in_where_it_is_asked_for(people, settings):
    settings.REQUIRE_MFA = True

    assert "two-step" in permissions.may_claim(people["editor"], submission(people, "submitted")).reason.lower()
    assert not permissions.may_decide(people["claimant"], submission(people, "in_review"))


def test_wrong_moment_is_told_from_wrong_person(people):
    draft = submission(people, "draft")

    assert permissions.may_claim(people["editor"], draft).code == "state"
    assert permissions.may_claim(people["stranger"], draft).code == "forbidden"


def test_whoever_lost_the_role_may_nothing(people, visitor):
    about = submission(people, "draft", submitter="visitor")

    for verb in ("see", "edit", "submit", "withdraw"):
        assert not getattr(permissions, f"may_{verb}")(visitor, about)
