"""The form as the page shows it: sections, rows, and what is still to be done in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from ..content import GROUPS
from ..rules import Finding
from ..workflow import Verb
from . import fields as reads
from .content import ANSWER_PREFIX, ContentForm
from .guidance import OPTIONAL, SECTIONS

#: The rule that says that a field is empty.
REQUIRED = "required"

#: Fields that stand side by side where there is room.
_NARROW = frozenset({
    "system", "species", "immune_competence", "stage", "compartment", "component", "effect_measure",
    "ci_low", "ci_high", "p_value", "sample_size",
    "stop_reason", "cancer_stage", "line_of_therapy", "cohort_key", "datasets", "claim_place_detail",
})  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Remark:
    """One finding of the rules as the form shows it.

    ``missing``: its field is merely empty. ``asks``: it wants a written answer. ``open``: it stands
    in the way of submitting. ``exchange`` names the field, what is to leave it and what mends it.
    """

    rule: str
    field: str
    message: str
    mend: str
    warning: bool
    missing: bool
    anchor: str
    open: bool
    asks: bool
    answer: str
    exchange: str

    @property
    def answer_name(self) -> str:
        return f"{ANSWER_PREFIX}{self.rule}"

    @property
    def goal(self) -> str:
        """The id of the control that mends it."""
        return f"id_{self.answer_name}" if self.asks else self.anchor


@dataclass(slots=True, kw_only=True)
class Row:
    name: str
    bound: BoundField
    kind: str
    narrow: bool
    anchor: str
    problems: list[str]
    remarks: list[Remark]
    missed: str = ""
    saved: str | None = None
    asked: Sequence[tuple[str, str]] = ()

    @property
    def label_in_text(self) -> str:
        """The label within a sentence; an abbreviation keeps its capitals."""
        label = str(self.bound.label)
        return label[:1].lower() + label[1:]

    @property
    def described_by(self) -> str:
        """The help, and the places of problems and remarks, which a save may fill or empty on the open page."""
        parts = [f"help-{self.name}"] if self.bound.help_text else []
        return " ".join([*parts, f"problem-{self.name}", f"remark-{self.name}"])

    @property
    def widget(self) -> str:
        """The control itself, for the kinds that are one control."""
        attrs: dict[str, Any] = {"class": "form-select" if self.kind == "select" else "form-control"}
        attrs["aria-describedby"] = self.described_by
        if self.problems:
            attrs |= {"aria-invalid": "true", "class": attrs["class"] + " is-invalid"}
        return self.bound.as_widget(attrs=attrs)


@dataclass(slots=True, kw_only=True)
class Section:
    key: str
    title: str
    lead: str
    rows: list[Row]
    folded: list[Row] = field(default_factory=list)
    unfold: bool = False

    @property
    def every_row(self) -> list[Row]:
        return [*self.rows, *self.folded]

    @property
    def to_mend(self) -> int:
        """Fields with text that could not be read, a contradiction or an unanswered warning."""
        return sum(
            bool(row.problems) or any(remark.open and not remark.missing for remark in row.remarks)
            for row in self.every_row
        )

    @property
    def to_fill_in(self) -> int:
        return sum(not row.problems and any(remark.missing for remark in row.remarks) for row in self.every_row)


@dataclass(slots=True, kw_only=True)
class Summary:
    """What stands between this draft and the editors, each with the place to mend it."""

    problems: list[tuple[str, str, str]]
    to_mend: list[Remark]
    to_fill_in: list[Remark]

    @property
    def ready(self) -> bool:
        return not (self.problems or self.to_mend or self.to_fill_in)

    @property
    def count(self) -> int:
        return len(self.problems) + len(self.to_mend) + len(self.to_fill_in)


def anchor_of(form: ContentForm, name: str) -> str:
    """The id of the control that a link to the field should reach."""
    if name not in form.fields:
        return "content"
    first_of_many = isinstance(form.fields[name].widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    return f"id_{name}_0" if first_of_many else f"id_{name}"


def remarks(form: ContentForm, findings: Iterable[Finding]) -> list[Remark]:
    listed = []
    for finding in findings:
        name = finding.field if finding.field in form.fields else ""
        remark = Remark(
            rule=finding.rule,
            field=name,
            message=finding.message,
            mend=finding.mend,
            warning=finding.severity == "warning",
            missing=finding.rule == REQUIRED,
            anchor=anchor_of(form, name),
            open=Verb.SUBMIT in finding.stops,
            asks=finding.needs_answer,
            answer=form.answer_to(finding.rule),
            exchange=" ".join([name, *finding.exchange]) if finding.exchange else "",
        )
        listed.append(remark)
    return listed


def sections(form: ContentForm, said: Sequence[Remark], saved_texts: dict[str, str] | None = None) -> list[Section]:
    listed = []
    for key, names in GROUPS.items():
        rows = {name: _row(form, name, said, saved_texts or {}) for name in names}
        folded = [rows[name] for name in OPTIONAL[key]]
        text = SECTIONS[key]
        listed.append(
            Section(
                key=key,
                title=text.title,
                lead=text.lead,
                rows=[row for name, row in rows.items() if name not in OPTIONAL[key]],
                folded=folded,
                unfold=any(row.bound.value() or row.problems or row.remarks or row.saved is not None for row in folded),
            )
        )
    return listed


def summary(form: ContentForm, said: Sequence[Remark]) -> Summary:
    problems = [
        (anchor_of(form, name), str(form.fields[name].label), problem)
        for names in GROUPS.values()
        for name in names
        for problem in form.problems(name)
    ]
    unread = {name for name in form.fields if form.problems(name)}
    return Summary(
        problems=problems,
        to_mend=[remark for remark in said if remark.open and not remark.missing],
        to_fill_in=[remark for remark in said if remark.missing and remark.field not in unread],
    )


def _row(form: ContentForm, name: str, said: Sequence[Remark], saved_texts: dict[str, str]) -> Row:
    control, problems = form.fields[name], form.problems(name)
    return Row(
        name=name,
        bound=form[name],
        kind=_kind(control),
        narrow=name in _NARROW,
        anchor=anchor_of(form, name),
        problems=problems,
        # Text that could not be read leaves its field empty: to say so as well would be noise.
        remarks=[remark for remark in said if remark.field == name and not (remark.missing and problems)],
        missed=control.noun if isinstance(control, reads.TermField | reads.TargetField) else "",
        saved=saved_texts.get(name),
    )


def _kind(form_field: forms.Field) -> str:
    if isinstance(form_field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(form_field.widget, forms.Select):
        return "select"
    return "picker" if isinstance(form_field, reads.NamedField) else "text"
