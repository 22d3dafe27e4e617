"""What a page says of the reviewers of a submission: as much as its reader may know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.accounts.models import User

from ..choices import Outcome, SecondReview
from ..forms.content import ContentForm
from ..models import Decision, Review, Submission
from ..permissions import is_party, seat_of
from ..workflow import THIRD, Status


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat; ``editor`` is empty while it is vacant, ``verdict`` while it may not be read."""

    role: str
    editor: User | None
    own: bool
    cautions: tuple[str, ...]
    verdict: Decision | None

    @property
    def remarks(self) -> list[tuple[str, str]]:
        return labelled(self.verdict) if self.verdict else []


@dataclass(frozen=True, slots=True)
class Panel:
    """``mine`` is the reader's own seat."""

    causes: tuple[str, ...]
    seats: tuple[Seat, ...]
    mine: Review | None

    @property
    def waits(self) -> bool:
        """Whether somebody else has not decided, as far as the reader may know."""
        return not all(seat.verdict for seat in self.seats)

    @property
    def third(self) -> bool:
        return len(self.seats) == THIRD


def panel_of(submission: Submission, reader: User, readable: Iterable[Decision]) -> Panel:
    """``readable`` are the decisions that this reader may read."""
    causes = tuple(SecondReview(code).label for code in submission.second_review)
    seats: list[Seat] = []
    if submission.status == Status.IN_REVIEW:
        verdicts = {each.pk: each for each in readable}
        taken = {each.number: each for each in submission.panel}
        shown = min(submission.seats, 2) if is_party(reader, submission) else submission.seats
        seats = [_seat(number, taken.get(number), reader, verdicts) for number in range(1, shown + 1)]
    return Panel(causes, tuple(seats), seat_of(reader, submission))


def last_round(decisions: Sequence[Decision]) -> list[Decision]:
    """What was said in the round that ended last; of before rounds were counted, the last word."""
    last = decisions[-1].round if decisions else 0
    return [each for each in decisions if each.round == last] if last else list(decisions[-1:])


def asking_for_changes(submission: Submission) -> list[Decision]:
    """Whose wishes the submitter has to meet, while changes are requested."""
    if submission.status != Status.CHANGES_REQUESTED:
        return []
    decisions = list(submission.decisions.of_closed_rounds().select_related("editor"))
    return [each for each in last_round(decisions) if each.outcome == Outcome.REQUEST_CHANGES]


def remarks_of(decisions: Iterable[Decision]) -> dict[str, list[tuple[str, str]]]:
    """What was said of each field: by whom, and what."""
    said: dict[str, list[tuple[str, str]]] = {}
    for decision in decisions:
        for name, text in decision.remarks.items():
            said.setdefault(name, []).append((str(decision.editor), text))
    return said


def labelled(decision: Decision) -> list[tuple[str, str]]:
    """Its remarks on single fields, each with the label of the field, in the order of the form."""
    fields = ContentForm.base_fields
    return [(str(fields[name].label), decision.remarks[name]) for name in fields if name in decision.remarks]


def _seat(number: int, review: Review | None, reader: User, verdicts: dict[int, Decision]) -> Seat:
    role = {1: "Reviewer", 2: "Second reviewer", THIRD: "Third editor"}[number]
    if review is None:
        return Seat(role, None, False, (), None)
    verdict = verdicts.get(review.decision_id or 0)
    return Seat(role, review.editor, review.editor_id == reader.pk, tuple(review.caution_labels), verdict)
