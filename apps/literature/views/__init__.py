"""The pages of references, imports and triage; for curators and everyone above."""

from .agreement import triage_agreement
from .asking import import_create
from .flow import triage_flow, triage_flow_csv, triage_flow_svg
from .imports import (
    import_cancel,
    import_detail,
    import_list,
    import_pause,
    import_resume,
    import_retry,
    import_retry_failed,
)
from .references import reference_detail, reference_edit, reference_list
from .reports import import_report, import_rows
from .searches import reference_refresh, search_create, search_edit, search_list, search_run
from .triage import triage_detail, triage_queue
from .triage_steps import (
    reference_nominate,
    triage_bulk,
    triage_claim,
    triage_curated,
    triage_note,
    triage_postpone,
    triage_reject,
    triage_release,
    triage_reopen,
    triage_resolve,
    triage_vote,
)

__all__ = [
    "import_cancel",
    "import_create",
    "import_detail",
    "import_list",
    "import_pause",
    "import_report",
    "import_resume",
    "import_retry",
    "import_retry_failed",
    "import_rows",
    "reference_detail",
    "reference_edit",
    "reference_list",
    "reference_nominate",
    "reference_refresh",
    "search_create",
    "search_edit",
    "search_list",
    "search_run",
    "triage_agreement",
    "triage_bulk",
    "triage_claim",
    "triage_curated",
    "triage_detail",
    "triage_flow",
    "triage_flow_csv",
    "triage_flow_svg",
    "triage_note",
    "triage_postpone",
    "triage_queue",
    "triage_reject",
    "triage_release",
    "triage_reopen",
    "triage_resolve",
    "triage_vote",
]
