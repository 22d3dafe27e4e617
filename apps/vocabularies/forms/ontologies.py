"""The upload of an ontology."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.core.uploads import within_limit


class OntologyForm(forms.Form):
    """One file. What it is, and whether it can be read, ``services.preview_load`` finds out."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # refused with all other unreadable files, in better words
        error_messages={"required": "Choose the file of the ontology."},
    )
    prefixes = forms.CharField(
        label="Only ids that begin with",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean_file(self) -> UploadedFile:
        return within_limit(self.cleaned_data["file"], "Compress it with gzip.")

    def clean_prefixes(self) -> list[str]:
        """“CL, UBERON” as a list; a colon at the end of one does no harm."""
        words = self.cleaned_data["prefixes"].replace(",", " ").replace(";", " ").split()
        return [word.rstrip(":") for word in words if word.rstrip(":")]
