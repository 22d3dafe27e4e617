"""The short forms: an editor's verdict, assigning, asking for a second review, and a withdrawal."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from apps.vocabularies.choices import FlagReason

from ..choices import Reason
from ..content import FIELD_NAMES, GROUPS
from ..services import ANSWERS
from .content import ContentForm
from .fields import without_controls
from .guidance import SECTIONS

REASON_MAX_LENGTH = 4000
REMARK_MAX_LENGTH = 2000
_REMARK = "remark-"
_ANSWERS = {
    "dismissed": "Dismissed: the entry stands as it is",
    "re_review": "The entry is put under re-review, unless it is already",
    "revision": "A revision mends it",
}


class _Reason(forms.CharField):
    def __init__(self, *, longest: int = REASON_MAX_LENGTH, **kwargs: object) -> None:
        super().__init__(max_length=longest, required=False, **kwargs)  # type: ignore[arg-type]

    def to_python(self, value: object) -> str:
        return super().to_python(without_controls(str(value or ""))) or ""


class DecisionForm(forms.Form):
    """A verdict: words, reasons from the list, remarks on single fields (``remark-level``).

    ``content_hash`` is of the content the editor read: a decision on anything else is refused.
    """

    reason = _Reason(
        label="Reason",
        help_text="For the submitter. Required to request changes and to reject; with an approval it is optional.",
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    reasons = forms.MultipleChoiceField(
        label="What is wrong",
        choices=Reason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    content_hash = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in ContentForm.base_fields.items():
            if name in FIELD_NAMES:
                self.fields[f"{_REMARK}{name}"] = _Reason(
                    label=str(field.label),
                    widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
                    longest=REMARK_MAX_LENGTH,
                )

    @property
    def given(self) -> dict[str, Any]:
        """The verdict, for the services."""
        cleaned = self.cleaned_data
        remarks = {name.removeprefix(_REMARK): text for name, text in cleaned.items() if name.startswith(_REMARK)}
        return {
            "reason": cleaned["reason"],
            "reasons": cleaned["reasons"],
            "content_hash": cleaned["content_hash"],
            "remarks": {name: text for name, text in remarks.items() if text},
        }

    @property
    def remark_groups(self) -> list[tuple[str, list[BoundField], bool]]:
        """The places for remarks, grouped as the form of a draft; with whether any of a group is filled."""
        groups = []
        for key, names in GROUPS.items():
            fields = [self[f"{_REMARK}{name}"] for name in names if f"{_REMARK}{name}" in self.fields]
            groups.append((SECTIONS[key].title, fields, any(field.value() or field.errors for field in fields)))
        return groups

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed, with its labels: for a page on which there is no form any more."""
        texts = [self[name] for name in self.fields if name not in {"reasons", "content_hash"}]
        return [(str(field.label), str(field.value())) for field in texts if field.value()]


class AssignForm(forms.Form):
    editor = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class SecondReviewForm(forms.Form):
    reason = _Reason(
        label="Why a second reviewer should decide too",
        help_text="The submitter and the reviewers read it.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


class WithdrawForm(forms.Form):
    reason = _Reason(
        label="Reason (optional)",
        help_text="Stands in the history of the submission.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class ReReviewForm(forms.Form):
    reason = _Reason(
        label="Reason",
        help_text="Everyone who looks at the entry reads it, so write it for the public.",
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )


class MergeForm(ReReviewForm):
    successor = forms.CharField(
        label="Accession of the other entry",
        max_length=60,
        help_text="Such as TMEE:0000001. What both report then counts once, through that one.",
    )

    @property
    def named(self) -> str:
        """The accession as typed, in its written form; in any case and with or without the prefix."""
        text = str(self.data.get("successor") or "").strip().upper()
        digits = text.removeprefix("TMEE:")
        return f"TMEE:{digits:0>7}" if digits.isascii() and digits.isdigit() and len(digits) <= 12 else text


class FlagForm(forms.Form):
    reason = forms.ChoiceField(
        label="What is wrong",
        choices=FlagReason.choices,
        required=False,
        help_text="Everyone sees this beside the entry.",
        widget=forms.RadioSelect,
    )
    text = _Reason(
        label="In your words",
        help_text="Seen by you and by editors: what is wrong, and how you know.",
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
    )


class FlagAnswerForm(forms.Form):
    outcome = forms.ChoiceField(label="What came of it", required=False, choices=[])
    answer = _Reason(
        label="Your answer",
        help_text="Whoever raised the flag reads it; where you put the entry under re-review, everyone does.",
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(outcome, _ANSWERS[outcome]) for outcome in ANSWERS]


class DismissForm(forms.Form):
    reason = _Reason(
        label="Why it is dismissed",
        help_text="For other editors, who may meet the source’s word later.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


class TableForm(forms.Form):
    file = forms.FileField(
        label="Table of Retraction Watch",
        allow_empty_file=True,  # refused with all other files that are not this table, in better words
        error_messages={"required": "Choose the CSV file of Retraction Watch."},
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
    )
