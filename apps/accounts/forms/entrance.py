"""allauth's own forms, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.socialaccount.forms import SignupForm as ThirdPartySignupForm

from .details import plain_helper, without_placeholders

WORDS: dict[str, dict[str, str]] = {
    "username": {"help_text": "For signing in: letters, digits, full stops, hyphens and underscores."},
    "email": {"label": "E-mail address"},
    "oldpassword": {"label": "Present password"},
    "password1": {"help_text": "At least 10 characters; not a common password, and not digits alone."},
    "password2": {"label": "Password again"},
    "code": {"label": "Code"},
}


class InOurWords:
    """Labels instead of placeholders, which vanish as one types, and the same words on every page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        without_placeholders(self)  # type: ignore[arg-type]
        for name, words in WORDS.items():
            if name in self.fields:  # type: ignore[attr-defined]
                for what, text in words.items():
                    setattr(self.fields[name], what, text)  # type: ignore[attr-defined]


class SignUpForm(InOurWords, account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "We send a link there that confirms the address."


class OrcidSignUpForm(InOurWords, ThirdPartySignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "ORCID does not tell it. We send a link there that confirms the address."


class SignInForm(InOurWords, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Username or e-mail address"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = "Keep me signed in on this computer"


class AddressForm(InOurWords, account.AddEmailForm):
    pass


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):
    pass


class ForgottenPasswordForm(InOurWords, account.ResetPasswordForm):
    pass


class NewPasswordForm(InOurWords, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    pass


class SecondStepForm(InOurWords, mfa.AuthenticateForm):
    pass


class SecondStepAgainForm(InOurWords, mfa.ReauthenticateForm):
    pass


class SetUpForm(InOurWords, ActivateTOTPForm):
    pass
