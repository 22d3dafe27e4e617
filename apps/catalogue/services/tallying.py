"""Counts of entries in force by everything that a reader asks for, kept as entries come and go."""

from collections.abc import Collection

from django.db import connection

from ..models import Entry, Tally
from ..querysets import FACETS

#: What is counted about every target: facet → (column, whether it is an array). Terms count as they are named.
TARGET_FACETS: dict[str, tuple[str, bool]] = {
    "evidence_type": ("evidence_type", False),
    "direction": ("direction", False),
    "level": ("level", False),
    "intervention": ("intervention", False),
    "stage": ("stage", False),
    "component": ("component", False),
    "cell_type": ("cell_types", True),
    "cancer": ("cancers", True),
    "therapy": ("therapies", True),
}
#: Scope, facet and value.
Count = tuple[str, str, str]

_ADD = """
    INSERT INTO catalogue_tally AS held (scope, facet, value, entry_count)
    SELECT scope, facet, value, 1 FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (scope, facet, value)
    ON CONFLICT (scope, facet, value) DO UPDATE SET entry_count = held.entry_count + 1
"""
_TAKE = """
    UPDATE catalogue_tally AS held SET entry_count = held.entry_count - 1
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS old (scope, facet, value)
    WHERE (held.scope, held.facet, held.value) = (old.scope, old.facet, old.value)
"""
_CLEAR = """
    DELETE FROM catalogue_tally AS held USING unnest(%s::text[], %s::text[], %s::text[]) AS old (scope, facet, value)
    WHERE (held.scope, held.facet, held.value) = (old.scope, old.facet, old.value) AND held.entry_count = 0
"""
_DIFFERENT = """
    SELECT count(*) FROM counted FULL JOIN catalogue_tally AS held USING (scope, facet, value)
    WHERE counted.entry_count IS DISTINCT FROM held.entry_count
"""


def counts_of(entry: Entry | None) -> frozenset[Count]:
    """What one entry counts for."""
    if entry is None or entry.status != Entry.Status.CURRENT:
        return frozenset()
    return frozenset(
        (scope, facet, value)
        for scope, facets in (("", FACETS), (entry.target, TARGET_FACETS))
        for facet, (column, is_array) in facets.items()
        for value in (getattr(entry, column) if is_array else [getattr(entry, column)])
        if value
    )


def recount(before: Collection[Count], after: Collection[Count]) -> None:
    """Bring the tallies from ``before`` to ``after``, touching only those that gain or lose."""
    gained, lost = _columns(set(after) - set(before)), _columns(set(before) - set(after))
    with connection.cursor() as cursor:
        if gained[0]:
            cursor.execute(_ADD, gained)
        if lost[0]:
            cursor.execute(_TAKE, lost)
            cursor.execute(_CLEAR, lost)


def settle_tallies() -> tuple[int, int]:
    """Count everything anew: how many tallies there are, and how many differed."""
    with connection.cursor() as cursor:
        counted = f"WITH counted (scope, facet, value, entry_count) AS ({_counting()}) "
        cursor.execute(counted + _DIFFERENT)
        different = cursor.fetchone()[0]
        if different:
            cursor.execute("DELETE FROM catalogue_tally")
            cursor.execute(f"INSERT INTO catalogue_tally (scope, facet, value, entry_count) {_counting()}")
    return Tally.objects.count(), different


def _columns(counts: Collection[Count]) -> list[list[str]]:
    ordered = sorted(counts)  # whoever changes several rows takes them in one order
    return [[count[place] for count in ordered] for place in range(3)]


def _counting() -> str:
    parts = []
    for scope, facets in (("''", FACETS), ("target", TARGET_FACETS)):
        for facet, (column, is_array) in facets.items():
            source = f", unnest({column}) AS value" if is_array else ""
            value = "value" if is_array else column
            groups = f"{value}" if scope == "''" else f"target, {value}"
            parts.append(
                f"SELECT {scope}, '{facet}', {value}, count(*) FROM catalogue_entry{source} "  # noqa: S608
                f"WHERE status = 'current' AND {value} <> '' GROUP BY {groups}"
            )
    return " UNION ALL ".join(parts)
