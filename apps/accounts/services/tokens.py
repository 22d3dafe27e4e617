"""API tokens: made, named and revoked by their owner, and stored as a hash."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import ApiToken, User
from apps.accounts.permissions import mfa_satisfied
from apps.core.exceptions import Refused

from .events import record_event

TOKENS_PER_PERSON = 25
LONGEST_DAYS = 3650
NOTE_USE_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(*, owner: User, name: str, expires_in_days: int | None = None) -> tuple[ApiToken, str]:
    """Make a token; the plain text in the answer is the only time that it can be seen."""
    name = " ".join(name.split())
    owner = User.objects.select_for_update().get(pk=owner.pk)
    if not owner.is_active:
        raise Refused("This account is not active.", code="forbidden")
    mfa_satisfied(owner).require()
    if not name:
        raise Refused("Give the token a name that tells you where it is used.", field="name")
    if len(name) > 80:
        raise Refused("A token's name has at most 80 characters.", field="name")
    if expires_in_days is not None and not 1 <= expires_in_days <= LONGEST_DAYS:
        raise Refused(f"A token lives for 1 to {LONGEST_DAYS} days.", field="expires_in_days")
    tokens = ApiToken.objects.of(owner)
    if tokens.filter(name__iexact=name).exists():
        raise Refused(
            f"You already have a token called “{name}”. Choose another name, or revoke that one.", field="name"
        )
    if tokens.count() >= TOKENS_PER_PERSON:
        raise Refused(f"You have {TOKENS_PER_PERSON} tokens already: revoke one that you no longer use.", code="state")
    lifetime = None if expires_in_days is None else timedelta(days=expires_in_days)
    token, plain = ApiToken.objects.create(user=owner, expiry=lifetime, name=name)
    # The owner is the object: a token's key would not outlive it, and says nothing to a reader.
    record_event(actor=owner, verb="make_token", obj=owner, data={"token": name, "begins": token.token_key})
    return token, plain


@transaction.atomic
def revoke_token(*, owner: User, token: ApiToken) -> None:
    """Delete a token of one's own; whoever still uses it is refused from now on."""
    if token.user_id != owner.pk:
        raise Refused("Only its owner revokes a token.", code="forbidden")
    deleted, _ = ApiToken.objects.of(owner).filter(pk=token.pk).delete()
    if deleted:
        record_event(actor=owner, verb="revoke_token", obj=owner, data={"token": token.name, "begins": token.token_key})


def note_token_use(*, token: ApiToken) -> None:
    """Remember when a token was last used, at most once a minute, so that reading stays cheap."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
