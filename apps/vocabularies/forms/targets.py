"""What a person says of a target, and what an editor answers."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .. import services
from ..choices import Component, TargetClass, TargetKind, Vocabulary
from ..models import Gene, Target
from ..sources import TargetData
from .named import TargetField, TermField, split_names, written

_CONTROL = {"class": "form-control", "autocomplete": "off"}
_BOXES = {"class": "form-check-input"}


def _line(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=4000,
        widget=forms.TextInput(attrs=_CONTROL),
        error_messages={"required": "Type it here; the rest is kept."},
    )


def _area(label: str, help_text: str = "", *, required: bool = False, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs=_CONTROL | {"rows": rows}),
        error_messages={"required": "Write a sentence."},
    )


def _boxes(label: str, kind: Any, help_text: str = "", *, required: bool) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=kind.choices,
        required=required,
        widget=forms.CheckboxSelectMultiple(attrs=_BOXES),
        error_messages={"required": "Choose one or more."},
    )


def _picker(field: TargetField | TermField) -> TargetField | TermField:
    field.widget.attrs["class"] = "form-control"
    return field


class TargetForm(forms.Form):
    """All that is said of a target; whether it can stand, services find out."""

    kind = forms.ChoiceField(
        label="Kind", choices=TargetKind.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    curie = _line(
        "Id",
        "Of a gene from HGNC, of a metabolite from ChEBI, of a pathway from Reactome or GO, of a population from CL, "
        "of a complex from the Complex Portal. Leave it empty where there is none: it gets one of our own.",
    )
    symbol = _line("Symbol or short name", "As it should stand in a record.", required=True)
    name = _line("Full name")
    classes = _boxes("Classes", TargetClass, "What it is to the tumour microenvironment.", required=True)
    components = _boxes("Components", Component, "Where it is found.", required=False)
    synonyms = _line("Other names", "Separated by “;”. Whoever types one of them finds the target.")
    former_symbols = _line("Former symbols", "Separated by “;”.")
    members = _picker(
        TargetField(
            many=True,
            label="Made of",
            help_text="Of a pair its ligand and its receptor; of a complex, family or pathway what belongs to it.",
            required=False,
        )
    )
    identifiers = _area("Ids elsewhere", "One in a line, such as “uniprot: P07333”.")
    cell_types = _picker(TermField(Vocabulary.CELL_TYPE, label="Cells that carry it", required=False))
    therapies = _picker(TermField(Vocabulary.THERAPY, label="Therapies that act on it", required=False))

    use_required_attribute = False

    @classmethod
    def of(cls, target: Target, data: Any = None) -> "TargetForm":
        """The form with what the target says now; its id stays."""
        lists = {name: getattr(target, name).all() for name in ("members", "cell_types", "therapies")}
        initial = initial_of(_said(target)) | {
            name: "; ".join(written(getattr(one, "symbol", "") or one.label, one.curie) for one in rows)
            for name, rows in lists.items()
        }
        form = cls(data, initial=initial)
        del form.fields["curie"]
        return form

    def clean_identifiers(self) -> tuple[tuple[str, str], ...]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["identifiers"].splitlines())):
            resource, colon, identifier = (part.strip() for part in line.partition(":"))
            if not colon or not resource or not identifier or len(resource) > 40 or len(identifier) > 80:
                raise ValidationError(f"“{line[:80]}” is no id: write the resource, a colon and the id.")
            found.append((resource.lower(), identifier))
        return tuple(dict.fromkeys(found))

    def said(self) -> TargetData:
        values = self.cleaned_data
        return TargetData(
            curie=values.get("curie", ""),
            kind=values["kind"],
            symbol=values["symbol"],
            name=values["name"],
            classes=tuple(values["classes"]),
            components=tuple(values["components"]),
            synonyms=tuple(split_names(values["synonyms"])),
            former_symbols=tuple(split_names(values["former_symbols"])),
            members=tuple(values["members"]),
            identifiers=values["identifiers"],
            cell_types=tuple(values["cell_types"]),
            therapies=tuple(values["therapies"]),
        )


def initial_of(said: TargetData) -> dict[str, Any]:
    """As one would type it; members and terms apart."""
    return {
        "kind": said.kind,
        "curie": said.curie,
        "symbol": said.symbol,
        "name": said.name,
        "classes": list(said.classes),
        "components": list(said.components),
        "synonyms": "; ".join(said.synonyms),
        "former_symbols": "; ".join(said.former_symbols),
        "identifiers": "\n".join(f"{resource}: {identifier}" for resource, identifier in said.identifiers),
    }


def _said(target: Target) -> TargetData:
    return TargetData(
        curie=target.curie,
        kind=target.kind,
        symbol=target.symbol,
        name=target.name,
        classes=tuple(target.classes),
        components=tuple(target.components),
        synonyms=tuple(target.synonyms),
        former_symbols=tuple(target.former_symbols),
        identifiers=tuple((one.resource, one.identifier) for one in target.identifiers.all()),
    )


class NewTargetForm(TargetForm):
    """A target that does not exist yet: what was typed in search of it is looked up in the HGNC table."""

    confirmed = forms.BooleanField(
        label="None of these is what I mean", required=False, widget=forms.CheckboxInput(attrs=_BOXES)
    )

    def __init__(self, data: Any = None, *, name: str = "") -> None:
        self.typed = name.replace("\x00", "").strip()[:100]
        self.genes = list(Gene.objects.meant_by(self.typed)[:10])
        self.gene = self.genes[0] if len(self.genes) == 1 else None
        known = initial_of(services.said_of_gene(self.gene)) if self.gene else {"symbol": self.typed}
        super().__init__(data, initial=known)

    @property
    def no_table(self) -> bool:
        return not Gene.objects.exists()

    @cached_property
    def alike(self) -> list[Target]:
        """What exists already and may be meant."""
        said = [str(self[name].value() or "") for name in ("symbol", "synonyms", "former_symbols")]
        return services.targets_alike(dict.fromkeys(name for text in said for name in split_names(text)))

    def clean(self) -> dict[str, Any]:
        if self.alike and not self.cleaned_data.get("confirmed"):
            self.add_error("confirmed", "Look at what exists already, and say that none of it is what you mean.")
        return self.cleaned_data


class TargetRequestForm(NewTargetForm):
    """The same, with why it is needed."""

    reason = _area(
        "Why it is needed", "Such as the paper and the claim that cannot be recorded without it.", required=True
    )


class MergeForm(forms.Form):
    """Which target stands for this one from now on, and why."""

    into = _picker(TargetField(label="Merge it into", error_messages={"required": "Choose the target that stays."}))
    reason = _area("Why they are the same", "It stands in the history of both.", required=True, rows=2)

    use_required_attribute = False

    def heir(self) -> Target:
        return Target.objects.get(curie=self.cleaned_data["into"])


class TargetInsteadForm(forms.Form):
    """What exists already and is the same."""

    instead = _picker(TargetField(label="Use instead", error_messages={"required": "Choose the target that is meant."}))
    answer = _area("Why", rows=2)

    use_required_attribute = False

    def target(self) -> Target:
        return Target.objects.get(curie=self.cleaned_data["instead"])
