"""What is said with a step in triage: a reason, a day, a vote, a note. Whether it will do, ``services`` decide."""

from typing import Any

from django import forms

from ..choices import RejectionReason, Verdict
from ..models import SavedSearch

MOST_AT_ONCE = 100

_TEXT = {"class": "form-control", "autocomplete": "off"}
_DAY = {"class": "form-control", "type": "date"}


class RejectionForm(forms.Form):
    reason = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose a reason"), *RejectionReason.choices],
        required=False,  # refused with the other reasons that will not do, in better words
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    text = forms.CharField(label="Remark", required=False, widget=forms.TextInput(attrs=_TEXT))


class PostponeForm(forms.Form):
    until = forms.DateField(
        label="Until",
        help_text="Comes back to the queue on that day; without one, when somebody puts it back.",
        required=False,
        widget=forms.DateInput(attrs=_DAY),
    )


class VoteForm(RejectionForm):
    verdict = forms.TypedChoiceField(choices=Verdict.choices, coerce=Verdict)


class FlowForm(forms.Form):
    """Which part of triage is counted; what cannot be read narrows nothing."""

    search = forms.ModelChoiceField(
        label="Saved search",
        queryset=SavedSearch.objects.all(),
        empty_label="Any",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs=_DAY))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs=_DAY))

    @property
    def chosen(self) -> dict[str, Any]:
        read = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: read.get(name) for name in self.fields}


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"class": "form-control", "rows": 3})
    )


class BulkForm(RejectionForm):
    """A step with many candidates: those ticked (``candidate``), or all that the page showed; ``chosen`` in the end."""

    VERBS = (("claim", "Claim"), ("reject", "Reject"), ("postpone", "Later"), ("reopen", "Back to new"))
    _SAID = {"reject": ("reason", "text")}

    verb = forms.ChoiceField(label="What", choices=VERBS, widget=forms.Select(attrs={"class": "form-select"}))
    everything = forms.BooleanField(label="All on this page", required=False)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        numbers = given.get("shown", "").split() if given.get("everything") else self.data.getlist("candidate")  # type: ignore[attr-defined]
        chosen = {int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19}
        if not chosen:
            raise forms.ValidationError("Tick at least one candidate, or “All on this page”.")
        if len(chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Choose at most {MOST_AT_ONCE} candidates at once.")
        return given | {"chosen": sorted(chosen)}

    @property
    def words(self) -> dict[str, Any]:
        """What is said with the step that was chosen."""
        return {name: self.cleaned_data[name] for name in self._SAID.get(self.cleaned_data["verb"], ())}
