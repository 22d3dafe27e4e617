"""What approving a submission would do to the score and the tier of its target."""

from django.utils import timezone

from apps.catalogue.services import Foresight, foresee
from apps.vocabularies.choices import Intervention

from .. import projection
from ..models import Submission
from ..workflow import Status

#: Of the combinations of cell type, cancer and intervention that it touches, so many are shown.
MOST_SHOWN = 6
_UNNAMED = "TMEE:unpublished"


def foresight(submission: Submission) -> list[dict[str, object]]:
    """One for each target that it touches; none where it is decided on, or lacks its target or its paper."""
    if submission.status not in {Status.SUBMITTED, Status.IN_REVIEW} or not (submission.target and submission.paper):
        return []
    document = projection.to_document(
        submission,
        accession=submission.record.accession or _UNNAMED,
        version=(submission.based_on or 0) + 1,
        published_at=timezone.now(),
        reviewed_by=[],
    )
    return [_worded(one) for one in foresee(document)]


def _worded(found: Foresight) -> dict[str, object]:
    wording = dict(Intervention.choices)
    shifts = [
        {
            "title": " · ".join(
                (
                    shift.cell_type or "any cell",
                    shift.cancer or "any cancer",
                    str(wording.get(shift.intervention, "no intervention")),
                )
            ),
            "shift": shift,
        }
        for shift in found.shifts
    ]
    return {"found": found, "shifts": shifts[:MOST_SHOWN], "more": len(shifts[MOST_SHOWN:])}
