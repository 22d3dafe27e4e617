"""Chainable reads of terms and targets."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db import connection, connections, models
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.db.models.functions import Concat, Length, Lower

from apps.core.compiled import mark

from . import spelling
from .choices import LOCAL_PREFIXES, RequestState, TermStatus, Vocabulary

if TYPE_CHECKING:
    from apps.accounts.models import User

#: Up to so many letters too much begins with; from so many words on, people type or paste whole ones.
_SHORT, _MANY_WORDS = 2, 3
#: So many of the best by one index, and so many of whatever has the words, are ranked.
_BEST, _MOST = 100, 1000
#: What a person may type between two words of a name, or leave out.
SEPARATORS = "-/_,():"
CHOOSABLE = (TermStatus.APPROVED, TermStatus.PENDING)

# A part lies below its whole where both are of one vocabulary: a lobe below its lung, but no cell below a lung.
# A term that was replaced lies below what stands in for it.
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
            UNION ALL
            SELECT heir.id FROM vocabularies_term AS own
            JOIN vocabularies_term AS heir ON heir.id = own.replaced_by_id AND heir.vocabulary = above.vocabulary
            WHERE own.id = above.id
        ) AS higher
    )
    SELECT DISTINCT above.start, term.curie FROM above JOIN vocabularies_term AS term ON term.id = above.id
"""

# Compiling it anew for each letter typed would take longer than it takes to answer.
_NEAR = """
    SELECT word, count FROM vocabularies_vocabularyword WHERE keys && %s::varchar[]
    AND NOT EXISTS (SELECT FROM vocabularies_vocabularyword WHERE word LIKE %s)
"""


def plain_words(text: str) -> list[str]:
    """``text`` as the words a search compares: lower case, split where names are split."""
    return text.lower().translate(str.maketrans(SEPARATORS, " " * len(SEPARATORS))).split()


def plain(name: str) -> str:
    """A name as it is compared: as its row keeps it in ``names``."""
    return " ".join(plain_words(name))


def _words_query(words: list[str]) -> str:
    """All of these words, each as a whole or as the beginning of one.

    Whatever begins so is gathered for each word, which takes long for a common beginning: a word of one or two
    letters has to be whole, unless it is the last of several and still being typed, and so has, of four
    or more, each but the last.
    """
    last = len(words) - 1
    begun = [(at == last and at > 0) or (len(word) > _SHORT and last < _MANY_WORDS) for at, word in enumerate(words)]
    quoted = ("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words)
    return " & ".join(word + ":*" if is_begun else word for word, is_begun in zip(quoted, begun, strict=True))


class _NamedQuerySet(models.QuerySet):
    """Finding rows by id, label or other names. Subclasses say which column the label is."""

    label_field: str

    def named(self, text: str) -> Self:
        """Rows whose id or one of whose names is ``text``, whatever separates its words or begins with a capital."""
        return self.filter(names__contains=[plain(text)]) if plain(text) else self.none()

    def search(self, text: str) -> Self:
        """Rows in which every word of ``text`` begins a word of a name, best first; narrow them before, not after.

        Short words have to be whole, and so have all but the last of many; see ``_words_query``.

        The order: exact id, exact label, exact other name, label that begins so, label with a word
        that begins so, other names; what is used most first among equals, then the shorter label. Of very
        many that only have the words, some are found. An empty text gives all, by label.
        """
        sought = Sought.of(text)
        if not sought.name:
            return self.order_by(Lower(self.label_field), "pk")
        return self.seeking(sought)

    def seeking(self, sought: "Sought") -> Self:
        """``search`` with the text taken apart."""
        wanted, name = sought.wanted, sought.name
        begins = self.alias(_begins=Lower(self.label_field)).filter(_begins__startswith=sought.wanted_in_pattern)
        words = self.filter(search=SearchQuery(sought.query, config="simple", search_type="raw"))
        # Each by its own index, and cut: ranking costs more than finding, and a common word is in half of all names.
        best = ("-usage", Length(self.label_field), "pk")
        found = [
            self.filter(names__contains=[name]).order_by()[:_BEST],
            begins.order_by(*best)[:_BEST],
            words.filter(usage__gt=0).order_by(*best)[:_BEST],
            words.order_by()[:_MOST],
        ]
        pks = [rows.values("pk") for rows in found]
        rank = Case(
            When(curie__iexact=wanted, then=0),
            When(names__0=name, then=1),
            When(names__contains=[name], then=2),
            When(names__0__startswith=sought.name_in_pattern, then=3),
            When(_label__contains=f" {sought.name_in_pattern}", then=4),
            When(_names__contains=f" {sought.name_in_pattern}", then=5),
            default=6,
            output_field=models.IntegerField(),
        )
        lines = models.Func(F("names"), Value("\n "), function="array_to_string", output_field=models.TextField())
        rows = self.filter(pk__in=pks[0].union(*pks[1:])).alias(
            _label=Concat(Value(" "), "names__0", output_field=models.TextField()),
            _names=Concat(Value(" "), lines, output_field=models.TextField()),
        )
        return rows.order_by(rank, "-usage", Length(self.label_field), Lower(self.label_field), "pk")


@dataclass(frozen=True, slots=True)
class Sought:
    """A text as a search compares it: as typed, plain, the two as parts of a pattern, and as words."""

    wanted: str
    name: str
    wanted_in_pattern: str
    name_in_pattern: str
    query: str

    @classmethod
    def of(cls, text: str) -> "Sought":
        # Django itself escapes what it makes a pattern of.
        wanted, name = text.strip().lower(), plain(text)
        return cls(wanted, name, wanted, name, _words_query(name.split()))

    @classmethod
    def marks(cls) -> "Sought":
        """What stands for a text while the search is compiled."""
        return cls(*map(mark, range(len(fields(cls)))))  # digits need no escaping in a pattern

    def slots(self) -> dict[str, str]:
        """What to put where its marks stand."""
        escaped = connection.ops.prep_for_like_query
        values = (self.wanted, self.name, escaped(self.wanted), escaped(self.name), self.query)
        return dict(zip(astuple(self.marks()), values, strict=True))


class WordQuerySet(models.QuerySet):
    def mended(self, text: str) -> str:
        """``text`` with each word that no name has put right, as far as one is near enough; a query a word."""
        words = plain_words(text.strip())
        doubtful = {word for word in words if len(word) >= spelling.SHORTEST}
        meant = {word: spelling.nearest(word, self._near(word)) or word for word in doubtful}
        return " ".join(meant.get(word, word) for word in words) if doubtful else text

    def _near(self, word: str) -> list[tuple[str, int]]:
        """What is spelt much like it, with how often each occurs; nothing where a name has it, if only as a start."""
        begins = connections[self.db].ops.prep_for_like_query(word) + "%"
        with connections[self.db].cursor() as cursor:
            cursor.execute(_NEAR, [spelling.keys_of(word), begins])
            return cursor.fetchall()


class TermQuerySet(_NamedQuerySet):
    label_field = "label"

    def usable(self) -> Self:
        """Approved, not obsolete and of use in a record: what may be published."""
        return self.choosable().filter(status=TermStatus.APPROVED)

    def choosable(self) -> Self:
        """The usable ones, and those that await a decision: what a picker offers for a draft."""
        return self.filter(status__in=CHOOSABLE, obsolete=False).exclude(vocabulary=Vocabulary.OTHER)

    def in_vocabulary(self, vocabulary: str) -> Self:
        return self.filter(vocabulary=vocabulary)

    def local(self) -> Self:
        """Our own, which no ontology has."""
        return self.filter(curie__regex=rf"^({'|'.join(sorted(LOCAL_PREFIXES))}):")

    def for_picker(self) -> Self:
        """With the parents that tell one term from its namesake."""
        return self.prefetch_related("parents")

    def with_parent_labels(self) -> Self:
        """With the labels of these parents alone, as ``parent_labels``."""
        parents = self.model._default_manager.filter(children=OuterRef("pk")).order_by("label")
        return self.annotate(parent_labels=ArraySubquery(parents.values("label")))

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

    def usable(self) -> Self:
        """Approved and not merged into another: what may be published."""
        return self.choosable().filter(status=TermStatus.APPROVED)

    def choosable(self) -> Self:
        """The usable ones, and those that await a decision: what a picker offers for a draft."""
        return self.filter(status__in=CHOOSABLE, merged_into__isnull=True)


class RequestQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def decided(self) -> Self:
        return self.exclude(state=RequestState.OPEN)

    def of(self, person: "User") -> Self:
        return self.filter(asked_by=person)

    def for_list(self) -> Self:
        """Of terms, with what a row of a list shows."""
        return self.select_related("term__replaced_by", "asked_by", "decided_by").prefetch_related("term__parents")

    def for_target_list(self) -> Self:
        """The same, of targets."""
        return self.select_related("target__merged_into", "asked_by", "decided_by").prefetch_related(
            "target__identifiers", "target__members"
        )

    def decidable_by(self, person: "User") -> Self:
        """Those that somebody else asked for."""
        return self.open().exclude(asked_by=person)


class GeneQuerySet(models.QuerySet):
    def meant_by(self, text: str) -> Self:
        """The genes in use whose id or symbol is ``text``; else those that have, or had, it for another name."""
        wanted = text.strip()
        number = wanted.upper().removeprefix("HGNC:")
        in_use = self.filter(approved=True)
        found = in_use.filter(Q(curie=f"HGNC:{number}") | Q(symbol__iexact=wanted))
        if not wanted or found.exists():
            return found if wanted else self.none()
        spelt = [wanted, wanted.upper()]
        return in_use.filter(Q(previous__overlap=spelt) | Q(aliases__overlap=spelt)).order_by("symbol")
