"""Candidates for tests, made past the services in the state asked for."""

import factory
from django.utils import timezone

from apps.literature.choices import CandidateState, RejectionReason, Verdict
from apps.literature.models import Candidate, ScreeningVote
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import ReferenceFactory


class CandidateFactory(factory.django.DjangoModelFactory):
    """One that nobody has taken up; ``title`` and the like go to its reference by ``reference__title``."""

    class Meta:
        model = Candidate

    reference = factory.SubFactory(ReferenceFactory)


def make_claimed(person=None, **changes) -> Candidate:
    changes = {"claimed_at": timezone.now(), **changes}
    return CandidateFactory(state=CandidateState.CLAIMED, claimed_by=person or CuratorFactory(), **changes)


def make_rejected(reason=RejectionReason.NOT_TME, **changes) -> Candidate:
    return CandidateFactory(state=CandidateState.REJECTED, reason=reason, decided_at=timezone.now(), **changes)


def make_screened(*votes, **changes) -> Candidate:
    """One that two people screen; ``votes`` are pairs of a person and a verdict, not counted up yet."""
    candidate = CandidateFactory(votes_needed=2, **changes)
    for person, verdict in votes:
        reason = RejectionReason.NOT_TME if verdict == Verdict.EXCLUDE else ""
        ScreeningVote.objects.create(candidate=candidate, person=person, verdict=verdict, reason=reason)
    return candidate
