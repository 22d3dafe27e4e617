"""Taking the audit log out of the portal, which is itself a line of it."""

from collections.abc import Mapping

from django.db import transaction

from ..models import Event, User
from ..permissions import may_administer
from .events import record_event


@transaction.atomic
def export_audit(*, actor: User, kind: str, wanted: Mapping[str, str]) -> Event:
    """Note that an administrator takes what these filters leave; the log to take ends before this line."""
    may_administer(actor).require()
    return record_event(actor=actor, verb="export_audit", obj=actor, data={"format": kind, "filters": dict(wanted)})
