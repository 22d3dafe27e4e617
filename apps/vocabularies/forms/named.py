"""Text fields that name terms or targets: by id, label or synonym, one or several.

A field reads what it can. What it cannot read it says in words that help to mend it, and a list
that is readable in part hands on the readable part (``PartlyRead.readable``).
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..choices import TermStatus, Vocabulary
from ..models import Target, Term

_SEPARATORS = re.compile(r"[;\n]+")
_CURIE = re.compile(r"[A-Za-z][A-Za-z0-9_]*:\S+")
_TRAILING_CURIE = re.compile(r"[(\[]\s*([A-Za-z][A-Za-z0-9_]*:[^\s()\[\]]+)\s*[)\]]$")
_SUGGESTIONS = 3
_MANY = 200


class PartlyRead(ValidationError):
    """Some of a list could be read: ``readable`` is that part."""

    def __init__(self, messages: list[str], readable: tuple[str, ...]) -> None:
        super().__init__(messages)
        self.readable = readable


def split_names(text: str) -> list[str]:
    """Names separated by ``;`` or line ends, each once, in the order typed."""
    return list(dict.fromkeys(name.strip() for name in _SEPARATORS.split(text) if name.strip()))


def written(label: str, curie: str) -> str:
    """How a chosen target or term stands in its field, readable by people and by ``clean``."""
    return f"{label.replace(';', ',')} ({curie})"


def _enumerated(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def curie_in(name: str) -> str | None:
    """The CURIE that a name consists of or ends with in brackets: ``macrophage (CL:0000235)``."""
    if match := _TRAILING_CURIE.search(name):
        return match[1]
    return name if _CURIE.fullmatch(name) else None


class NamedField(forms.CharField):
    """Base of the pickers: text naming terms or targets by id, label or synonym, one or several.

    Gives the CURIE, or a tuple of them. Script turns the text field into a picker
    (``data-picker``); without script the same text is resolved here.
    """

    noun = "entry"

    def __init__(self, *, many: bool, search: str, vocabulary: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.many = many
        self.vocabulary = vocabulary
        self.widget.attrs.update(
            {
                "data-picker": search,
                "data-vocabulary": vocabulary,
                "data-many": str(many).lower(),
                "autocomplete": "off",
            }
        )

    def clean(self, value: Any) -> tuple[str, ...] | str:
        names = split_names(super().clean(value) or "")
        by_curie = {found.curie.lower(): found for found in self.with_curies(filter(None, map(curie_in, names)))}
        found, wrong = [], []
        for name in names:
            try:
                found.append(by_curie.get((curie_in(name) or "").lower()) or self.one_named(name))
            except ValidationError as error:
                wrong.extend(error.messages)
        curies = tuple(dict.fromkeys(self.identity(one) for one in found))
        if not self.many and len(curies) > 1:
            wrong.append(f"Name one {self.noun} only.")
        if wrong:
            raise PartlyRead(wrong, curies) if self.many else ValidationError(wrong)
        return curies if self.many else next(iter(curies), "")

    def one_named(self, name: str) -> Any:
        exact = self.best_of(list(self.queryset().named(curie_in(name) or name)[:_MANY]), name)
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise ValidationError(f"“{name}” names more than one {self.noun}. Did you mean {self.offered(exact)}?")
        if near := self.near(name):
            raise ValidationError(f"There is no {self.noun} named “{name}”. Did you mean {self.offered(near)}?")
        raise ValidationError(self.unknown(name))

    def best_of(self, found: list[Any], name: str) -> list[Any]:
        """Those whose own label it is before those that have it as a synonym; those in use before the rest."""
        labelled = [one for one in found if self.label_of(one).lower() == name.lower()] or found
        return [one for one in labelled if self.in_use(one)] or labelled

    def near(self, name: str) -> list[Any]:
        """What the text may have meant: names that it begins, or names spelt much like it."""
        usable = self.queryset().usable()
        if begun := list(usable.search(name)[:_SUGGESTIONS]):
            return begun
        alike = {self.label_of(one).lower(): one for one in usable.search(name[:3])[:_MANY]}
        return [alike[label] for label in get_close_matches(name.lower(), alike, n=_SUGGESTIONS, cutoff=0.7)]

    def unknown(self, name: str) -> str:
        return f"There is no {self.noun} named “{name}” in the vocabulary. Check the spelling, or type its id."

    def offered(self, found: Iterable[Any]) -> str:
        return _enumerated([self.shown(one) for one in found][:_SUGGESTIONS])

    def queryset(self) -> Any:
        raise NotImplementedError

    def with_curies(self, curies: Iterable[str]) -> Iterable[Any]:
        wanted = list(curies)
        return self.queryset().filter(curie__in=wanted) if wanted else ()

    @staticmethod
    def identity(one: Any) -> str:
        return one.curie

    @staticmethod
    def in_use(one: Any) -> bool:
        raise NotImplementedError

    @staticmethod
    def label_of(one: Any) -> str:
        raise NotImplementedError

    @classmethod
    def shown(cls, one: Any) -> str:
        return written(cls.label_of(one), one.curie)


class TermField(NamedField):
    """Terms of a vocabulary, or of any of several."""

    def __init__(self, *vocabularies: Vocabulary, many: bool = True, **kwargs: Any) -> None:
        super().__init__(many=many, search="term", vocabulary=" ".join(vocabularies), **kwargs)
        self.vocabularies = vocabularies
        self.noun = " or ".join(vocabulary.label.lower() for vocabulary in vocabularies)

    def queryset(self) -> Any:
        return Term.objects.filter(vocabulary__in=self.vocabularies)

    def unknown(self, name: str) -> str:
        elsewhere = Term.objects.filter(curie__iexact=curie_in(name) or "").first()
        if elsewhere:
            other = elsewhere.get_vocabulary_display().lower()
            return f"“{name}” is not a {self.noun}: {elsewhere.curie} is a {other}."
        return super().unknown(name)

    @staticmethod
    def in_use(one: Any) -> bool:
        return not one.obsolete and one.status == TermStatus.APPROVED

    @staticmethod
    def label_of(one: Any) -> str:
        return one.label


class TargetField(NamedField):
    """A target, by id, symbol, synonym, former symbol or name. A merged one gives its heir."""

    noun = "target"

    def __init__(self, *, many: bool = False, **kwargs: Any) -> None:
        super().__init__(many=many, search="target", **kwargs)

    def queryset(self) -> Any:
        return Target.objects.select_related("merged_into")

    @staticmethod
    def identity(one: Any) -> str:
        return one.merged_into.curie if one.merged_into_id else one.curie

    @staticmethod
    def in_use(one: Any) -> bool:
        return one.merged_into_id is None and one.status == TermStatus.APPROVED

    @staticmethod
    def label_of(one: Any) -> str:
        return one.symbol
