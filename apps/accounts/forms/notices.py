"""The forms of the pages of notices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from apps.accounts.kinds import GROUPS, Delivery, Kind
from apps.accounts.models import User


class NoticeFilterForm(forms.Form):
    kind = forms.ChoiceField(required=False)
    unread = forms.BooleanField(required=False, label="Only unread")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Every kind"),
            *((title, [(kind.value, kind.label) for kind in kinds]) for title, kinds in GROUPS),
        ]


class ChoicesForm(forms.Form):
    """One row a kind, one column a delivery."""

    def __init__(self, *args: Any, kinds: Iterable[Kind], chosen: Mapping[Kind, Delivery], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Delivery.choices, initial=chosen[kind].value, widget=forms.RadioSelect
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The rows of the table below their headings; a group of which nothing is offered is left out."""
        rows = [(title, [self[kind.value] for kind in kinds if kind.value in self.fields]) for title, kinds in GROUPS]
        return [(title, fields) for title, fields in rows if fields]

    def choices(self) -> dict[Kind, Delivery]:
        return {Kind(name): Delivery(value) for name, value in self.cleaned_data.items()}
