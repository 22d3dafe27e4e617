"""The upload of a file of citations, and the correction of a reference."""

import re

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from .choices import ReferenceType, RetractionState
from .formats.citation import LONGEST


class ImportForm(forms.Form):
    """One file. Of what kind it is, and whether it can be read, ``services.request_import`` finds out."""

    file = forms.FileField(
        label="File of citations",
        allow_empty_file=True,  # refused with all other unreadable files, in better words
        error_messages={"required": "Choose the file that you saved from PubMed."},
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        size, limit = file.size or 0, settings.UPLOAD_LIMIT_BYTES
        if size > limit:
            raise forms.ValidationError(
                f"This file has {filesizeformat(size)}; at most {filesizeformat(limit)} can be sent at once."
                " Compress it with gzip, or save your search from PubMed in several parts.",
                code="too_large",
            )
        return file


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
