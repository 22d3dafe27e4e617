"""The correction of a reference."""

import re

from django import forms

from ..choices import ReferenceType, RetractionState
from ..formats.citation import LONGEST


class AmendForm(forms.Form):
    """What a curator corrects of a reference; ``edition`` names what it said when the form was opened."""

    title = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=LONGEST["title"])
    abstract = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=LONGEST["abstract"],
        help_text="A section on a line of its own, after its heading.",
    )
    journal = forms.CharField(required=False, max_length=LONGEST["journal"])
    year = forms.IntegerField(required=False, min_value=1500, max_value=2999)
    volume = forms.CharField(required=False, max_length=LONGEST["volume"])
    issue = forms.CharField(required=False, max_length=LONGEST["issue"])
    pages = forms.CharField(required=False, max_length=LONGEST["pages"])
    reference_type = forms.ChoiceField(label="Type", choices=ReferenceType.choices)
    nct_ids = forms.CharField(
        label="Trials", required=False, help_text="Ids of ClinicalTrials.gov, such as NCT01234567, with spaces between."
    )
    retraction_state = forms.ChoiceField(
        label="Retraction state",
        choices=RetractionState.choices,
        help_text="It can only become more serious, with a reason below.",
    )
    reason = forms.CharField(
        label="Why, or where this is known from",
        required=False,
        max_length=1000,
        help_text="Needed for a retraction state; shown in the history.",
    )
    edition = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_nct_ids(self) -> list[str]:
        return re.split(r"[\s,;]+", self.cleaned_data["nct_ids"].strip())
