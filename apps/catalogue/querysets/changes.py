"""What changed, read from the rows themselves: each entry and each target once, by its last change."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from ..document import SincePublication

if TYPE_CHECKING:
    from .reads import EntryQuerySet, TargetDossierQuerySet

_ENTRY = (
    "sequence", "status", "accession", "version", "changed_at", "tombstone_reason", "successor__accession", "target",
    *SincePublication.COLUMNS,
)  # fmt: skip
_TARGET = ("sequence", "target", "rescored_at", "score_before", "tier_before", "score", "tier")
_GONE = ("sequence", "target", "gone_at", "score_before", "tier_before")
#: The columns that a change is read from: of entries, of targets, and of targets without a dossier any more.
SOURCES = (_ENTRY, _TARGET, _GONE)


def change_of(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row of ``merged_page`` over entries and dossiers with their ``SOURCES``, as it is published."""
    source, *columns = row
    return _of_target(*columns) if source else _of_entry(*columns)


def changes_after(
    sequence: int, *, entries: "EntryQuerySet", targets: "TargetDossierQuerySet", gone: QuerySet, most: int
) -> list[dict[str, Any]]:
    """The next changes of all three after a number, in their order."""

    def following(rows: QuerySet, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        return list(rows.filter(sequence__gt=sequence).order_by("sequence").values_list(*columns)[:most])

    rows = [
        (source, *row)
        for source, (some, columns) in enumerate(zip((entries, targets, gone), SOURCES, strict=True))
        for row in following(some, columns)
    ]
    return [change_of(row) for row in sorted(rows, key=lambda row: row[1])[:most]]


def _of_entry(  # noqa: PLR0917
    sequence: int,
    status: str,
    accession: str,
    version: int,
    changed_at: Any,
    reason: str,
    successor: str | None,
    target: str,
    *columns: Any,
) -> dict[str, Any]:
    since = SincePublication.of(*columns)
    if status != "current":
        change = status
    elif since:
        change, reason = _what_happened(since)
    else:
        change = "created" if version == 1 else "revised"
    return {
        "sequence": sequence,
        "change": change,
        "accession": accession,
        "version": version,
        "changed_at": changed_at,
        "reason": reason,
        "successor": successor,
        "target": target,
    }


def _what_happened(since: SincePublication) -> tuple[str, str]:
    if since.under_review_since:
        return "under_review", since.review_reason
    if since.upheld_at:
        return "upheld", since.upheld_reason
    if since.retraction_state:
        return f"reference_{since.retraction_state}", ""
    return "flagged", "\n".join(since.open_flags)


def _of_target(  # noqa: PLR0917
    sequence: int,
    target: str,
    rescored_at: Any,
    score_before: float,
    tier_before: str,
    score: float = 0.0,
    tier: str = "",
) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "change": "rescored",
        "accession": None,
        "version": None,
        "changed_at": rescored_at,
        "reason": "",
        "successor": None,
        "target": target,
        "score": score,
        "tier": tier,
        "score_before": score_before,
        "tier_before": tier_before,
    }
