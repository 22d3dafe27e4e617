"""The upload of a file of citations."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat


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
