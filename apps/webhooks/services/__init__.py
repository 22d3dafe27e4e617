"""Every write to webhooks: their owners' verbs, and the delivery of what changed."""

from .delivering import deliver, forget_old, prepare_deliveries
from .owning import WEBHOOKS_PER_PERSON, add_webhook, change_webhook, remove_webhook, renew_secret, switch, test_webhook

__all__ = [
    "WEBHOOKS_PER_PERSON",
    "add_webhook",
    "change_webhook",
    "deliver",
    "forget_old",
    "prepare_deliveries",
    "remove_webhook",
    "renew_secret",
    "switch",
    "test_webhook",
]
