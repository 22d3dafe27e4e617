"""What people may change about themselves and about each other: one verb each, one transaction each."""

from .conflicts import conflict_statement_in_force, make_conflict_statement
from .events import record_event
from .notices import mail_notice, mark_read, notify
from .people import claim_verified_orcid, create_person, forget_verified_orcid, set_active, update_profile
from .roles import apply_for_role, decline_role, grant_role, set_role, tell_applicant
from .security import remove_authenticators
from .tokens import make_token, note_token_use, revoke_token

__all__ = [
    "apply_for_role",
    "claim_verified_orcid",
    "conflict_statement_in_force",
    "create_person",
    "decline_role",
    "forget_verified_orcid",
    "grant_role",
    "mail_notice",
    "make_conflict_statement",
    "make_token",
    "mark_read",
    "note_token_use",
    "notify",
    "record_event",
    "remove_authenticators",
    "revoke_token",
    "set_active",
    "set_role",
    "tell_applicant",
    "update_profile",
]
