"""Two contents of a record, field by field, in words: ids by the names that they have now."""

from collections.abc import Callable, Collection
from typing import Any

from apps.core.differences import Difference, Items, Kind, items, number_items, printed_items, text_items
from apps.literature.models import Reference
from apps.vocabularies.models import Target, Term

from .content import GROUPS, Content
from .models import Submission

_PROSE = frozenset({"author_claim", "summary", "nct_waiver"})
_NUMBERS = ("effect_value", "ci_low", "ci_high", "sample_size")
_READERS: dict[str, Callable[[Any], Items]] = dict.fromkeys(_NUMBERS, number_items) | {"p_value": printed_items}


def label_of(name: str) -> str:
    """The plain name of a field: “Effect”, “Cell types”."""
    field: Any = Submission._meta.get_field(name)
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def labels_of(names: Collection[str]) -> str:
    """Several fields in a sentence: “effect, cell types”; abbreviations keep their capitals."""
    return ", ".join(str(Submission._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]


class Wording:
    """Reads the fields of some contents; the names of all that they mention are fetched once, in three queries."""

    def __init__(self, *contents: Content) -> None:
        self._fields = {name: Submission._meta.get_field(name) for names in GROUPS.values() for name in names}
        curies = {one for content in contents for name in self._fields for one in self._curies(content, name)}
        self._names = dict(Term.objects.filter(curie__in=curies).values_list("curie", "label"))
        targets = Target.objects.filter(curie__in={content.target for content in contents})
        self._names |= {target.curie: _named(target) for target in targets}
        numbers = {content.reference for content in contents if content.reference is not None}
        self._titles = dict(Reference.objects.filter(pk__in=numbers).values_list("pk", "title"))

    def compare(self, before: Content, after: Content, names: Collection[str]) -> list[Difference]:
        """These fields in both, whether they differ or not."""
        return [
            Difference(name, label_of(name), self.kind(name), self.items(before, name), self.items(after, name))
            for name in names
        ]

    def kind(self, name: str) -> Kind:
        if name in _PROSE:
            return Kind.TEXT
        return Kind.LIST if isinstance(getattr(_EMPTY, name), tuple) else Kind.VALUE

    def items(self, content: Content, name: str) -> Items:
        value, field = getattr(content, name), self._fields[name]
        if field.related_model in {Term, Target}:
            return items(*((curie, self._names.get(curie, curie)) for curie in self._curies(content, name)))
        if name == "reference":
            return items((str(value), self._titles.get(value, f"Reference {value}"))) if value else ()
        wording = dict(getattr(getattr(field, "base_field", field), "choices", None) or ())
        if wording or isinstance(value, tuple):
            codes = value if isinstance(value, tuple) else (value,)
            return items(*((code, str(wording.get(code, code))) for code in codes))
        return _READERS.get(name, text_items)(value)

    def _curies(self, content: Content, name: str) -> tuple[str, ...]:
        if self._fields[name].related_model not in {Term, Target}:
            return ()
        value = getattr(content, name)
        return value if isinstance(value, tuple) else ((value,) if value else ())


_EMPTY = Content()


def _named(target: Target) -> str:
    return target.symbol if target.name in {"", target.symbol} else f"{target.symbol}, {target.name}"
