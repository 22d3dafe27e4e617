"""How django-allauth behaves here: where people land, and what is stored about them."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import force_bytes

from apps.core.exceptions import Refused

from . import services
from .models import User


class AccountAdapter(DefaultAccountAdapter):
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where people land who were not on their way anywhere: at their work, or at their account."""
        user = request.user
        return "/workbench/" if isinstance(user, User) and user.is_curator else reverse("accounts:profile")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        # The address may have gone to another account while the mail was under way.
        if User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id).exists():
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False
        return super().confirm_email(request, email_address)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ORCID confirms an iD and nothing else, so no account is ever found by an e-mail address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an iD that another account has had confirmed, before anything is connected."""
        if sociallogin.is_existing or not request.user.is_authenticated:
            return
        if User.objects.filter(orcid=sociallogin.account.uid, orcid_verified=True).exclude(pk=request.user.pk).exists():
            messages.error(request, "This ORCID iD is connected to another account.")
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("socialaccount_connections")))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = sociallogin.user
        user.name = data.get("name", "")[:200]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        return {"name": sociallogin.user.name}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user = super().save_user(request, sociallogin, form)
        _store_orcid(sociallogin.account)
        return user


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted with the portal's secret key."""

    def get_totp_label(self, user: Any) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        return self._box.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return self._box.decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Another secret key wrote it: no code can match, and the person asks for a reset.
            return ""

    @property
    def _box(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet(
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"authenticator:" + force_bytes(key)).digest()))
            for key in keys
        )


def _store_orcid(account: SocialAccount) -> None:
    services.claim_verified_orcid(person=account.user, orcid=account.uid)


def connected(sender: object, request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any) -> None:
    """allauth's own hook after a connection; there is none on the adapter."""
    try:
        _store_orcid(sociallogin.account)
    except Refused as refusal:
        sociallogin.account.delete()
        messages.error(request, refusal.reason)


def disconnected(sender: object, request: HttpRequest, socialaccount: SocialAccount, **kwargs: Any) -> None:
    services.forget_verified_orcid(person=socialaccount.user)


def listen() -> None:
    social_account_added.connect(connected, dispatch_uid="accounts.orcid_connected")
    social_account_removed.connect(disconnected, dispatch_uid="accounts.orcid_disconnected")
