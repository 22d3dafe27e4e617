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
