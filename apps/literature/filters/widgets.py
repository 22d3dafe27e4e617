"""What the fields of every filter look like."""

from typing import Any

from django import forms

SELECT = forms.Select(attrs={"class": "form-select"})
SEARCH = forms.TextInput(attrs={"class": "form-control", "type": "search", "autocomplete": "off"})
YEAR: dict[str, Any] = {
    "min_value": 1500,
    "max_value": 2999,
    "widget": forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
}
