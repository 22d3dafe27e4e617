"""Writing a ``Content`` into the columns of a submission, refusing what no column can hold."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from apps.core.exceptions import Refused
from apps.literature.models import Reference
from apps.vocabularies.models import Target, Term

from ..content import FIELD_NAMES, Content
from ..models import Submission

#: What PostgreSQL cannot keep in a text.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
UNREAD_LIMIT = 20_000
NOTE_LIMIT = 2000


def _is_terms(field: Any) -> bool:
    return field.related_model is Term


def changed_fields(submission: Submission, content: Content, unread: Mapping[str, str]) -> list[str]:
    """The names of the fields in which ``content`` differs from what is stored."""
    before, after = submission.content().canonical(), content.canonical()
    changed = [name for name in FIELD_NAMES if before[name] != after[name]]
    if submission.unread != dict(unread):
        changed.append("unread")
    return changed


def store(submission: Submission, content: Content, *, unread: Mapping[str, str]) -> None:
    """Write all of ``content``; ``Refused`` names the field that cannot be stored. Constant queries."""
    fields = {name: Submission._meta.get_field(name) for name in FIELD_NAMES}
    terms = _terms(content, fields)
    lists: dict[str, list[Term]] = {}
    for name, field in fields.items():
        value = getattr(content, name)
        if field.many_to_many:
            lists[name] = [terms[curie] for curie in dict.fromkeys(value)]
        elif _is_terms(field):
            setattr(submission, name, terms[value] if value else None)
        elif name == "target":
            submission.target = _target(value)
        elif name == "reference":
            submission.reference = _reference(value)
        else:
            setattr(submission, name, _plain(name, field, value))
    submission.unread = {_field(name): _text(name, text, UNREAD_LIMIT) for name, text in unread.items()}
    submission.duplicate_key = content.duplicate_key()
    plain = [name for name in FIELD_NAMES if not fields[name].many_to_many]
    submission.save(update_fields=[*plain, "unread", "duplicate_key"])
    for name, rows in lists.items():
        getattr(submission, name).set(rows)
    # A prefetched list would still show what stood there before.
    submission._prefetched_objects_cache = {}  # type: ignore[attr-defined]


def noted(submission: Submission, note: str) -> str:
    """The note on what a revision changes, fit to be stored."""
    note = _text("change_note", note.strip(), NOTE_LIMIT)
    if note and submission.based_on is None:
        raise Refused("Only a revision of a published entry tells what it changes.", field="change_note")
    return note


def _terms(content: Content, fields: Mapping[str, Any]) -> dict[str, Term]:
    named = {name: getattr(content, name) for name, field in fields.items() if _is_terms(field)}
    wanted = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in named.items() if value}
    curies = {_text(name, curie, 60) for name, value in wanted.items() for curie in value}
    found = {term.curie: term for term in Term.objects.filter(curie__in=curies)} if curies else {}
    for name, value in wanted.items():
        for curie in value:
            if curie not in found:
                raise Refused(f"There is no term {curie} in the vocabularies.", field=name)
    return found


def _target(curie: str) -> Target | None:
    if not curie:
        return None
    target = Target.objects.filter(curie=_text("target", curie, 60)).first()
    if target is None:
        raise Refused(f"There is no target {curie} in the vocabularies.", field="target")
    return target


def _reference(number: int | None) -> Reference | None:
    if number is None:
        return None
    reference = Reference.objects.standing_for(number) if 0 < number < 2**63 else None
    if reference is None:
        raise Refused(f"There is no reference {number}. Import it first.", field="reference")
    return reference


def _plain(name: str, field: Any, value: Any) -> Any:
    if name == "answers":
        return {_text(name, rule, 60): _text(name, answer, 4000) for rule, answer in value}
    if isinstance(field, ArrayField):
        return [_checked(name, field.base_field, item) for item in value]
    return _checked(name, field, value)


def _checked(name: str, field: Any, value: Any) -> Any:
    if isinstance(value, str):
        value = _text(name, value, field.max_length)
        if field.choices and value and value not in dict(field.flatchoices):
            raise Refused(f"“{value}” is none of the values of {field.verbose_name}.", field=name)
        return value
    if isinstance(value, Decimal) and not value.is_finite():
        raise Refused("This is not a number.", field=name)
    if value is not None and isinstance(field, (models.DecimalField, models.IntegerField)):
        try:
            return field.clean(value, None)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), field=name) from None
    return value


def _field(name: str) -> str:
    if name not in FIELD_NAMES:
        raise Refused(f"A submission has no field “{_UNSTORABLE.sub('', name)}”.")
    return name


def _text(name: str, value: str, limit: int | None) -> str:
    if _UNSTORABLE.search(value):
        raise Refused("The text holds a character that cannot be stored (NUL or half a pair).", field=name)
    if limit is not None and len(value) > limit:
        raise Refused(f"The text has {len(value)} characters; at most {limit} are possible.", field=name)
    return value
