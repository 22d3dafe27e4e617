"""The short forms: an editor's decisions, and a withdrawal."""

from django import forms

from .fields import without_controls

REASON_MAX_LENGTH = 4000


class _Reason(forms.CharField):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(max_length=REASON_MAX_LENGTH, required=False, **kwargs)  # type: ignore[arg-type]

    def to_python(self, value: object) -> str:
        return super().to_python(without_controls(str(value or ""))) or ""


class DecisionForm(forms.Form):
    """``content_hash`` is of the content the editor read: a decision on anything else is refused."""

    reason = _Reason(
        label="Reason",
        help_text="For the submitter. Required to request changes and to reject; with an approval it is optional.",
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    content_hash = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


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
