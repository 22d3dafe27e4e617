"""Queries that the ORM compiles once, with marks where values are put in each time.

To compile a query costs more than most queries cost PostgreSQL. What changes from one to the next are values:
where the query is built, ``mark`` (or ``number_mark``) stands for one, and ``Compiled.filled`` puts it in its place.
A mark may be part of a text, such as a pattern: then its value has to be escaped as the text needs it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

# No code, no id and no word that people search for has these characters.
_MARKED = re.compile("\x02([^\x03]*)\x03")
_FIRST_NUMBER = -(10**15)


def mark(name: object) -> str:
    """Stands for a text."""
    return f"\x02{name}\x03"


def number_mark(number: int) -> int:
    """Stands for a whole number; numbers count from 0 and are other names than those of texts."""
    return _FIRST_NUMBER - number


@dataclass(frozen=True, slots=True)
class Compiled:
    sql: str
    parameters: tuple[Any, ...]

    def filled(self, values: Mapping[Any, Any]) -> list[Any]:
        """The parameters, each mark replaced by the value that ``values`` has for it."""
        return [_filled(one, values) for one in self.parameters]


def compiled(rows: QuerySet, marks: Collection[Any]) -> Compiled | None:
    """The query; ``None`` where it finds nothing, or where not every mark stands in it as it went in."""
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    seen: set[Any] = set()
    for one in parameters:
        seen.update(map(mark, _MARKED.findall(one)) if isinstance(one, str) else [one])
    return Compiled(sql, tuple(parameters)) if seen.issuperset(marks) else None


def _filled(parameter: Any, values: Mapping[Any, Any]) -> Any:
    if parameter in values:
        return values[parameter]
    if isinstance(parameter, str) and "\x02" in parameter:
        return _MARKED.sub(lambda found: values[found[0]], parameter)
    return parameter
