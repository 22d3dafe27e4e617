"""How a delivery proves where it comes from. Pure.

The signature is an HMAC-SHA256, with the webhook's secret, of the time in seconds, a dot, and the body as sent.
A receiver computes the same, compares, and refuses what is older than a few minutes.
"""

import hashlib
import hmac
import secrets

DELIVERY, TIMESTAMP, SIGNATURE = "TME-Delivery", "TME-Timestamp", "TME-Signature"
_PREFIX = "sha256="


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(secret: str, *, timestamp: int, body: bytes) -> str:
    """What stands in the header ``TME-Signature``."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"{_PREFIX}{digest.hexdigest()}"
