"""Imports and triage for programs: the same verbs as the pages, through the same services."""

from .candidates import CandidateViewSet
from .imports import ImportViewSet

__all__ = ["CandidateViewSet", "ImportViewSet"]
