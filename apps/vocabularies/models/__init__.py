"""Terms of ontologies, the targets that records are about, and what curators miss among them."""

from .loads import OntologyLoad
from .requests import Request, TargetRequest, TermRequest
from .targets import Gene, Target, TargetIdentifier
from .terms import Term
from .words import VocabularyRevision, VocabularyWord

__all__ = [
    "Gene",
    "OntologyLoad",
    "Request",
    "Target",
    "TargetIdentifier",
    "TargetRequest",
    "Term",
    "TermRequest",
    "VocabularyRevision",
    "VocabularyWord",
]
