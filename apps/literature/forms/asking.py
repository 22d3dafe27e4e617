"""The ways to ask for references: a file, a list of identifiers, a search."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.core.uploads import within_limit

from ..models import SavedSearch


class _ImportForm(forms.Form):
    """What all of them ask for besides."""

    to_triage = forms.BooleanField(
        label="New references go to triage",
        help_text="There they wait, ranked, for somebody to decide whether they are worth curating.",
        initial=True,
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    two_person = forms.BooleanField(
        label="Two people screen each of them",
        help_text="Neither sees what the other says; a third one settles where they differ.",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def options(self) -> dict[str, Any]:
        """What becomes of new references, for the service."""
        to_triage = self.cleaned_data["to_triage"]
        return {"to_triage": to_triage, "two_person": to_triage and self.cleaned_data["two_person"]}


class FileForm(_ImportForm):
    """One file. Of what kind it is, and whether it can be read, ``services.request_import`` finds out."""

    file = forms.FileField(
        label="File of citations",
        allow_empty_file=True,  # refused with all other unreadable files, in better words
        error_messages={"required": "Choose the file that you saved from PubMed or a reference manager."},
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
    )

    def clean_file(self) -> UploadedFile:
        return within_limit(
            self.cleaned_data["file"], "Compress it with gzip, or save your search from PubMed in several parts."
        )


class ListForm(_ImportForm):
    """Identifiers as they are pasted. Which of them are some, ``services.request_identifiers`` finds out."""

    identifiers = forms.CharField(
        label="PMIDs, DOIs and PMCIDs",
        error_messages={"required": "Paste at least one PMID, DOI or PMCID."},
        widget=forms.Textarea(attrs={"class": "form-control mono", "rows": 8, "spellcheck": "false"}),
    )


class SearchForm(_ImportForm):
    """A query, in the language of the service that it is for."""

    source = forms.ChoiceField(
        label="Where to search",
        choices=SavedSearch.Service.choices,
        initial=SavedSearch.Service.PUBMED,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    query = forms.CharField(
        label="Query",
        max_length=4000,
        error_messages={"required": "Say what to search for."},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3, "spellcheck": "false"}),
    )
    since = forms.DateField(
        label="Only what the service has taken up since",
        required=False,
        error_messages={"invalid": "Give a day as 2026-11-24, or leave this empty."},
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
