"""What approving a submission would do to the score and the tier of its target, and what it would contradict."""

from apps.catalogue.services import Foresight, foresee, rivals
from apps.catalogue.views.contradictions import listed
from apps.vocabularies.choices import Intervention

from .. import projection
from ..models import Submission
from ..workflow import Status

#: Of the combinations of cell type, cancer and intervention that it touches, so many are shown.
MOST_SHOWN = 6
PENDING = frozenset({Status.SUBMITTED, Status.IN_REVIEW})


def foresight(submission: Submission) -> dict[str, object]:
    """Nothing where it is decided on, or lacks its target or its paper."""
    document = projection.provisional(submission) if submission.status in PENDING else None
    if document is None:
        return {}
    return {"foresight": [_worded(one) for one in foresee(document)], **listed(rivals(document))}


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
