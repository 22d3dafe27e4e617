"""Who may do what with a webhook."""

from apps.accounts.models import User
from apps.core.verdicts import ALLOWED, Verdict, denied

from .models import Webhook


def may_change(user: User, webhook: Webhook) -> Verdict:
    """Its owner alone."""
    return ALLOWED if webhook.owner_id == user.pk else denied("A webhook is its owner's.")
