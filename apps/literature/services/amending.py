"""What curators correct or fill in by hand; no import ever takes it back."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..choices import ReferenceType, RetractionState, Source
from ..formats.citation import LONGEST, MOST_ITEMS
from ..formats.texts import FORBIDDEN
from ..models import Reference, TextBacklog
from ..permissions import may_amend
from .merging import changes, gravest
from .writing import SEARCHED, lock_references

#: What can be amended; identity, authors and indexing terms are the sources' business.
AMENDABLE = (
    *("title", "abstract", "journal", "year", "volume", "issue", "pages"),
    *("reference_type", "nct_ids", "retraction_state"),
)
FIRST_YEAR, LAST_YEAR = 1500, 2999
_TRIAL = re.compile(r"NCT\d{8}")


def edition_of(reference: Reference) -> str:
    """A short name for what the reference says now in the fields that can be amended."""
    return hashlib.sha256(orjson.dumps(_values(reference))).hexdigest()[:16]


@transaction.atomic
def amend_reference(
    *, actor: User, reference: Reference, values: Mapping[str, Any], edition: str, reason: str = ""
) -> Reference:
    """Give a reference these values, which are a curator's from now on, whatever an import says.

    ``edition`` is the one that the values were written over. Refused: as ``stale`` when the reference
    says something else by now; a retraction state that is not more serious than the one known, or
    without a reason; a value that nobody could mean.
    """
    may_amend(actor).require()
    with connection.cursor() as cursor:
        lock_references(cursor)  # and only then the row, as those do who import
    reference = Reference.objects.select_for_update(of=("self",)).get(pk=reference.pk)
    if reference.merged_into_id:
        raise Refused("This reference was merged into another one: correct that one.", code="state")
    if edition_of(reference) != edition:
        raise Refused(
            "This reference was changed after you opened it. Nothing of what you typed is lost: "
            "compare it with what is stored now, and save again.",
            code="stale",
        )
    before = _values(reference)
    after = before | {name: _checked(name, value) for name, value in values.items() if name in AMENDABLE}
    changed = changes(before, after)
    if not changed:
        return reference
    _check_state(before["retraction_state"], after["retraction_state"], reason)
    for name in changed:
        setattr(reference, name, after[name])
        reference.provenance[name] = Source.CURATOR.value
    reference.changed_at = timezone.now()
    reference.save(update_fields=[*changed, "provenance", "changed_at"])
    if not changed.keys().isdisjoint(SEARCHED):
        TextBacklog.objects.create(reference_ids=[reference.pk])
    raised = "retraction_state" in changed
    record_event(
        actor=actor,
        verb="retraction state" if raised else "amend",
        obj=reference,
        from_state=before["retraction_state"] if raised else "",
        to_state=after["retraction_state"] if raised else "",
        reason=reason.strip(),
        data={"changed": changed},
    )
    return reference


def _values(reference: Reference) -> dict[str, Any]:
    return {name: getattr(reference, name) for name in AMENDABLE}


def _check_state(before: str, after: str, reason: str) -> None:
    if before == after:
        return
    if gravest(before, after) == before:
        known = RetractionState(before).label.lower()
        raise Refused(f"The paper is known as {known}; that can only become more serious.", field="retraction_state")
    if not reason.strip():
        raise Refused("Say where this is known from.", field="reason")


def _checked(name: str, value: Any) -> Any:
    if name == "year":
        if value is not None and not FIRST_YEAR <= value <= LAST_YEAR:
            raise Refused(f"The year is between {FIRST_YEAR} and {LAST_YEAR}.", field=name)
        return value
    if name == "nct_ids":
        return _trials(value)
    if name in {"reference_type", "retraction_state"}:
        kinds: list[str] = (ReferenceType if name == "reference_type" else RetractionState).values
        if value not in kinds:
            raise Refused("This is none of the values to choose from.", field=name)
        return str(value)
    lines = (" ".join(line.split()) for line in FORBIDDEN.sub("", value).splitlines())
    text = ("\n" if name == "abstract" else " ").join(line for line in lines if line)
    if name == "title" and not text:
        raise Refused("A reference needs a title.", field=name)
    if len(text) > LONGEST[name]:
        raise Refused(f"The {name} has {len(text):,} characters; at most {LONGEST[name]:,} are possible.", field=name)
    return text


def _trials(values: list[str]) -> list[str]:
    trials = list(dict.fromkeys(value.strip().upper() for value in values if value.strip()))
    for trial in trials:
        if not _TRIAL.fullmatch(trial):
            raise Refused(f"“{trial[:40]}” is no trial id: they look like NCT01234567.", field="nct_ids")
    if len(trials) > MOST_ITEMS:
        raise Refused(f"At most {MOST_ITEMS:,} trials are possible.", field="nct_ids")
    return trials
