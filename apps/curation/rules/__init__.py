"""The rules of the domain as pure functions: what a content still lacks, and what does not go together.

``check`` gathers the findings of all of them; each names the field, says what is wrong and how to
mend it. Facts about terms, targets and references come in as a frozen value (``services.facts_for``).
"""

from collections.abc import Iterable

from ..content import Content
from ..workflow import Verb
from . import coherence, required, standing, values
from .base import HUMAN, Facts, Finding, ReferenceFact, TargetFact, TermFact, Twin
from .required import missing_fields, required_fields
from .standing import VOCABULARY_OF_FIELD, named_terms

__all__ = [
    "ANSWERABLE",
    "HUMAN",
    "VOCABULARY_OF_FIELD",
    "Facts",
    "Finding",
    "ReferenceFact",
    "TargetFact",
    "TermFact",
    "Twin",
    "blocking",
    "check",
    "missing_fields",
    "named_terms",
    "required_fields",
]

#: The rules whose warnings are answered in writing, in ``content.answers``.
ANSWERABLE = ("coherence", "retraction")

_RULES = (required.check, *coherence.RULES, *values.RULES, *standing.RULES)


def check(content: Content, facts: Facts) -> list[Finding]:
    """Everything there is to say about this content, errors first."""
    found = [finding for rule in _RULES for finding in rule(content, facts)]
    return sorted(found, key=lambda finding: finding.severity != "error")


def blocking(findings: Iterable[Finding], verb: Verb) -> list[Finding]:
    """Those findings that stand in the way of ``verb``."""
    return [finding for finding in findings if verb in finding.stops]
