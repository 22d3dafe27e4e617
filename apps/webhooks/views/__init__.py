"""The pages of one's own webhooks."""

from .mine import detail, listing, remove, secret, switch, try_out

__all__ = ["detail", "listing", "remove", "secret", "switch", "try_out"]
