"""The pages of references, imports and triage; for curators and everyone above."""

from .imports import import_cancel, import_create, import_detail, import_issues, import_list, import_retry
from .references import reference_detail, reference_list

__all__ = [
    "import_cancel",
    "import_create",
    "import_detail",
    "import_issues",
    "import_list",
    "import_retry",
    "reference_detail",
    "reference_list",
]
