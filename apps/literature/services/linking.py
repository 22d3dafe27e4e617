"""What publications say about each other: kept as the sources name them, and followed once both are here.

A preprint points to its article; a notice of a retraction, a concern or a correction raises the state
of the article that it is about, whichever of the two came first.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from apps.accounts.services import record_event

from ..choices import LinkKind, RetractionState
from ..formats import Citation
from ..models import ImportRun, Reference
from .identity import Known
from .merging import gravest
from .ranking import forget_scores

#: What a stored notice makes of the article it is about.
_RAISES = {
    LinkKind.RETRACTS.value: RetractionState.RETRACTED,
    LinkKind.RAISES_CONCERN.value: RetractionState.EXPRESSION_OF_CONCERN,
    LinkKind.CORRECTS.value: RetractionState.CORRECTED,
}
_STORE = """
    INSERT INTO literature_referencelink (reference_id, kind, pmid, doi, note, source)
    SELECT * FROM unnest(%s::bigint[], %s::varchar[], %s::bigint[], %s::varchar[], %s::varchar[], %s::varchar[])
    ON CONFLICT DO NOTHING RETURNING id
"""
# One index each, from the link to the publication or from the publication to the links that wait for it.
_RESOLVE = """
    UPDATE literature_referencelink AS link SET other_id = found.other
    FROM (
        SELECT link.id AS link, other.id AS other FROM literature_referencelink AS link
        JOIN literature_reference AS other ON other.pmid = link.pmid WHERE {which} AND link.other_id IS NULL
        UNION ALL
        SELECT link.id, other.id FROM literature_referencelink AS link
        JOIN literature_reference AS other ON other.doi = link.doi WHERE {which} AND link.other_id IS NULL
        AND NOT EXISTS (SELECT FROM literature_reference AS better WHERE better.pmid = link.pmid)
    ) AS found
    WHERE link.id = found.link AND link.reference_id <> found.other
    RETURNING link.reference_id, link.kind, link.other_id, link.source
"""
_FROM_LINKS = _RESOLVE.replace("{which}", "link.id = ANY(%s)")
_FROM_REFERENCES = _RESOLVE.replace("{which}", "other.id = ANY(%s)")
Resolved = tuple[int, str, int, str]


def link_references(
    cursor: CursorWrapper, news: Sequence[tuple[int | None, Citation]], touched: Sequence[Known], run: ImportRun | None
) -> None:
    """Store the links of these citations, find the other ends, and do what follows from those found."""
    resolved: list[Resolved] = []
    rows = [
        (pk, str(link.kind), link.pmid, link.doi, link.note[:500], str(citation.source))
        for pk, citation in news
        for link in citation.links
        if link.pmid or link.doi
    ]
    if rows:
        cursor.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])
        cursor.execute(_FROM_LINKS, [[pk for (pk,) in cursor.fetchall()]] * 2)
        resolved += cursor.fetchall()
    named = [known.pk for known in touched if known.heir is None and _is_named_anew(known)]
    if named:
        cursor.execute(_FROM_REFERENCES, [named, named])
        resolved += cursor.fetchall()
    if resolved:
        resolved.sort()  # found in any order, which must not show in what follows
        _point_to_articles(resolved, run)
        _raise_states(resolved, run)


def _is_named_anew(known: Known) -> bool:
    before = known.before.values if known.before else {}
    return any(known.said.values[name] not in {None, before.get(name)} for name in ("pmid", "doi"))


def _point_to_articles(resolved: Sequence[Resolved], run: ImportRun | None) -> None:
    articles = {one: other for one, kind, other, _ in resolved if kind == LinkKind.PREPRINT_OF}
    articles |= {other: one for one, kind, other, _ in resolved if kind == LinkKind.ARTICLE_OF}
    known = Reference.objects.in_bulk([*articles, *articles.values()])
    for preprint, article in articles.items():
        if known[preprint].preprint_of_id is None and known[article].preprint_of_id != preprint:
            known[preprint].preprint_of_id = article
            known[preprint].changed_at = timezone.now()
            known[preprint].save(update_fields=["preprint_of", "changed_at"])
            _record("update", known[preprint], run, {"preprint_of": [None, article]})


def _raise_states(resolved: Sequence[Resolved], run: ImportRun | None) -> None:
    for notice, kind, pk, source in resolved:
        if kind not in _RAISES:
            continue
        reference = Reference.objects.select_for_update(of=("self",)).get(pk=pk)
        before, after = reference.retraction_state, gravest(reference.retraction_state, _RAISES[kind])
        if after != before:
            reference.retraction_state = after
            reference.provenance["retraction_state"] = source
            reference.changed_at = timezone.now()
            reference.save(update_fields=["retraction_state", "provenance", "changed_at"])
            forget_scores([reference.pk])
            changed = {"retraction_state": [before, after]}
            _record("retraction state", reference, run, changed, notice=notice, from_state=before, to_state=after)


def _record(
    verb: str,
    reference: Reference,
    run: ImportRun | None,
    changed: dict[str, Any],
    *,
    notice: int | None = None,
    from_state: str = "",
    to_state: str = "",
) -> None:
    data = {"changed": changed, "run": run.pk if run else None} | ({"notice": notice} if notice else {})
    actor = run.requested_by if run else None
    record_event(actor=actor, verb=verb, obj=reference, from_state=from_state, to_state=to_state, data=data)
