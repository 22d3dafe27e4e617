"""The editors who could review a submission, gathered for the ranking in a constant number of queries."""

from collections import Counter

from django.db.models import Count, Q

from apps.accounts.models import ConflictStatement, User
from apps.accounts.permissions import mfa_satisfied
from apps.accounts.roles import Role

from .. import conflicts
from ..models import Decision, Review, Submission
from ..suggesting import Candidate, Suggestion, ranked
from ..workflow import Status


def suggest_reviewers(submission: Submission) -> list[Suggestion]:
    """Who may take a vacant seat and has no tie to the authors, the best first, each with reasons."""
    parties = [submission.submitter, *submission.co_editors.all()]
    away = {person.pk for person in parties} | {seat.editor_id for seat in submission.panel}
    editors = User.objects.filter(role__in=[role for role in Role if role.includes(Role.EDITOR)], is_active=True)
    people = {person.pk: person for person in editors.exclude(pk__in=away)}
    sworn = set(ConflictStatement.objects.in_force().filter(person__in=people).values_list("person", flat=True))
    in_hand = dict(
        Review.objects.open().order_by().values_list("editor").annotate(count=Count("pk")).filter(editor__in=people)
    )
    of_class = _experience(Q(target__classes__overlap=submission.target.classes)) if submission.target else Counter()
    cancers = [cancer.pk for cancer in submission.cancers.all()]
    of_cancer = _experience(Q(cancers__in=cancers)) if cancers else Counter()
    suggestions = ranked(
        Candidate(
            person=pk,
            name=str(person),
            in_hand=in_hand.get(pk, 0),
            of_class=of_class[pk],
            of_cancer=of_cancer[pk],
            hindered=pk not in sworn or _is_tied(person, parties, submission),
        )
        for pk, person in people.items()
    )
    return [one for one in suggestions if mfa_satisfied(people[one.person])]


def _is_tied(person: User, parties: list[User], submission: Submission) -> bool:
    one, paper = conflicts.Someone.of(person), submission.paper
    return conflicts.is_author(one, paper.authors if paper else ()) or any(
        conflicts.same_affiliation(one, conflicts.Someone.of(author)) for author in parties
    )


def _experience(of: Q) -> Counter[int]:
    """How many such submissions each person wrote that are published, or gave a verdict on."""
    such = Submission.objects.filter(of).order_by()
    wrote = such.filter(status=Status.APPROVED).values_list("submitter").annotate(count=Count("pk", distinct=True))
    reviewed = (
        Decision.objects.filter(submission__in=such.values("pk"))
        .order_by()
        .values_list("editor")
        .annotate(count=Count("submission", distinct=True))
    )
    return Counter(dict(wrote)) + Counter(dict(reviewed))
