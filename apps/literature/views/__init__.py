"""The pages of references, imports and triage; for curators and everyone above."""

from .asking import import_create
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
]
