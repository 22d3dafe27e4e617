"""How many of some entries have each value, for every facet, in one query."""

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

#: Facet → (column, whether it is an array). Named like the filters that the values go into.
FACETS: dict[str, tuple[str, bool]] = {
    "target": ("target", False),
    "target_class": ("target_classes", True),
    "compartment": ("compartment", False),
    "component": ("component", False),
    "cell_type": ("cell_types_within", True),
    "cancer": ("cancers_within", True),
    "therapy": ("therapies", True),
    "mechanism": ("mechanisms", True),
    "intervention": ("intervention", False),
    "outcome": ("outcome", False),
    "evidence_type": ("evidence_type", False),
    "direction": ("direction", False),
    "level": ("level", False),
    "stage": ("stage", False),
}
MOST_VALUES = 100


def facets_of(entries: QuerySet) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """The number of entries, and for each facet its values with their counts, the most frequent first.

    At most ``MOST_VALUES`` per facet. Terms count for everything above them, as the filters do.
    """
    facets: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    columns = sorted({column for column, _ in FACETS.values()})
    try:
        inner, parameters = entries.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        # Django sees without asking that nothing can be left.
        return 0, facets
    parts = ["SELECT '' AS facet, '' AS value, count(*) AS count FROM hits"]
    for name, (column, is_array) in FACETS.items():
        value = f"unnest({column})" if is_array else column
        parts.append(
            f"(SELECT '{name}', value, count(*) FROM (SELECT {value} AS value FROM hits) AS one "  # noqa: S608
            f"WHERE value <> '' GROUP BY value ORDER BY count(*) DESC, value LIMIT {MOST_VALUES})"
        )
    names = ", ".join(columns)
    sql = f"WITH hits ({names}) AS MATERIALIZED ({inner}) " + " UNION ALL ".join(parts)
    total = 0
    with connections[entries.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        for facet, value, count in cursor.fetchall():
            if facet:
                facets[facet].append((value, count))
            else:
                total = count
    return total, facets


def facets_of_all(tallies: QuerySet, entries: QuerySet) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """As ``facets_of`` for all entries in force, from what was counted with every change of the catalogue."""
    counted: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for facet, value, count in tallies.filter(scope="").values_list("facet", "value", "entry_count"):
        if facet in counted:
            counted[facet].append((value, count))
    if not all(counted.values()):
        return facets_of(entries)  # nothing has it, or it was never counted: there only a look at the entries tells
    for values in counted.values():
        values.sort(key=lambda one: (-one[1], one[0]))
    # Every entry has a single target.
    count = sum(count for _, count in counted["target"])
    return count, {name: values[:MOST_VALUES] for name, values in counted.items()}
