"""Chainable reads of terms and targets."""

from collections.abc import Iterable
from typing import Self

from django.db import connections, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Length, Lower

from .choices import TermStatus, Vocabulary

#: What separates one name from the next in the text that searches look through.
_NEWLINE = "\n"
#: What a person may type between two words of a name, or leave out.
_SEPARATORS = "-/_,():"

# A part lies below its whole where both are of one vocabulary: a lobe below its lung, but no cell below a lung.
_ANCESTORS = """
    WITH RECURSIVE above(start, id, vocabulary) AS (
        SELECT curie, id, vocabulary FROM vocabularies_term WHERE curie = ANY(%s)
        UNION
        SELECT above.start, higher.id, above.vocabulary
        FROM above CROSS JOIN LATERAL (
            SELECT to_term_id AS id FROM vocabularies_term_parents WHERE from_term_id = above.id
            UNION ALL
            SELECT whole.id FROM vocabularies_term_wholes AS link
            JOIN vocabularies_term AS whole ON whole.id = link.to_term_id AND whole.vocabulary = above.vocabulary
            WHERE link.from_term_id = above.id
        ) AS higher
    )
    SELECT DISTINCT above.start, term.curie FROM above JOIN vocabularies_term AS term ON term.id = above.id
"""


def _list_text(*array_fields: str) -> models.Expression:
    """The names in array columns as lower-case lines, each between two line breaks."""
    parts: list[models.Expression] = [Value(_NEWLINE)]
    for field in array_fields:
        text = models.Func(F(field), Value(_NEWLINE), function="array_to_string", output_field=models.TextField())
        parts += [Lower(text), Value(_NEWLINE)]
    return Concat(*parts, output_field=models.TextField())


def _words_of(expression: models.Expression | F) -> models.Expression:
    """Lower-case text whose words all follow a blank, whatever stood between them."""
    blanked = models.Func(
        Lower(expression),
        Value(_SEPARATORS + _NEWLINE),
        Value(" " * (len(_SEPARATORS) + 1)),
        function="translate",
        output_field=models.TextField(),
    )
    return Concat(Value(" "), blanked, output_field=models.TextField())


def plain_words(text: str) -> list[str]:
    """``text`` as the words a search compares: lower case, split where names are split."""
    return text.lower().translate(str.maketrans(_SEPARATORS, " " * len(_SEPARATORS))).split()


class _NamedQuerySet(models.QuerySet):
    """Finding rows by id, label or other names. Subclasses say which columns those are."""

    label_field: str
    name_fields: tuple[str, ...]
    list_fields: tuple[str, ...]

    def named(self, text: str) -> Self:
        """Rows whose id or one of whose names is exactly ``text``, in upper or lower case."""
        wanted = text.strip().lower()
        exact = Q(curie__iexact=wanted)
        for field in self.name_fields:
            exact |= Q(**{f"{field}__iexact": wanted})
        lines = self.alias(_lines=_list_text(*self.list_fields))
        return lines.filter(exact | Q(_lines__contains=f"{_NEWLINE}{wanted}{_NEWLINE}")) if wanted else self.none()

    def search(self, text: str) -> Self:
        """Rows in which every word of ``text`` begins a word of a name, best first.

        The order: exact id, exact label, exact other name, label that begins so, label with a word
        that begins so, other names; the shorter label first among equals. An empty text gives all,
        by label.
        """
        wanted = text.strip().lower()
        words = plain_words(wanted)
        if not words:
            return self.order_by(Lower(self.label_field), "pk")
        label = _words_of(F(self.label_field))
        names = _words_of(Concat(F("curie"), Value(_NEWLINE), *self._all_names(), output_field=models.TextField()))
        rows = self.alias(_label=label, _names=names, _lines=_list_text(*self.list_fields))
        for word in words:
            rows = rows.filter(_names__contains=f" {word}")
        phrase = " " + " ".join(words)
        rank = Case(
            When(curie__iexact=wanted, then=0),
            When(_label=phrase, then=1),
            When(_lines__contains=f"{_NEWLINE}{wanted}{_NEWLINE}", then=2),
            When(_label__startswith=phrase, then=3),
            When(_label__contains=phrase, then=4),
            When(_names__contains=phrase, then=5),
            default=6,
            output_field=models.IntegerField(),
        )
        return rows.order_by(rank, Length(self.label_field), Lower(self.label_field), "pk")

    def _all_names(self) -> list[models.Expression | F]:
        parts: list[models.Expression | F] = []
        for field in self.name_fields:
            parts += [F(field), Value(_NEWLINE)]
        return [*parts, _list_text(*self.list_fields)]


class TermQuerySet(_NamedQuerySet):
    label_field = "label"
    name_fields = ("label",)
    list_fields = ("synonyms",)

    def usable(self) -> Self:
        """Approved, not obsolete and of use in a record: what a picker offers."""
        return self.filter(status=TermStatus.APPROVED, obsolete=False).exclude(vocabulary=Vocabulary.OTHER)

    def in_vocabulary(self, vocabulary: str) -> Self:
        return self.filter(vocabulary=vocabulary)

    def for_picker(self) -> Self:
        """With the parents that tell one term from its namesake."""
        return self.prefetch_related("parents")

    def ancestors_of(self, curies: Iterable[str]) -> dict[str, set[str]]:
        """Each id with everything above it in its ontology, itself included.

        One query for all; an id that is not stored stands alone, so every id asked for is a key.
        """
        wanted = sorted(set(curies))
        above: dict[str, set[str]] = {curie: {curie} for curie in wanted}
        if wanted:
            with connections[self.db].cursor() as cursor:
                cursor.execute(_ANCESTORS, [wanted])
                for start, ancestor in cursor.fetchall():
                    above[start].add(ancestor)
        return above


class TargetQuerySet(_NamedQuerySet):
    label_field = "symbol"
    name_fields = ("symbol", "name")
    list_fields = ("synonyms", "former_symbols")

    def usable(self) -> Self:
        """Approved and not merged into another: what a picker offers."""
        return self.filter(status=TermStatus.APPROVED, merged_into__isnull=True)
