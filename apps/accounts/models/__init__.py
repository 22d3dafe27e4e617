"""People and what belongs to them; what they are told, and how."""

from .notices import Mail, Notice, NoticeChoice, Subscription
from .people import (
    CONFLICT_STATEMENT_REMINDER,
    CONFLICT_STATEMENT_VALID_FOR,
    NO_CONFLICT,
    ROLE_VERBS,
    ApiToken,
    ChainHead,
    ConflictStatement,
    Event,
    RoleApplication,
    User,
)

__all__ = [
    "CONFLICT_STATEMENT_REMINDER",
    "CONFLICT_STATEMENT_VALID_FOR",
    "NO_CONFLICT",
    "ROLE_VERBS",
    "ApiToken",
    "ChainHead",
    "ConflictStatement",
    "Event",
    "Mail",
    "Notice",
    "NoticeChoice",
    "RoleApplication",
    "Subscription",
    "User",
]
