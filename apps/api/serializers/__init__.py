"""The shapes of answers, for the schema."""

from .documents import (
    CHANGE,
    COMBINATION,
    COMPARISON,
    CONTRADICTION,
    ENTRY,
    ENTRY_VERSION,
    FACETS,
    REFERENCE,
    RELEASE,
    ROOT,
    TARGET,
    TERM,
    TIPPING,
    TOMBSTONE,
    VERSION,
)
from .shapes import Shape, list_of

__all__ = [
    "CHANGE",
    "COMBINATION",
    "COMPARISON",
    "CONTRADICTION",
    "ENTRY",
    "ENTRY_VERSION",
    "FACETS",
    "REFERENCE",
    "RELEASE",
    "ROOT",
    "TARGET",
    "TERM",
    "TIPPING",
    "TOMBSTONE",
    "VERSION",
    "Shape",
    "list_of",
]
