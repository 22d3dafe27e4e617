"""The suggestions of a paper beside the form: which are chosen already, and taking one over or back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.http import QueryDict

from .. import reading
from ..models import Submission
from ..prefill import TRIAL, Suggestion
from .content import ContentForm, stored_texts
from .fields import NamedField, curie_in, split_names, written
from .layout import anchor_of

_AROUND_IDS = re.compile(r"[\s;,()\[\]]+")
_SHOWN = 5
_OFTEN = 2
#: Processes and methods are often named in passing.
_NEVER_SURE = frozenset({"process", "methods", "tissue"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion, the text that stands for it in its field, whether the field holds it, and whether it is sure."""

    suggestion: Suggestion
    text: str
    taken: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class OfferGroup:
    """The suggestions for one field, the best first; ``single``: the field holds one only."""

    field: str
    label: str
    anchor: str
    single: bool
    offers: list[Offer]

    @property
    def first(self) -> list[Offer]:
        return self.offers[:_SHOWN]

    @property
    def rest(self) -> list[Offer]:
        return self.offers[_SHOWN:]


def offered(form: ContentForm, suggestions: Iterable[Suggestion]) -> list[OfferGroup]:
    """The suggestions by field, beside what stands in the form."""
    groups = []
    suggestions = list(suggestions)
    certain = sure(suggestions)
    for name, those in groupby(suggestions, key=lambda one: one.field):
        standing = str(form[name].value() or "")
        offers = [Offer(one, text_of(one), holds(standing, one), one in certain) for one in those]
        field = form.fields[name]
        groups.append(OfferGroup(name, str(field.label), anchor_of(form, name), _is_single(name), offers))
    return groups


def sure(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Those that may be taken over in one go: for a field that holds one, the only one of all or of the title;
    for a list, those of the title and those named again and again, or the only one."""
    certain = []
    for name, group in groupby(suggestions, key=lambda one: one.field):
        those = list(group)
        titled = [one for one in those if one.in_title]
        if name in _NEVER_SURE:
            continue
        if len(those) == 1:
            certain += those
        elif _is_single(name):
            certain += titled if len(titled) == 1 else []
        else:
            certain += [one for one in those if one.in_title or one.count >= _OFTEN]
    return certain


def text_of(suggestion: Suggestion) -> str:
    """What a person would type to choose it; of a code, the code."""
    if suggestion.kind == TRIAL or not isinstance(ContentForm.base_fields[suggestion.field], NamedField):
        return suggestion.value
    return written(suggestion.label, suggestion.value)


def holds(text: str, suggestion: Suggestion) -> bool:
    return suggestion.value in _AROUND_IDS.split(text)


def taken_over(data: QueryDict, suggestion: Suggestion) -> QueryDict:
    """What was typed, with the suggestion added to its field; a field that holds one only holds it instead."""
    if holds(data.get(suggestion.field, ""), suggestion):
        return data
    return put_in(data, suggestion.field, text_of(suggestion))


def put_in(data: QueryDict, name: str, text: str, *, instead_of: str = "") -> QueryDict:
    """What was typed, with ``text`` added to a field of names, in place of the name or id ``instead_of``."""
    names = [] if _is_single(name) else split_names(data.get(name, ""))
    kept = [each for each in names if instead_of not in {each, curie_in(each)}]
    return _with(data, name, "; ".join([*kept, text]))


def exchanged(data: QueryDict) -> QueryDict:
    """What was typed, with one id exchanged for another: “cell_states TMECS:0100001 TMECS:0000001”."""
    name, old, new = [*data.get("exchange", "").split(" "), "", "", ""][:3]
    field = ContentForm.base_fields.get(name)
    found = next(iter(field.with_curies([new])), None) if isinstance(field, NamedField) else None
    return data if found is None else put_in(data, name, field.shown(found), instead_of=old)  # type: ignore[union-attr]


def as_typed(submission: Submission) -> QueryDict:
    """What a browser would send of the form of a draft as it is stored."""
    data = QueryDict(mutable=True)
    for name, text in stored_texts(submission).items():
        data.setlist(name, text if isinstance(text, list) else [text])
    return data


def taken_back(data: QueryDict, suggestion: Suggestion) -> QueryDict:
    """What was typed, without the suggestion."""
    text = data.get(suggestion.field, "")
    if suggestion.kind == TRIAL:
        trials, rest = reading.trial_ids(text)
        names = [*(trial for trial in trials if trial != suggestion.value), rest]
    else:
        names = [name for name in split_names(text) if not holds(name, suggestion)]
    return _with(data, suggestion.field, "; ".join(filter(None, names)))


def _is_single(name: str) -> bool:
    field = ContentForm.base_fields[name]
    return isinstance(field, forms.ChoiceField) or (isinstance(field, NamedField) and not field.many)


def _with(data: QueryDict, name: str, text: str) -> QueryDict:
    changed = data.copy()
    changed[name] = text
    return changed
