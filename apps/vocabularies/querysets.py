"""Chainable reads of terms and targets."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery
from django.db import connections, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Length, Lower

from . import spelling
from .choices import RequestState, TermStatus, Vocabulary

if TYPE_CHECKING:
    from apps.accounts.models import User

#: What separates one name from the next in the text that searches look through.
_NEWLINE = "\n"
#: Up to so many letters too much begins with.
_SHORT = 2
#: What a person may type between two words of a name, or leave out.
SEPARATORS = "-/_,():"
CHOOSABLE = (TermStatus.APPROVED, TermStatus.PENDING)

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
        Value(SEPARATORS + _NEWLINE),
        Value(" " * (len(SEPARATORS) + 1)),
        function="translate",
        output_field=models.TextField(),
    )
    return Concat(Value(" "), blanked, output_field=models.TextField())


def plain_words(text: str) -> list[str]:
    """``text`` as the words a search compares: lower case, split where names are split."""
    return text.lower().translate(str.maketrans(SEPARATORS, " " * len(SEPARATORS))).split()


def _words_query(words: list[str], *, end: str) -> SearchQuery:
    """All of these words; ``:*`` as ``end`` stands for whatever goes on from there."""
    quoted = ("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" + end for word in words)
    return SearchQuery(" & ".join(quoted), config="simple", search_type="raw")


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

        A text of one or two letters has to begin the label, or to be a whole word of a name: too many
        words begin so.

        The order: exact id, exact label, exact other name, label that begins so, label with a word
        that begins so, other names; the shorter label first among equals. An empty text gives all,
        by label.
        """
        wanted = text.strip().lower()
        words = plain_words(wanted)
        if not words:
            return self.order_by(Lower(self.label_field), "pk")
        rows = self.alias(_label=_words_of(F(self.label_field)), _lines=_list_text(*self.list_fields))
        if len(wanted) <= _SHORT:
            begins = Q(**{"_begins__startswith": wanted})
            rows = rows.alias(_begins=Lower(self.label_field)).filter(begins | Q(search=_words_query(words, end="")))
        else:
            rows = rows.filter(search=_words_query(words, end=":*"))
        names = _words_of(Concat(F("curie"), Value(_NEWLINE), *self._all_names(), output_field=models.TextField()))
        rows = rows.alias(_names=names)
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


class WordQuerySet(models.QuerySet):
    def mended(self, text: str) -> str:
        """``text`` with each word that no name has put right, as far as one is near enough; two queries a word."""
        words = plain_words(text.strip())
        doubtful = {word for word in words if len(word) >= spelling.SHORTEST}
        if not doubtful:
            return text
        known = {word for word in doubtful if self.filter(word__startswith=word).exists()}
        meant = {}
        for word in doubtful - known:
            near = self.filter(keys__overlap=spelling.keys_of(word)).values_list("word", "count")
            meant[word] = spelling.nearest(word, near) or word
        return " ".join(meant.get(word, word) for word in words)


class TermQuerySet(_NamedQuerySet):
    label_field = "label"
    name_fields = ("label",)
    list_fields = ("synonyms",)

    def usable(self) -> Self:
        """Approved, not obsolete and of use in a record: what may be published."""
        return self.choosable().filter(status=TermStatus.APPROVED)

    def choosable(self) -> Self:
        """The usable ones, and those that await a decision: what a picker offers for a draft."""
        return self.filter(status__in=CHOOSABLE, obsolete=False).exclude(vocabulary=Vocabulary.OTHER)

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
        """Approved and not merged into another: what may be published."""
        return self.choosable().filter(status=TermStatus.APPROVED)

    def choosable(self) -> Self:
        """The usable ones, and those that await a decision: what a picker offers for a draft."""
        return self.filter(status__in=CHOOSABLE, merged_into__isnull=True)


class RequestQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def of(self, person: "User") -> Self:
        return self.filter(asked_by=person)

    def for_list(self) -> Self:
        """Of terms, with what a row of a list shows."""
        return self.select_related("term__replaced_by", "asked_by", "decided_by").prefetch_related("term__parents")

    def decidable_by(self, person: "User") -> Self:
        """Those that somebody else asked for."""
        return self.open().exclude(asked_by=person)
