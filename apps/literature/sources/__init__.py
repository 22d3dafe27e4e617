"""Services that know publications, each with ``search``, ``glance`` and ``fetch``. No ORM.

Every failure is a ``SourceFailure`` with a sentence for people.
"""

from .http import SourceFailure, SourceRefused, SourceUnavailable
from .pubmed import PubMed
from .records import MOST_FOUND, Found, Record, label_of, names_of

__all__ = [
    "MOST_FOUND",
    "Found",
    "PubMed",
    "Record",
    "SourceFailure",
    "SourceRefused",
    "SourceUnavailable",
    "label_of",
    "names_of",
]
