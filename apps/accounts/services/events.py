"""The one way in which history is written."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from apps.accounts.models import Event, User


def record_event(
    *,
    actor: User | None,
    verb: str,
    obj: models.Model,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Write one line of history about ``obj``, in the transaction of the change it tells of.

    ``actor`` is None when the system acts. Raises ``TransactionManagementError`` outside a
    transaction, because a line without its change (or the other way round) would be a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in the transaction of its change.")
    return Event.objects.create(
        actor=actor,
        verb=verb,
        object_type=obj._meta.model_name or "",
        object_id=str(obj.pk),
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        data=dict(data or {}),
    )
