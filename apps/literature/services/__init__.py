"""Every change to references and import runs."""

from .leasing import resume_imports
from .requesting import cancel_import, clean_file_name, request_import, retry_import
from .running import run_import
from .searching import index_texts
from .storing import Counts, upsert_citations

__all__ = [
    "Counts",
    "cancel_import",
    "clean_file_name",
    "index_texts",
    "request_import",
    "resume_imports",
    "retry_import",
    "run_import",
    "upsert_citations",
]
