"""What became of every row of a run: to leaf through, and to stream as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.functional import cached_property

from .models import ImportOutcomes, ImportRun, Reference

STREAMED = 2000
Letter = ImportOutcomes.Outcome

# The rows of a run lie packed, hundreds in one; its issues each by itself, some of them of no row at all.
_ROWS = """
    WITH told AS (
        SELECT row.position, row.outcome, row.reference_id
        FROM literature_importoutcomes AS chunk CROSS JOIN LATERAL
            unnest(chunk.positions, string_to_array(chunk.outcomes, NULL), chunk.reference_ids)
            AS row (position, outcome, reference_id)
        WHERE chunk.run_id = %(run)s
    ), said AS (
        SELECT position, min(id) AS id, string_agg(reason, ' ' ORDER BY id) AS reason,
            string_agg(DISTINCT nullif(identifier, ''), ', ') AS identifier
        FROM literature_importissue
        WHERE run_id = %(run)s
        GROUP BY position, CASE WHEN position IS NULL THEN id END
    ), shown AS (
        SELECT coalesce(told.position, said.position) AS position, coalesce(told.outcome, '') AS outcome,
            told.reference_id, said.id, coalesce(said.identifier, '') AS identifier, coalesce(said.reason, '') AS reason
        FROM told FULL JOIN said ON said.position = told.position
        WHERE {condition}
    )
"""
_COUNT = _ROWS + "SELECT count(*) FROM shown"  # noqa: S608
_ORDER = "ORDER BY shown.position NULLS LAST, shown.id"
# Narrowed before anything is joined: a page of a long run costs hardly more than one of a short run.
_SELECT = f"""
    {_ROWS}
    SELECT position, outcome, reference.id, reference.pmid, reference.doi, reference.pmcid,
        coalesce(reference.title, ''), identifier, reason
    FROM (SELECT * FROM shown {_ORDER} LIMIT %(count)s OFFSET %(first)s) AS shown
        LEFT JOIN literature_reference AS taken ON taken.id = shown.reference_id
        LEFT JOIN literature_reference AS reference ON reference.id = coalesce(taken.merged_into_id, taken.id)
    {_ORDER}
"""  # noqa: S608


class Outcome(TextChoices):
    """Which rows of a report to show."""

    CREATED = "created", "New"
    UPDATED = "updated", "Updated"
    UNCHANGED = "unchanged", "Unchanged"
    FAILED = "failed", "Not read"
    REMARKS = "remarks", "With a remark"


_CONDITIONS = {
    Outcome.CREATED: f"told.outcome = '{Letter.CREATED.value}'",
    Outcome.UPDATED: f"told.outcome = '{Letter.UPDATED.value}'",
    Outcome.UNCHANGED: f"told.outcome = '{Letter.UNCHANGED.value}'",
    Outcome.FAILED: f"told.outcome = '{Letter.FAILED.value}'",
    Outcome.REMARKS: f"said.id IS NOT NULL AND told.outcome IS DISTINCT FROM '{Letter.FAILED.value}'",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the source, or (without ``outcome``) a remark that is about none of those stored or failed."""

    position: int | None
    outcome: str
    reference_id: int | None
    pmid: int | None
    doi: str | None
    pmcid: str | None
    title: str
    identifier: str
    reason: str

    @property
    def outcome_text(self) -> str:
        return str(Letter(self.outcome).label) if self.outcome else "Remark"


class Report:
    """The rows of a run in their order, perhaps of one outcome, perhaps those about one publication.

    ``text`` is a PMID, DOI or PMCID, or a part of what the source called the record. Slices, as a
    ``Paginator`` takes them, and iteration each cost one query, and memory for what is shown at once.
    """

    def __init__(self, run: ImportRun, *, outcome: str = "", text: str = "") -> None:
        conditions = [_CONDITIONS[Outcome(outcome)]] if outcome else ["true"]
        self._values: dict[str, Any] = {"run": run.pk, "first": 0, "count": None}
        if text := text.replace("\0", " ").strip():
            conditions.append("(told.reference_id = ANY(%(found)s) OR said.identifier ILIKE %(text)s)")
            self._values |= {"found": _found(text), "text": f"%{_literal(text)}%"}
        self._condition = " AND ".join(conditions)

    def __iter__(self) -> Iterator[Row]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(_SELECT.format(condition=self._condition), self._values)
            while rows := cursor.fetchmany(STREAMED):
                for row in rows:
                    yield Row(*row)

    def __getitem__(self, part: slice) -> list[Row]:
        first = part.start or 0
        page = self._values | {"first": first, "count": part.stop - first}
        with connection.cursor() as cursor:
            cursor.execute(_SELECT.format(condition=self._condition), page)
            return [Row(*row) for row in cursor.fetchall()]

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT.format(condition=self._condition), self._values)
            return int(cursor.fetchone()[0])


def _found(text: str) -> list[int]:
    """The reference that this is the PMID, DOI or PMCID of, and those that were merged into it."""
    identified = Reference.objects.identified(text)
    if identified is None:
        return []
    pks = list(identified.values_list("pk", flat=True))
    return [*pks, *Reference.objects.filter(merged_into__in=pks).values_list("pk", flat=True)]


def _literal(text: str) -> str:
    """For a pattern of ILIKE: nothing in it stands for anything else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
