"""What an administrator looks for in the audit log."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms

from apps.accounts.models import Event, User
from apps.accounts.querysets import EventQuerySet
from apps.accounts.sentences import done, kind_in_words

#: More people than this are not looked for at once.
MOST_PEOPLE = 100
PORTAL = "portal"


class AuditForm(forms.Form):
    """The filters of the log; ``events`` is what they leave."""

    person = forms.CharField(
        max_length=200,
        required=False,
        help_text="A part of a name, username or address; “portal” for the portal itself.",
    )
    verb = forms.ChoiceField(label="What was done", required=False)
    kind = forms.ChoiceField(label="To what", required=False)
    number = forms.CharField(label="Its number", max_length=60, required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label="Words of the reason", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verbs, kinds = Event.objects.values_of("verb"), Event.objects.values_of("object_type")
        self._choose("verb", "Anything", [(verb, done("", verb).capitalize()) for verb in verbs])
        self._choose("kind", "Anything", [(kind, kind_in_words(kind).capitalize()) for kind in kinds])

    def _choose(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *sorted(choices, key=lambda one: one[1])]

    def clean_person(self) -> str:
        text: str = self.cleaned_data["person"].strip()
        self._people: list[int] = []
        if text and text.lower() != PORTAL:
            self._people = list(User.objects.search(text).values_list("pk", flat=True)[: MOST_PEOPLE + 1])
            if not self._people:
                raise forms.ValidationError("Nobody here is called that.")
            if len(self._people) > MOST_PEOPLE:
                raise forms.ValidationError(f"More than {MOST_PEOPLE} people match: say more of the name.")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "This is before the first day.")
        return cleaned

    @property
    def wanted(self) -> dict[str, str]:
        """The filters in use, as text: for links, and for the history of an export."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}

    @property
    def events(self) -> EventQuerySet:
        """What a valid form leaves; an invalid one leaves nothing."""
        if not self.is_valid():
            return Event.objects.none()
        found, wanted = Event.objects.all(), self.cleaned_data
        if wanted["person"]:
            by_portal = wanted["person"].lower() == PORTAL
            found = found.filter(actor__isnull=True) if by_portal else found.filter(actor__in=self._people)
        for name, column in (("verb", "verb"), ("kind", "object_type"), ("number", "object_id")):
            if wanted[name]:
                found = found.filter(**{column: wanted[name].strip()})
        since = _midnight(wanted["since"]) if wanted["since"] else None
        until = _midnight(wanted["until"]) + timedelta(days=1) if wanted["until"] else None
        found = found.within(since, until)
        return found.saying(wanted["text"]) if wanted["text"] else found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
