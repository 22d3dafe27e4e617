"""The form of a submission: text in, ``Content`` out, and nothing typed ever lost.

What can be read goes into the ``Content``; what cannot stays as text in ``unread`` and comes back
with its error, however often the draft is opened.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from apps.vocabularies import choices
from apps.vocabularies.choices import Vocabulary

from .. import effects, reading
from ..content import FIELD_NAMES, Content
from ..models import Submission
from ..rules import ANSWERABLE
from . import fields as reads
from .guidance import HELP, LABELS

ANSWER_PREFIX = "answer-"
ANSWER_MAX_LENGTH = 4000

_TICK = {"class": "form-check-input"}
_CLINICAL = ("selective_tme_readout", "selective", "multi_target", "biomarker_only")


def _label(name: str) -> str:
    verbose = str(getattr(Submission._meta.get_field(name), "verbose_name", name))
    return LABELS.get(name) or verbose[:1].upper() + verbose[1:]


def _said(name: str) -> dict[str, Any]:
    return {"label": _label(name), "help_text": HELP.get(name, ""), "required": False}


def _code(name: str, kind: Any, *, radio: bool = False, grouped: list | None = None) -> forms.ChoiceField:
    empty = ("", "Not stated yet" if radio else "Choose…")
    return forms.ChoiceField(
        choices=[empty, *(grouped or kind.choices)],
        widget=forms.RadioSelect(attrs=_TICK) if radio else forms.Select,
        **_said(name),
    )


def _codes(name: str, kind: Any) -> reads.Codes:
    return reads.Codes(choices=kind.choices, widget=forms.CheckboxSelectMultiple(attrs=_TICK), **_said(name))


def _line(name: str, kind: type[forms.CharField] = forms.CharField, **more: Any) -> forms.CharField:
    return kind(widget=forms.TextInput(attrs={"autocomplete": "off"}), **_said(name), **more)


def _area(name: str, max_length: int, rows: int) -> forms.CharField:
    return forms.CharField(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **_said(name))


def _terms(name: str, vocabulary: Vocabulary, *, many: bool = True) -> reads.TermField:
    return reads.TermField(vocabulary, many=many, **_said(name))


def _attributions() -> list[tuple[str, list[tuple[str, str]]]]:
    every = choices.Attribution.choices
    return [
        ("In the laboratory", [pair for pair in every if pair[0] not in _CLINICAL]),
        ("In patients", [pair for pair in every if pair[0] in _CLINICAL]),
    ]


class ContentForm(forms.Form):
    """All fields of a submission's content, each optional: the rules say what is missing."""

    target = reads.TargetField(**_said("target"))
    compartment = _code("compartment", choices.Compartment)
    component = _code("component", choices.Component)
    cell_types = _terms("cell_types", Vocabulary.CELL_TYPE)
    cell_states = _terms("cell_states", Vocabulary.CELL_STATE)
    cancers = _terms("cancers", Vocabulary.CANCER)
    cancer_stage = _line("cancer_stage", max_length=200)
    line_of_therapy = _line("line_of_therapy", max_length=200)
    disease_setting = _code("disease_setting", choices.DiseaseSetting, radio=True)
    tissue = _terms("tissue", Vocabulary.TISSUE, many=False)
    mechanisms = _codes("mechanisms", choices.TargetClass)
    role = _code("role", choices.TargetRole, radio=True)
    process = _terms("process", Vocabulary.PROCESS, many=False)
    intervention = _code("intervention", choices.Intervention)
    therapies = _terms("therapies", Vocabulary.THERAPY)
    therapy_relation = _code("therapy_relation", choices.TherapyRelation, radio=True)
    comparator = _line("comparator", max_length=400)
    outcome = _code("outcome", choices.Outcome)
    change = _code("change", choices.Change, radio=True)
    effect_measure = _code("effect_measure", choices.EffectMeasure)
    effect_value = _line("effect_value", reads.DecimalAsWritten)
    ci_low = _line("ci_low", reads.DecimalAsWritten)
    ci_high = _line("ci_high", reads.DecimalAsWritten)
    p_value = _line("p_value", reads.PValue, max_length=40)
    sample_size = _line("sample_size", reads.WholeAsWritten)
    evidence_type = _code("evidence_type", choices.EvidenceType)
    direction = _code("direction", choices.Direction, radio=True)
    level = _code("level", choices.Level)
    quality = _codes("quality", choices.Quality)
    attribution = _code("attribution", choices.Attribution, grouped=_attributions())
    methods = _terms("methods", Vocabulary.METHOD)
    reference = _line("reference", reads.ReferenceField)
    nct_ids = _line("nct_ids", reads.TrialIds)
    nct_waiver = _area("nct_waiver", 1000, 2)
    datasets = _line("datasets", reads.Accessions)
    cohort_key = _line("cohort_key", max_length=120)
    system = _code("system", choices.System)
    species = _terms("species", Vocabulary.SPECIES, many=False)
    immune_competence = _code("immune_competence", choices.ImmuneCompetence)
    stage = _code("stage", choices.Stage)
    stop_reason = _code("stop_reason", choices.StopReason)
    author_claim = _area("author_claim", 600, 5)
    claim_place = _code("claim_place", choices.ClaimPlace, radio=True)
    claim_place_detail = _line("claim_place_detail", max_length=100)
    summary = _area("summary", 4000, 7)
    marker_panel = _line("marker_panel", max_length=600)

    def __init__(self, submission: Submission, data: QueryDict | None = None) -> None:
        self.submission = submission
        self.readable: dict[str, Any] = {}
        #: What a whole line pasted as the effect gave to its field and its empty neighbours, as one would type it.
        self.filled: dict[str, str] = {}
        self._problems: dict[str, list[str]] = {}
        super().__init__(
            None if data is None else _without_controls(data), initial=stored_texts(submission), auto_id="id_%s"
        )
        self.use_required_attribute = False
        for field in self.fields.values():
            # A browser cuts what is pasted beyond it without a word; here it is kept and complained about.
            field.widget.attrs.pop("maxlength", None)

    @classmethod
    def typed(cls, submission: Submission, data: QueryDict) -> Self:
        return cls(submission, data)

    def add_error(self, field: str | None, error: Any) -> None:
        """Keep the readable part of a list before its error is noted."""
        if field and isinstance(error, reads.PartlyRead):
            self.readable[field] = error.readable
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        """An effect pasted in one line fills its neighbours; an interval stands in order."""
        values = self.cleaned_data
        if effect := self._pasted_effect():
            del self.errors["effect_value"]
            read: dict[str, Any] = {
                "effect_value": effect.value,
                "effect_measure": effect.measure,
                "ci_low": effect.low,
            }
            read |= {"ci_high": effect.high, "p_value": effect.p_value, "sample_size": effect.sample_size}
            for name, value in read.items():
                if name == "effect_value" or (value and not self._text(name).strip()):
                    values[name] = value
                    self.filled[name] = plain_text(value)
        low, high = values.get("ci_low"), values.get("ci_high")
        if low is not None and high is not None and low > high:
            self.add_error("ci_low", f"The lower end ({plain_text(low)}) is above the upper end ({plain_text(high)}).")
        return values

    def _pasted_effect(self) -> effects.Effect | None:
        """The line that stands in the place of a plain effect, read; ``None`` where it is something else."""
        typed = self._text("effect_value").strip()
        if "effect_value" not in self.errors or reading.number(typed) is not None:
            return None
        if objection := effects.objection(typed):
            self.errors["effect_value"] = self.error_class([objection])
            return None
        effect = effects.effect(typed)
        numbers = (effect.value, effect.low, effect.high) if effect else ()
        return effect if all(number is None or reads.storable(number) for number in numbers) else None

    def content(self) -> Content:
        """All that could be read; a field that could not is empty, or keeps the readable part of its list."""
        readable = {name: self.cleaned_data[name] for name in FIELD_NAMES if name in self.cleaned_data}
        readable |= self.readable
        return Content(**readable, answers=tuple(sorted(self._answers().items())))

    @property
    def unread(self) -> dict[str, str]:
        """The typed text of every field that could not be read (in full)."""
        return {name: self._text(name) for name in self.errors if name in self.fields}

    def problems(self, name: str) -> list[str]:
        """What is wrong with the text in a field: as typed now or, in a form just opened, as kept unread."""
        if name not in self._problems:
            typed = self.is_bound
            self._problems[name] = [str(m) for m in self.errors.get(name, [])] if typed else self._kept_problems(name)
        return self._problems[name]

    def _kept_problems(self, name: str) -> list[str]:
        kept = self.submission.unread.get(name)
        if not kept:
            return []
        try:
            self.fields[name].clean(kept.split("; ") if isinstance(self.fields[name], reads.Codes) else kept)
        except ValidationError as error:
            return list(error.messages)
        return []

    def answer_to(self, rule: str) -> str:
        return self._answers().get(rule, "")

    def differing(self, saved: Content) -> list[str]:
        """The fields whose typed value is not the saved one (of a form sent from an older page)."""
        typed = self.content().canonical()
        return [name for name, value in saved.canonical().items() if name in self.fields and typed[name] != value]

    def _answers(self) -> dict[str, str]:
        """The answers kept so far, overlaid with those typed now."""
        answers = dict(self.submission.answers)
        if self.is_bound:
            answers |= {
                rule: self.data[f"{ANSWER_PREFIX}{rule}"].strip()[:ANSWER_MAX_LENGTH]
                for rule in ANSWERABLE
                if f"{ANSWER_PREFIX}{rule}" in self.data
            }
        return {rule: answer for rule, answer in answers.items() if answer}

    def _text(self, name: str) -> str:
        value = self[name].data
        return "; ".join(value) if isinstance(value, list) else str(value or "")


def stored_texts(submission: Submission) -> dict[str, Any]:
    """What stands in each field of a form just opened: the stored value as text, or the text kept unread."""
    texts: dict[str, Any] = {}
    if submission.pk is None:
        return texts
    for name in FIELD_NAMES:
        if name == "answers":
            continue
        texts[name] = _stored_text(submission, name)
    for name, kept in submission.unread.items():
        texts[name] = kept.split("; ") if name in {"mechanisms", "quality"} else kept
    return texts


def _stored_text(submission: Submission, name: str) -> Any:
    field = ContentForm.base_fields[name]
    value = getattr(submission, name)
    if isinstance(field, reads.NamedField):
        if not field.many:
            return field.shown(value) if value else ""
        return "; ".join(sorted(field.shown(term) for term in value.all()))
    if isinstance(field, reads.ReferenceField):
        return field.shown(value) if value else ""
    if isinstance(field, reads.Codes):
        return list(value)
    return plain_text(value)


def in_words(field: forms.Field, text: str | list[str]) -> str:
    """The text of a field as one reads it: codes by their wording."""
    wording: dict[str, str] = {}
    for code, label in getattr(field, "choices", ()):
        wording |= dict(label) if isinstance(label, (list, tuple)) else {code: label}
    parts = text if isinstance(text, list) else [text]
    return "; ".join(str(wording.get(part, part)) for part in parts if part)


def plain_text(value: Any) -> str:
    """A stored plain value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "; ".join(value) if isinstance(value, (list, tuple)) else str(value)


def _without_controls(data: QueryDict) -> QueryDict:
    cleaned = data.copy()
    for key, values in data.lists():
        cleaned.setlist(key, [reads.without_controls(value) for value in values])
    return cleaned


def texts_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every posted pair of an edit form, to carry typed text through a page that cannot save it."""
    lists = data.lists() if isinstance(data, QueryDict) else ((key, [value]) for key, value in data.items())
    return [(key, value) for key, values in lists if key != "csrfmiddlewaretoken" for value in values]
