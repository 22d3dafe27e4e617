"""The controlled values of the review: why two people are asked, and what a verdict finds wrong."""

from django.db.models import TextChoices


class SecondReview(TextChoices):
    """Why a submission is decided on by two reviewers."""

    LEVEL = "level", "its level is A"
    CONTRADICTION = "contradiction", "it contradicts a published entry"
    ASKED = "asked", "an editor asked for it"


class Outcome(TextChoices):
    """What a reviewer says of a submission."""

    APPROVE = "approve", "Approved"
    REQUEST_CHANGES = "request_changes", "Changes requested"
    REJECT = "reject", "Rejected"


class Reason(TextChoices):
    """What is wrong, in few words; a code is never reused for another meaning."""

    UNSUPPORTED = "unsupported", "The evidence does not support the claim"
    WRONG_SUBJECT = "wrong_subject", "Wrong target, cell or cancer"
    WRONG_GRADE = "wrong_grade", "Wrong level or type of evidence"
    QUOTATION = "quotation", "The quotation is not found in the paper"
    DUPLICATE = "duplicate", "It is recorded already"
    WORDING = "wording", "The wording is unclear"
    MISSING = "missing", "Data are missing"
    OTHER = "other", "Something else"


class Caution(TextChoices):
    """What stands between a reviewer and the authors without keeping them from reviewing; kept with the review."""

    AFFILIATION = "affiliation", "works at the same place as an author of the submission"
