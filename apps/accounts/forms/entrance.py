"""allauth's own forms, in our words."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm

from .details import plain_helper, without_placeholders


class SignUpForm(SignupForm):
    """allauth's sign-up form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_placeholders(self)
        self.fields["username"].help_text = "For signing in: letters, digits, full stops, hyphens and underscores."
        self.fields["email"].label = "E-mail address"
        self.fields["email"].help_text = "We send a link there that confirms the address."
        self.fields["password1"].help_text = "At least 10 characters; not a common password, and not digits alone."
        self.fields["password2"].label = "Password again"


class SignInForm(LoginForm):
    """allauth's sign-in form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        without_placeholders(self)
        self.fields["login"].label = "Username or e-mail address"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = "Keep me signed in on this computer"
