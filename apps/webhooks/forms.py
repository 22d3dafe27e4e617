"""The form of a webhook."""

from django import forms

from apps.accounts.forms.details import plain_helper

from .transport import LONGEST_ADDRESS


class WebhookForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What you call it, such as the place where it arrives.")
    # Not a URLField: the service says what is wrong with an address, and in better words.
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_ADDRESS,
        help_text="A public server, beginning with https://. Changes are posted there as JSON.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    with_targets = forms.BooleanField(label="Also tell of targets whose score or tier changed", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = plain_helper()
