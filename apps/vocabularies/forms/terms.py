"""What a person says of a term of our own, and what an editor answers."""

from functools import cached_property
from typing import Any

from django import forms

from .. import services
from ..choices import PARENT_OPTIONAL, PARENTS_FROM, Vocabulary
from ..models import Term
from ..sources import LocalTerm
from .named import TermField, split_names, written

_CONTROL = {"class": "form-control", "autocomplete": "off"}


def _line(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.TextInput(attrs=_CONTROL),
        error_messages={"required": "Type it here; the rest is kept."},
    )


def _area(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs=_CONTROL | {"rows": 3}),
        error_messages={"required": "Write a sentence."},
    )


class TermForm(forms.Form):
    """Name, other names, place and meaning of a term of our own; whether they can stand, services find out."""

    label = _line("Name", "In the singular, as it should stand in a record.")
    synonyms = _line("Other names", "Separated by “;”. Whoever types one of them finds the term.", required=False)
    definition = _area("Definition", "What belongs to it, and what tells it from its neighbours.")

    field_order = ["label", "synonyms", "parents", "definition"]

    def __init__(self, vocabulary: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vocabulary = Vocabulary(vocabulary)
        self.fields["parents"] = TermField(
            *PARENTS_FROM.get(self.vocabulary, (self.vocabulary,)),
            label="Kind of",
            help_text="The nearest broader term; several are possible.",
            required=self.vocabulary not in PARENT_OPTIONAL,
            error_messages={"required": "Choose what it is a kind of."},
        )
        self.fields["parents"].widget.attrs["class"] = "form-control"
        self.order_fields(self.field_order)
        self.use_required_attribute = False

    @classmethod
    def of(cls, term: Term, *args: Any, **kwargs: Any) -> "TermForm":
        """The form with what the term says now."""
        initial = {
            "label": term.label,
            "synonyms": "; ".join(term.synonyms),
            "definition": term.definition,
            "parents": "; ".join(written(parent.label, parent.curie) for parent in term.parents.all()),
        }
        return cls(term.vocabulary, *args, initial=initial, **kwargs)

    def said(self) -> LocalTerm:
        values = self.cleaned_data
        return LocalTerm(
            vocabulary=self.vocabulary,
            label=values["label"],
            definition=values["definition"],
            synonyms=tuple(split_names(values["synonyms"])),
            parents=tuple(values["parents"]),
        )


class TermRequestForm(TermForm):
    """The same, with why it is needed; first one looks at what exists already."""

    reason = _area("Why it is needed", "Such as the paper and the claim that cannot be recorded without it.")
    confirmed = forms.BooleanField(
        label="None of these is what I mean",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    field_order = [*TermForm.field_order, "reason", "confirmed"]

    @cached_property
    def alike(self) -> list[Term]:
        """What exists already and may be meant."""
        names = [str(self["label"].value() or ""), *split_names(str(self["synonyms"].value() or ""))]
        return services.terms_alike(self.vocabulary, names)

    def clean(self) -> dict[str, Any]:
        if self.alike and not self.cleaned_data.get("confirmed"):
            self.add_error("confirmed", "Look at what exists already, and say that none of it is what you mean.")
        return self.cleaned_data


class AnswerForm(forms.Form):
    """An editor's words, for the history and for whoever asked."""

    answer = _area("Why", required=False)

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = needed
        self.fields["answer"].error_messages["required"] = "Say why: it is read by whoever looks for the term later."
        self.use_required_attribute = False

    @classmethod
    def optional(cls, data: Any = None) -> "AnswerForm":
        """What goes with an approval; nothing need be said."""
        form = cls(data, needed=False, auto_id="id_approve_%s")
        form.fields["answer"].label = "Your answer"
        return form


class InsteadForm(AnswerForm):
    """What exists already and means the same."""

    field_order = ["instead", "answer"]

    def __init__(self, vocabulary: str, *args: Any, must: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead"] = TermField(
            Vocabulary(vocabulary),
            many=False,
            label="Use instead",
            required=must,
            error_messages={"required": "Choose the term that means the same."},
        )
        self.fields["instead"].widget.attrs["class"] = "form-control"
        self.order_fields(self.field_order)

    def instead(self) -> Term | None:
        curie = self.cleaned_data.get("instead")
        return Term.objects.get(curie=curie) if curie else None

    def chosen(self) -> Term:
        """The same of a form that is valid and must name one."""
        return Term.objects.get(curie=self.cleaned_data["instead"])
