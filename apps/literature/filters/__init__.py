"""Narrowing the lists of imports, references and candidates."""

from .imports import ImportRunFilter
from .references import ReferenceFilter
from .triage import Tab, TriageFilter

__all__ = ["ImportRunFilter", "ReferenceFilter", "Tab", "TriageFilter"]
