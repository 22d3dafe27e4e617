"""Who may import references, steer an import, take which step in triage, and judge what was found out."""

from apps.accounts.models import User
from apps.accounts.permissions import may_act_as
from apps.accounts.roles import Role
from apps.core.verdicts import ALLOWED, Verdict, denied

from .choices import CandidateState
from .models import Candidate, ImportRun, SavedSearch
from .workflow import CandidateVerb, next_state

State = ImportRun.State


def may_import(user: User) -> Verdict:
    """Curators and everyone above; also needed to see references and runs."""
    return may_act_as(user, Role.CURATOR)


def may_judge_findings(user: User) -> Verdict:
    """Apply or dismiss what was found out about references; editors and everyone above."""
    return may_act_as(user, Role.EDITOR)


def may_amend(user: User) -> Verdict:
    """Curators and everyone above: correct or fill in what a reference says."""
    return may_act_as(user, Role.CURATOR)


def may_steer(user: User, run: ImportRun) -> Verdict:
    """Whose import it is, and administrators: whatever is to be done with it, if it can be done at all."""
    if not (verdict := may_import(user)):
        return verdict
    if user.is_administrator or run.requested_by_id == user.pk:
        return ALLOWED
    return denied("Only the person who asked for this import, or an administrator, may do that.")


def may_pause(user: User, run: ImportRun) -> Verdict:
    verdict = may_steer(user, run)
    if verdict and run.cancel_requested:
        return denied("This import is being cancelled.", code="state")
    if verdict and run.state not in {State.QUEUED, State.RUNNING}:
        return denied("Only an import that waits or runs can be paused.", code="state")
    return verdict


def may_resume(user: User, run: ImportRun) -> Verdict:
    verdict = may_steer(user, run)
    if verdict and run.state != State.PAUSED and not run.pause_requested:
        return denied("Only a paused import can be resumed.", code="state")
    return verdict


def may_cancel(user: User, run: ImportRun) -> Verdict:
    verdict = may_steer(user, run)
    if verdict and run.is_over:
        return denied(f"This import is {run.get_state_display().lower()} already.", code="state")
    return verdict


def may_retry(user: User, run: ImportRun) -> Verdict:
    verdict = may_steer(user, run)
    if verdict and run.state not in {State.FAILED, State.CANCELLED}:
        return denied("Only an import that failed or was cancelled can go on.", code="state")
    return verdict and _can_be_read_again(run)


def may_retry_failed_rows(user: User, run: ImportRun) -> Verdict:
    verdict = may_steer(user, run)
    if verdict and not (run.is_over and run.failed):
        return denied(
            "There is nothing to try again: that is for imports that are over, with failed rows.", code="state"
        )
    return verdict and _can_be_read_again(run)


def _can_be_read_again(run: ImportRun) -> Verdict:
    if run.can_be_read_again:
        return ALLOWED
    return denied("The portal no longer keeps the file of this import: please send it again.", code="state")


def may_change_search(user: User, search: SavedSearch) -> Verdict:
    """Its owner, and editors: a search goes on when its owner has left."""
    if not (verdict := may_import(user)):
        return verdict
    if user.is_editor or search.owner_id == user.pk:
        return ALLOWED
    return denied("Only the person who saved this search, or an editor, may change it.")


def may_triage(user: User) -> Verdict:
    """Curators and everyone above: look at candidates, take them up, write notes."""
    return may_act_as(user, Role.CURATOR)


def may_step(user: User, candidate: Candidate, verb: CandidateVerb) -> Verdict:
    """First the person, then the state, then whose claim it is, then the two people who screen it."""
    if not (verdict := may_triage(user)):
        return verdict
    if next_state(candidate.state, verb) is None:
        return denied(f"It cannot be {_DONE[verb]} now: {_standing(candidate)}.", code="state")
    if verb is CandidateVerb.CURATE:
        return ALLOWED  # whoever noticed: that it is curated is a fact, whosever claim it was
    claimed_by_another = candidate.state == CandidateState.CLAIMED and candidate.claimed_by_id != user.pk
    if claimed_by_another and not (verb is CandidateVerb.RELEASE and user.is_editor):
        return denied(f"{_standing(candidate)}: only they may do that, or an editor may release it.")
    return _screened(candidate)


def may_vote(user: User, candidate: Candidate) -> Verdict:
    if not (verdict := may_triage(user)):
        return verdict
    if candidate.awaits_votes:
        return ALLOWED
    if candidate.votes_needed == 1:
        return denied("One person decides on it: claim it, put it off or reject it.", code="state")
    return denied("Its screening is over already.", code="state")


def may_resolve(user: User, candidate: Candidate) -> Verdict:
    """A third person, or an editor, decides where two disagreed."""
    if not (verdict := may_triage(user)):
        return verdict
    if not candidate.is_in_conflict:
        return denied("Nobody disagrees about it (any more).", code="state")
    if not user.is_editor and candidate.votes.filter(person=user).exists():
        return denied("You are one of the two who disagree: a third person, or an editor, decides.")
    return ALLOWED


def _screened(candidate: Candidate) -> Verdict:
    """Whether those who are to screen it have done so and agree."""
    if candidate.awaits_votes:
        return denied("Two people screen it: say whether to include or to exclude it.", code="state")
    if candidate.is_in_conflict:
        return denied("The two people who screened it disagree: a third one has to decide first.", code="state")
    return ALLOWED


_DONE = {
    CandidateVerb.CLAIM: "claimed",
    CandidateVerb.RELEASE: "released",
    CandidateVerb.REJECT: "rejected",
    CandidateVerb.POSTPONE: "put off",
    CandidateVerb.REOPEN: "put back",
    CandidateVerb.CURATE: "marked as curated",
}


def _standing(candidate: Candidate) -> str:
    if candidate.state == CandidateState.CLAIMED:
        return f"{candidate.claimed_by} has claimed it"
    return {
        CandidateState.NEW: "nobody has taken it up",
        CandidateState.LATER: "it is put off",
        CandidateState.REJECTED: "it was rejected",
        CandidateState.CURATED: "it is curated already",
    }[CandidateState(candidate.state)]
