"""The form of a saved search."""

from django import forms

from ..models import SavedSearch


class SavedSearchForm(forms.ModelForm):
    """A search that the portal repeats; ``services.save_search`` checks what goes together."""

    class Meta:
        model = SavedSearch
        fields = ("name", "service", "query", "rhythm", "two_person", "is_active")
        widgets = {
            "name": forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            "service": forms.Select(attrs={"class": "form-select"}),
            "query": forms.Textarea(attrs={"class": "form-control", "rows": 4, "spellcheck": "false"}),
            "rhythm": forms.Select(attrs={"class": "form-select"}),
            "two_person": forms.CheckboxInput(attrs={"class": "form-check-input"}),
            "is_active": forms.CheckboxInput(attrs={"class": "form-check-input"}),
        }
        help_texts = {
            "name": "By which you will know what it found.",
            "query": "As you would type it at the service: for PubMed, for instance,"
            " “(tumor microenvironment[mh]) AND (macrophages[mh])”.",
            "two_person": "Each new paper is then judged by two people who do not see each other's verdict.",
            "is_active": "Without this tick it only runs when you ask for it.",
        }

    def _post_clean(self) -> None:
        """Only the shape is checked here: the instance is changed by the service alone."""
