"""The forms of the account pages and of the administrators' pages."""

from typing import Any

from django import forms

from apps.accounts import orcid
from apps.accounts.models import NO_CONFLICT, User
from apps.accounts.permissions import APPLICABLE_ROLES
from apps.accounts.roles import Role

from .details import plain_helper

ORCID_HELP = "16 digits, or the whole address https://orcid.org/…"


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Full name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}), strip=True
    )
    affiliation = forms.CharField(
        max_length=300,
        required=False,
        help_text="Institute, city and country.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    orcid = forms.CharField(label="ORCID iD", max_length=60, required=False, help_text=ORCID_HELP)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": person.name, "affiliation": person.affiliation, "orcid": person.orcid}
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        if person.orcid_verified:
            self.fields["orcid"].disabled = True
            self.fields["orcid"].help_text = "Confirmed by ORCID. Remove the connection with ORCID to change it."

    def clean_orcid(self) -> str:
        text = self.cleaned_data["orcid"]
        return orcid.normalise(text) if text.strip() else ""


class RoleApplicationForm(ProfileForm):
    """The profile once more, because administrators decide by it, and the reason."""

    role = forms.ChoiceField(label="Role")
    reason = forms.CharField(
        label="Why you want to take part",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="A few sentences: your field, and what you would like to curate or review.",
    )
    field_order = ["role", "name", "affiliation", "orcid", "reason"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        open_roles = [role for role in APPLICABLE_ROLES if not person.has_role(role)]
        self.fields["role"].choices = [(role.value, role.label) for role in open_roles]  # type: ignore[attr-defined]
        for name in ("affiliation", "orcid"):
            self.fields[name].required = True


class ConflictStatementForm(forms.Form):
    """“None”, or the interests in words."""

    NONE, SOME = "none", "some"

    interests = forms.ChoiceField(
        label="Do you have competing interests?",
        choices=[(NONE, "None"), (SOME, "Yes, as written below")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Your competing interests",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Employment, consultancy, shares, patents, funding or ties that touch targets or therapies here.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = (data.get("text") or "").strip()
        if data.get("interests") == self.SOME and not text:
            self.add_error("text", "Write down what your competing interests are.")
        if data.get("interests") == self.NONE:
            if text:
                self.add_error("interests", "You chose “None”, yet wrote interests: choose “Yes”, or empty the text.")
            text = NO_CONFLICT
        data["statement"] = text
        return data


class TokenForm(forms.Form):
    NEVER = ""
    name = forms.CharField(
        max_length=80, help_text="Where it will be used, such as “analysis notebook”.", widget=forms.TextInput()
    )
    expires_in_days = forms.TypedChoiceField(
        label="Valid for",
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "1 year"), (NEVER, "until I revoke it")],
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="Search people", required=False)
    role = forms.ChoiceField(choices=[("", "Every role"), *Role.choices], required=False)


class AnswerForm(forms.Form):
    """An administrator's answer to an application; which button was pressed says which answer."""

    answer = forms.CharField(max_length=4000, required=False, strip=True)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="New role", choices=Role.choices)
    reason = forms.CharField(max_length=4000, help_text="Kept in the history, and seen by administrators.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=4000, help_text="Kept in the history, and seen by administrators.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
