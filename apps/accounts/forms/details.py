"""What sign-up asks beyond allauth's own fields.

allauth reads this module while it builds its own forms, so it must not import them.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest

from apps.accounts.models import User

USERNAME_VALIDATORS = [
    RegexValidator(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z",
        "Use letters without accents, digits, full stops, hyphens and underscores; begin with a letter or a digit.",
    )
]


class SignUpDetailsForm(forms.Form):
    """What sign-up asks beyond allauth's own fields, by password and through ORCID alike."""

    name = forms.CharField(
        label="Full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As it should appear to others.",
    )
    field_order = ["name", "username", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


def plain_helper() -> FormHelper:
    """Only the fields: the page writes the form's own tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


def without_placeholders(form: forms.Form) -> None:
    """A placeholder vanishes as one types; the label stays."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


def add_refusal(form: forms.Form, reason: str, field: str | None) -> None:
    """Show a service's refusal where it belongs."""
    form.add_error(field if field in form.fields else None, ValidationError(reason))
