"""Saving terms and targets. Every verb may be repeated: what is already so is not written again.

An upsert of many rows costs a handful of queries and one event for each row that changed.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..models import Target, TargetIdentifier, Term
from ..permissions import may_manage
from ..sources import Saved, TargetData, TermData

Data = TypeVar("Data", TermData, TargetData)

_TERM_COLUMNS = ("vocabulary", "label", "definition", "synonyms", "obsolete", "status", "source")
_TARGET_COLUMNS = ("kind", "symbol", "name", "classes", "components", "synonyms", "former_symbols", "status")


def save_term(*, actor: User | None = None, **values: Any) -> Term:
    """Create or update one term; the keywords are the fields of ``TermData``."""
    data = TermData(**_frozen(values))
    save_terms(terms=[data], actor=actor)
    return Term.objects.get(curie=data.curie)


def save_target(*, actor: User | None = None, **values: Any) -> Target:
    """Create or update one target; the keywords are the fields of ``TargetData``."""
    data = TargetData(**_frozen(values))
    save_targets(targets=[data], actor=actor)
    return Target.objects.get(curie=data.curie)


@transaction.atomic
def save_terms(*, terms: Iterable[TermData], actor: User | None = None) -> Saved:
    """Create or update terms, with parents that are among them or stored already.

    Raises ``Refused`` that names the id where a parent or a successor is unknown.
    """
    may_manage(actor).require()
    wanted = _once_each(terms)
    stored = {term.curie: term for term in Term.objects.select_for_update().filter(curie__in=wanted)}
    saved, before = _write_rows(Term, wanted, stored, _TERM_COLUMNS)

    named = {curie for data in wanted.values() for curie in (*data.parents, data.replaced_by) if curie}
    pks = _pks(Term, named | set(wanted))
    link = Term.parents.through
    moved = _replace_links(
        link,
        "from_term_id",
        "to_term_id",
        {pks[curie]: {pks[parent] for parent in data.parents} for curie, data in wanted.items()},
    )
    succeeded = []
    for curie, data in wanted.items():
        heir = pks[data.replaced_by] if data.replaced_by else None
        if stored[curie].replaced_by_id != heir:
            stored[curie].replaced_by_id = heir
            succeeded.append(stored[curie])
    Term.objects.bulk_update(succeeded, ["replaced_by"])
    _tell(actor, stored, saved, {row.pk for row in succeeded} | moved, before)
    return saved


@transaction.atomic
def save_targets(*, targets: Iterable[TargetData], actor: User | None = None) -> Saved:
    """Create or update targets with their identifiers, cell types and therapies.

    Raises ``Refused`` that names the id where a cell type, a therapy or a member is unknown.
    """
    may_manage(actor).require()
    return write_targets(targets, actor)


def write_targets(targets: Iterable[TargetData], actor: User | None) -> Saved:
    """The same, for whoever has asked the permission."""
    wanted = _once_each(targets)
    stored = {target.curie: target for target in Target.objects.select_for_update().filter(curie__in=wanted)}
    saved, before = _write_rows(Target, wanted, stored, _TARGET_COLUMNS)

    pks = _pks(Term, {curie for data in wanted.values() for curie in (*data.cell_types, *data.therapies)})
    moved: set[int] = set()
    for field in ("cell_types", "therapies"):
        link = getattr(Target, field).through
        links = {stored[curie].pk: {pks[term] for term in getattr(data, field)} for curie, data in wanted.items()}
        moved |= _replace_links(link, "target_id", "term_id", links)
    members = {curie for data in wanted.values() for curie in data.members}
    of_targets = {target.curie: target.pk for target in stored.values()} | _pks(Target, members - stored.keys())
    of_members = {stored[curie].pk: {of_targets[member] for member in data.members} for curie, data in wanted.items()}
    moved |= _replace_links(Target.members.through, "from_target_id", "to_target_id", of_members)
    moved |= _replace_identifiers({stored[curie].pk: set(data.identifiers) for curie, data in wanted.items()})
    _tell(actor, stored, saved, moved, before)
    return saved


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _once_each(rows: Iterable[Data]) -> dict[str, Data]:
    """By id; a row given twice alike counts once, and two different rows of one id are refused."""
    wanted: dict[str, Data] = {}
    for row in rows:
        if wanted.setdefault(row.curie, row) != row:
            raise Refused(f"{row.curie} is given twice with different content.", field="curie")
    return wanted


def _pks(model: type[Term] | type[Target], curies: set[str]) -> dict[str, int]:
    pks = dict(model.objects.filter(curie__in=curies).values_list("curie", "pk")) if curies else {}
    if unknown := sorted(curies - pks.keys()):
        raise Refused(f"There is no {model._meta.verbose_name} {', '.join(unknown)}.", code="missing")
    return pks


def _write_rows(
    model: type[models.Model], wanted: dict[str, Data], stored: dict[str, Any], columns: Sequence[str]
) -> tuple[Saved, dict[str, list[str]]]:
    """Insert the new rows and update the differing ones. Gives also, by id, which columns differed."""
    saved = Saved(created=[], updated=[])
    differing: dict[str, list[str]] = {}
    fresh = []
    for curie, data in wanted.items():
        values = {column: _column_value(getattr(data, column)) for column in columns}
        row = stored.get(curie)
        if row is None:
            fresh.append(model(curie=curie, **values))
            saved.created.append(curie)
            continue
        changes = [column for column in columns if getattr(row, column) != values[column]]
        if changes:
            differing[curie] = changes
            for column in changes:
                setattr(row, column, values[column])
    manager: Any = model._default_manager
    stored.update({row.curie: row for row in manager.bulk_create(fresh)})
    manager.bulk_update([stored[curie] for curie in differing], columns)
    return saved, differing


def _column_value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _replace_links(link: type[models.Model], owner: str, other: str, wanted: dict[int, set[int]]) -> set[int]:
    """Make the rows of a many-to-many table those wanted; gives the owners whose links changed."""
    manager = link._default_manager
    now: dict[int, set[int]] = {pk: set() for pk in wanted}
    for pk, linked in manager.filter(**{f"{owner}__in": wanted}).values_list(owner, other):
        now[pk].add(linked)
    changed = {pk for pk in wanted if now[pk] != wanted[pk]}
    for pk in changed:
        if gone := now[pk] - wanted[pk]:
            manager.filter(**{owner: pk, f"{other}__in": gone}).delete()
    manager.bulk_create(
        link(**{owner: pk, other: linked}) for pk in sorted(changed) for linked in sorted(wanted[pk] - now[pk])
    )
    return changed


def _replace_identifiers(wanted: dict[int, set[tuple[str, str]]]) -> set[int]:
    now: dict[int, set[tuple[str, str]]] = {pk: set() for pk in wanted}
    rows = TargetIdentifier.objects.filter(target__in=wanted)
    for pk, resource, identifier in rows.values_list("target_id", "resource", "identifier"):
        now[pk].add((resource, identifier))
    changed = {pk for pk in wanted if now[pk] != wanted[pk]}
    for pk in changed:
        for resource, identifier in now[pk] - wanted[pk]:
            TargetIdentifier.objects.filter(target=pk, resource=resource, identifier=identifier).delete()
    TargetIdentifier.objects.bulk_create(
        TargetIdentifier(target_id=pk, resource=resource, identifier=identifier)
        for pk in sorted(changed)
        for resource, identifier in sorted(wanted[pk] - now[pk])
    )
    return changed


def _tell(
    actor: User | None, stored: dict[str, Any], saved: Saved, relinked: set[int], differing: dict[str, list[str]]
) -> None:
    """Record one event for each row that was created or changed, and finish the count."""
    created = set(saved.created)
    for curie, row in stored.items():
        if curie in created:
            record_event(actor=actor, verb="create", obj=row)
        elif curie in differing or row.pk in relinked:
            saved.updated.append(curie)
            changes = differing.get(curie, []) + (["links"] if row.pk in relinked else [])
            record_event(actor=actor, verb="update", obj=row, data={"changed": changes})
        else:
            saved.unchanged += 1
