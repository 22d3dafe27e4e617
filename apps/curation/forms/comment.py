"""The box in which people write, and the reason with which an editor hides what they wrote."""

from django import forms

from ..prose import LONGEST
from .decision import REASON_MAX_LENGTH
from .fields import without_controls


class _Text(forms.CharField):
    def to_python(self, value: object) -> str:
        return super().to_python(without_controls(str(value or ""))) or ""


class CommentForm(forms.Form):
    text = _Text(
        label="Comment",
        max_length=LONGEST,
        error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )


class HideForm(forms.Form):
    reason = _Text(
        label="Reason",
        max_length=REASON_MAX_LENGTH,
        help_text="Everyone who reads this discussion sees it.",
        error_messages={"required": "Give the reason: everyone who reads this discussion sees it."},
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
