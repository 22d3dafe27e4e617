"""Who may do what with a submission, each answer with its reason.

First the person, then the state of the submission (code ``state``), then what an editor must have
in order. Nobody stands above the two-person rule: the rank of a role is never asked where being a
party to the content decides.
"""

from apps.accounts.models import User
from apps.accounts.permissions import has_confirmed_address, mfa_satisfied
from apps.accounts.services import conflict_statement_in_force
from apps.catalogue.models import Entry
from apps.core.verdicts import ALLOWED, Verdict, denied
from apps.vocabularies.choices import TermStatus
from apps.vocabularies.models import Target

from . import conflicts
from .models import Comment, Flag, Record, ReReview, Review, Submission, Thread
from .workflow import THIRD, Status, Verb, next_status

MOST_OPEN_FLAGS = 20


def is_party(user: User, submission: Submission) -> bool:
    """Whether this person wrote any of the content."""
    return submission.submitter_id == user.pk or any(person.pk == user.pk for person in submission.co_editors.all())


def may_start(user: User) -> Verdict:
    if not user.is_authenticated or not user.is_curator:
        return denied("Only curators may start a submission. You can apply for the role in your profile.")
    return ALLOWED


def may_see(user: User, submission: Submission) -> Verdict:
    """Its authors always; editors once it was submitted."""
    if user.is_authenticated and user.is_curator:
        if is_party(user, submission):
            return ALLOWED
        if user.is_editor and submission.submitted_at is not None:
            return ALLOWED
    return denied("This submission is not open to you.")


def may_edit(user: User, submission: Submission) -> Verdict:
    if not user.is_authenticated or not user.is_curator or not is_party(user, submission):
        return denied("Only the submitter and the co-editors may edit this submission.")
    return _state_allows(submission, Verb.EDIT)


def may_rebase(user: User, submission: Submission) -> Verdict:
    """Bring a revision up to date; whether its entry has moved on is the service's to say."""
    if not user.is_authenticated or not user.is_curator or not is_party(user, submission):
        return denied("Only the submitter and the co-editors may bring this submission up to date.")
    return _state_allows(submission, Verb.REBASE)


def may_submit(user: User, submission: Submission) -> Verdict:
    return _submitter(user, submission, Verb.SUBMIT)


def may_withdraw(user: User, submission: Submission) -> Verdict:
    return _submitter(user, submission, Verb.WITHDRAW)


def may_claim(user: User, submission: Submission) -> Verdict:
    """Take a seat that is vacant: no party to it, no author of the paper, and not one of its reviewers already."""
    return (
        _independent_editor(user, submission)
        and _no_author_of_paper(user, submission)
        and _state_allows(submission, Verb.CLAIM)
        and _vacancy(user, submission)
        and _in_order(user)
    )


def may_release(user: User, submission: Submission) -> Verdict:
    return _editor(user) and _state_allows(submission, Verb.RELEASE) and _holder(user, submission)


def may_decide(user: User, submission: Submission) -> Verdict:
    """Approve, request changes or reject: a reviewer, no party to it, with a statement in force *now*."""
    return (
        _independent_editor(user, submission)
        and _no_author_of_paper(user, submission)
        and _state_allows(submission, Verb.APPROVE, "decide on")
        and _holder(user, submission)
        and _in_order(user)
    )


def may_assign(user: User, submission: Submission) -> Verdict:
    """Give a vacant seat to another editor, of whom ``may_claim`` is asked too."""
    return (
        _independent_editor(user, submission)
        and _state_allows(submission, Verb.ASSIGN)
        and _vacant(submission)
        and _in_order(user)
    )


def may_flag(user: User, record: Record) -> Verdict:
    """Anyone signed in, once at a time for each record in force."""
    if not user.is_authenticated or not user.is_active:
        return denied("Sign in to flag an entry.")
    if not (verdict := _in_force(record)):
        return verdict
    if record.flags.open().of(user).exists():
        return denied("You have flagged this entry; the editors have not answered yet.", code="duplicate")
    if Flag.objects.open().of(user).count() >= MOST_OPEN_FLAGS:
        return denied(
            f"{MOST_OPEN_FLAGS} flags of yours wait for an answer. Wait until some are answered.", code="state"
        )
    return ALLOWED


def may_answer_flag(user: User, flag: Flag) -> Verdict:
    """An editor who neither raised it nor wrote any version of the record."""
    if not (verdict := _independent_of(user, flag.record, "answer its flags")):
        return verdict
    if flag.raised_by_id == user.pk:
        return denied("You raised this flag, so another editor has to answer it.")
    if flag.answered_at is not None:
        return denied(f"This flag was answered: {flag.get_outcome_display().lower()}.", code="state")
    return _in_order(user)


def may_re_review(user: User, record: Record) -> Verdict:
    """Put a record in force under re-review on one's own ground: any editor, also of one's own record."""
    if not (verdict := _editor(user, "put entries under re-review") and _in_force(record)):
        return verdict
    if record.open_re_review is not None:
        return denied(f"{record.accession} is under re-review already.", code="state")
    return _in_order(user)


def may_take_out(user: User, record: Record) -> Verdict:
    """Retract a record in force: an editor who had no part in any version of it."""
    return _independent_of(user, record, "retract it") and _in_force(record) and _in_order(user)


def may_merge(user: User, record: Record, heir: Record) -> Verdict:
    """Merge a record into another one, both in force: an editor who had no part in any version of either."""
    return (
        _independent_of(user, record, "merge it")
        and _independent_of(user, heir, "merge another one into it")
        and _in_force(record)
        and _in_force(heir)
        and _in_order(user)
    )


def may_ask_second(user: User, submission: Submission) -> Verdict:
    """Ask for a second reviewer where one would do."""
    if not (verdict := _independent_editor(user, submission) and _state_allows(submission, Verb.ASK_SECOND)):
        return verdict
    if submission.second_review:
        return denied("Two reviewers decide on this submission already.", code="state")
    return _in_order(user)


def may_see_verdicts(user: User, submission: Submission) -> Verdict:
    """The verdicts of others: once the review is closed; before, whoever gave their own, and who settles it.

    ``DecisionQuerySet.open_to`` says the same of many.
    """
    if submission.status != Status.IN_REVIEW:
        return ALLOWED
    own = seat_of(user, submission)
    if own is not None and (own.decision_id is not None or own.number == THIRD):
        return ALLOWED
    return denied("The reviewers decide independently of each other. Their verdicts are shown when all are given.")


def seat_of(user: User, submission: Submission) -> Review | None:
    """The seat that this person has in the round that goes on, decided or not."""
    if submission.status != Status.IN_REVIEW:
        return None
    return next((each for each in submission.panel if each.editor_id == user.pk), None)


def _independent_of(user: User, record: Record, what: str) -> Verdict:
    if not (verdict := _editor(user, "take entries out of force")):
        return verdict
    if record.submissions.written_by(user).exists():
        return denied(f"You wrote some of {record.accession}, so another editor has to {what}.")
    return ALLOWED


def _in_force(record: Record) -> Verdict:
    if Entry.objects.current().filter(accession=record.accession).exists():
        return ALLOWED
    return denied(f"{record} is not in force.", code="state")


def may_end_re_review(user: User, re_review: ReReview) -> Verdict:
    """Uphold or retract an entry under re-review: an editor who had no part in any version of it."""
    if not (verdict := _editor(user)):
        return verdict
    record = re_review.record
    if record is None:
        return denied("The re-review of a submission ends with the submission.", code="state")
    if record.submissions.written_by(user).exists():
        return denied("You wrote some of this record, so another editor has to look at it again.")
    if re_review.closed_at is not None:
        return denied(f"This re-review has ended: {re_review.get_outcome_display().lower()}.", code="state")
    return _in_order(user)


def may_discuss(user: User, about: Submission | Record | Target) -> Verdict:
    """Read the discussion of a submission: whoever may see it. Of records and targets: everyone."""
    return may_see(user, about) if isinstance(about, Submission) else ALLOWED


def may_comment(user: User, about: Submission | Record | Target) -> Verdict:
    """Write in it: whoever may read it, is signed in and has a confirmed address."""
    if not user.is_authenticated:
        return denied("Sign in to write.")
    if not (verdict := may_discuss(user, about)):
        return verdict
    if isinstance(about, Record) and about.accession is None:
        return denied("This record is not published yet: discuss its submission.", code="state")
    if isinstance(about, Target) and about.status != TermStatus.APPROVED:
        return denied("This target still awaits a decision.", code="state")
    if not isinstance(about, Submission) and not (verdict := has_confirmed_address(user)):
        return verdict
    return mfa_satisfied(user)


def may_reply(user: User, thread: Thread) -> Verdict:
    if thread.is_resolved:
        return denied("This thread is resolved: reopen it first, or begin another one.", code="state")
    return may_comment(user, thread.about)


def may_resolve(user: User, thread: Thread) -> Verdict:
    """Close a thread or open it again: who began it, an editor, or whoever may see the submission it is about."""
    if not (verdict := may_comment(user, thread.about)):
        return verdict
    if thread.submission is None and thread.opened_by_id != user.pk and not user.is_editor:
        return denied("Only who began this thread, or an editor, may resolve or reopen it.")
    return ALLOWED


def may_change_comment(user: User, comment: Comment) -> Verdict:
    """Edit or withdraw it: its author, while it stands and they may still read there."""
    if not user.is_authenticated or comment.author_id != user.pk:
        return denied("Only its author may change a comment.")
    if not (verdict := may_comment(user, comment.thread.about)):
        return verdict
    if comment.is_gone:
        return denied("This comment was withdrawn or hidden.", code="state")
    return ALLOWED


def may_hide_comment(user: User, comment: Comment) -> Verdict:
    """Hide it, or show it again: an editor who did not write it."""
    if not (verdict := _editor(user)):
        return verdict
    if not (verdict := may_discuss(user, comment.thread.about)):
        return verdict
    if comment.author_id == user.pk:
        return denied("Withdraw your own comment instead.")
    if comment.withdrawn_at is not None:
        return denied("Its author has withdrawn this comment.", code="state")
    return mfa_satisfied(user)


def _submitter(user: User, submission: Submission, verb: Verb) -> Verdict:
    if not user.is_authenticated or not user.is_curator or submission.submitter_id != user.pk:
        return denied(f"Only the submitter may {verb} this submission.")
    return _state_allows(submission, verb)


def _editor(user: User, what: str = "review submissions") -> Verdict:
    if not user.is_authenticated or not user.is_editor:
        return denied(f"Only editors may {what}.")
    return ALLOWED


def _independent_editor(user: User, submission: Submission) -> Verdict:
    if not (verdict := _editor(user)):
        return verdict
    if is_party(user, submission):
        return denied("You wrote some of this submission, so another editor has to review it.")
    return ALLOWED


def _no_author_of_paper(user: User, submission: Submission) -> Verdict:
    paper = submission.paper
    if paper is not None and conflicts.is_author(conflicts.Someone.of(user), paper.authors):
        return denied("You are an author of the paper that this rests on, so another editor has to review it.")
    return ALLOWED


def _holder(user: User, submission: Submission) -> Verdict:
    seat = seat_of(user, submission)
    if seat is None:
        return denied(f"{_reviewers(submission)} claimed this submission; only they may do this.")
    if not seat.is_open:
        return denied(
            "You have given your verdict. It counts together with those of the other reviewers.", code="state"
        )
    return ALLOWED


def _vacancy(user: User, submission: Submission) -> Verdict:
    if seat_of(user, submission) is not None:
        return denied("You are one of its reviewers already; another editor has to take the other seat.", code="state")
    return _vacant(submission)


def _vacant(submission: Submission) -> Verdict:
    if submission.status == Status.IN_REVIEW and not submission.vacant:
        return denied(f"You cannot claim this submission now: {_reviewers(submission)} claimed it.", code="state")
    return ALLOWED


def _reviewers(submission: Submission) -> str:
    names = [str(each.editor) for each in submission.panel] or [str(submission.claimed_by)]
    return f"{names[0]} has" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} have"


def _in_order(user: User) -> Verdict:
    if not (verdict := mfa_satisfied(user)):
        return verdict
    if conflict_statement_in_force(user) is None:
        return denied("You have no conflict-of-interest statement in force. Make one in your profile, then try again.")
    return ALLOWED


_WHY_NOT = {
    Status.DRAFT: "it is still a draft",
    Status.SUBMITTED: "it waits in the queue and nobody has claimed it",
    Status.IN_REVIEW: "it is in review",
    Status.CHANGES_REQUESTED: "changes were requested, and it has not been submitted again",
    Status.APPROVED: "it is approved and published already",
    Status.REJECTED: "it was rejected",
    Status.WITHDRAWN: "it was withdrawn",
}


def _state_allows(submission: Submission, verb: Verb, what: str = "") -> Verdict:
    if next_status(submission.status, verb) is not None:
        return ALLOWED
    what = what or verb.label.lower()
    why = _WHY_NOT[Status(submission.status)]
    return denied(f"You cannot {what} this submission now: {why}.", code="state")
