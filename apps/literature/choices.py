"""What a reference is and what became of it; codes are stored, labels are shown."""

from django.db.models import TextChoices


class RetractionState(TextChoices):
    NONE = "none", "Not retracted"
    CORRECTED = "corrected", "Corrected"
    EXPRESSION_OF_CONCERN = "expression_of_concern", "Expression of concern"
    RETRACTED = "retracted", "Retracted"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def gravity(self) -> int:
        """How serious the state is: an import may raise it, never lower it."""
        return {"none": 0, "corrected": 1, "expression_of_concern": 2, "retracted": 3, "withdrawn": 3}[self.value]


class ReferenceType(TextChoices):
    ARTICLE = "article", "Article"
    REVIEW = "review", "Review"
    META_ANALYSIS = "meta_analysis", "Meta-analysis"
    CASE_REPORT = "case_report", "Case report"
    PREPRINT = "preprint", "Preprint"
    EDITORIAL = "editorial", "Editorial, letter or comment"
    NOTICE = "notice", "Notice about another article"
    BOOK = "book", "Book or chapter"
    ABSTRACT = "abstract", "Conference abstract"
    DATASET = "dataset", "Dataset"
    OTHER = "other", "Other"


class Source(TextChoices):
    """Who says something about a reference; ``rank`` tells whom to believe, field by field."""

    CURATOR = "curator", "A curator"
    PUBMED = "pubmed", "PubMed"
    EUROPEPMC = "europepmc", "Europe PMC"
    CROSSREF = "crossref", "Crossref"
    RETRACTION_WATCH = "retraction_watch", "Retraction Watch"
    SEED = "seed", "The portal's seeds"
    FILE = "file", "A file"

    @property
    def rank(self) -> int:
        """A field taken from a source of a higher rank is never replaced by one of a lower rank."""
        ranks = {"curator": 9, "pubmed": 6, "europepmc": 5, "crossref": 4, "retraction_watch": 3, "seed": 2, "file": 1}
        return ranks[self.value]


class LinkKind(TextChoices):
    """What a publication is to another one."""

    PREPRINT_OF = "preprint_of", "Preprint of"
    ARTICLE_OF = "article_of", "Published version of"
    RETRACTS = "retracts", "Retracts"
    RETRACTED_BY = "retracted_by", "Retracted by"
    RAISES_CONCERN = "raises_concern", "Raises concern about"
    CONCERN_BY = "concern_by", "Concern raised by"
    CORRECTS = "corrects", "Corrects"
    CORRECTED_BY = "corrected_by", "Corrected by"

    @property
    def inverse(self) -> "LinkKind":
        """What the other publication is to this one."""
        pairs = (
            "preprint_of article_of",
            "retracts retracted_by",
            "raises_concern concern_by",
            "corrects corrected_by",
        )
        return LinkKind(next(pair.replace(self.value, "").strip() for pair in pairs if self.value in pair.split()))


class CandidateState(TextChoices):
    NEW = "new", "New"
    CLAIMED = "claimed", "Claimed"
    CURATED = "curated", "Curated"
    REJECTED = "rejected", "Rejected"
    LATER = "later", "Later"


class RejectionReason(TextChoices):
    """Why a reference is not curated; the words of systematic reviews."""

    NOT_TME = "not_tme", "Not about the tumour microenvironment"
    NO_TARGET = "no_target", "No target that a therapy could act on"
    NO_EVIDENCE = "no_evidence", "No original evidence (review, comment, protocol)"
    NOT_CANCER = "not_cancer", "Not about cancer"
    DUPLICATE = "duplicate", "The same work is curated already"
    RETRACTED = "retracted", "Retracted"
    NO_ACCESS = "no_access", "The text could not be had"
    LANGUAGE = "language", "In a language nobody here reads"
    OTHER = "other", "Another reason"


class Verdict(TextChoices):
    INCLUDE = "include", "Include"
    EXCLUDE = "exclude", "Exclude"


class ScreeningOutcome(TextChoices):
    """What came of the votes of two people; empty as long as one of them is missing."""

    CONFLICT = "conflict", "In conflict"
    INCLUDED = "included", "Screened in"
    EXCLUDED = "excluded", "Screened out"


class FindingStatus(TextChoices):
    OPEN = "open", "To be looked at"
    APPLIED = "applied", "Applied"
    DISMISSED = "dismissed", "Dismissed"
