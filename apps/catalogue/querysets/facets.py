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
