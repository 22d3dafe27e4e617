"""What people may change about themselves and about each other: one verb each, one transaction each."""

from .auditing import export_audit
from .choices import Stop, choices_of, choose_deliveries, kinds_for, mute, read_stop, stop, stop_address
from .conflicts import conflict_statement_in_force, make_conflict_statement
from .events import record_event
from .mailing import compose_mails, deliver_mails, settle_lost
from .notices import Telling, mark_read, notify, tell
from .people import claim_verified_orcid, create_person, forget_verified_orcid, set_active, update_profile
from .roles import apply_for_role, decline_role, grant_role, set_role
from .sealing import chain_head, seal_events, verify_events
from .security import remove_authenticators
from .subscriptions import Heir, join, move_subscriptions, subscribe, take_part, unsubscribe
from .tokens import make_token, note_token_use, revoke_token

__all__ = [
    "Heir",
    "Stop",
    "Telling",
    "apply_for_role",
    "chain_head",
    "choices_of",
    "choose_deliveries",
    "claim_verified_orcid",
    "compose_mails",
    "conflict_statement_in_force",
    "create_person",
    "decline_role",
    "deliver_mails",
    "export_audit",
    "forget_verified_orcid",
    "grant_role",
    "join",
    "kinds_for",
    "make_conflict_statement",
    "make_token",
    "mark_read",
    "move_subscriptions",
    "mute",
    "note_token_use",
    "notify",
    "read_stop",
    "record_event",
    "remove_authenticators",
    "revoke_token",
    "seal_events",
    "set_active",
    "set_role",
    "settle_lost",
    "stop",
    "stop_address",
    "subscribe",
    "take_part",
    "tell",
    "unsubscribe",
    "update_profile",
    "verify_events",
]
