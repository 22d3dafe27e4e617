"""Filling a portal quickly: copies of what is there, past the services, alike in all but what must be unique."""

from collections.abc import Callable
from itertools import count
from typing import Any

from django.db import models

from apps.accounts.models import Event, Notice, Subscription, User
from apps.catalogue.models import Entry, PublishedReference, PublishedTerm, TargetDossier
from apps.curation.models import BulkUpload, Comment, Flag, Record, ReReview, Submission
from apps.literature.models import Candidate, Reference, RetractionFinding, SavedSearch
from apps.vocabularies.models import Target, TargetRequest, Term, TermRequest

_NUMBERS = count(1)

#: What a copy has of its own, by its number.
OWN: dict[type[models.Model], Callable[[int], dict[str, Any]]] = {
    User: lambda n: {"username": f"grown{n}", "email": f"grown{n}@example.org", "orcid": ""},
    Notice: lambda n: {"key": f"grown {n}"},
    Event: lambda n: {"place": None, "previous": "", "digest": ""},
    Subscription: lambda n: {"key": f"TMEE:{5_000_000 + n}"},
    Reference: lambda n: {"pmid": 80_000_000 + n, "doi": f"10.1000/grown.{n}", "pmcid": None},
    RetractionFinding: lambda n: {},
    SavedSearch: lambda n: {"name": f"Grown {n}"},
    BulkUpload: lambda n: {"digest": f"{n:064x}"},
    Term: lambda n: {"curie": f"TMECS:{5_000_000 + n}"},
    Target: lambda n: {"curie": f"HGNC:{5_000_000 + n}"},
    PublishedReference: lambda n: {"id": 5_000_000 + n},
    PublishedTerm: lambda n: {"curie": f"CL:{5_000_000 + n}"},
    TargetDossier: lambda n: {"target": f"HGNC:{5_000_000 + n}", "sequence": 6_000_000 + n},
    Entry: lambda n: {"accession": f"TMEE:{5_000_000 + n}", "number": 5_000_000 + n, "sequence": 5_000_000 + n},
}
#: What a copy does not share with the one that it is a copy of.
COPIED_TOO: dict[type[models.Model], tuple[str, ...]] = {
    Submission: ("record",),
    ReReview: ("record",),
    Comment: ("thread",),
    Flag: ("raised_by",),
    Candidate: ("reference",),
    RetractionFinding: ("reference",),
    TermRequest: ("term",),
    TargetRequest: ("target",),
}


#: Whose a copy may be.
OWNERS = {
    Notice: "person",
    Subscription: "person",
    SavedSearch: "owner",
    BulkUpload: "uploaded_by",
    Submission: "submitter",
}


def grow(model: type[models.Model], more: int, *, owner: User) -> None:
    """So many more copies of the rows of a model, at least two of each: one the owner's, one whosever it was."""
    patterns = list(model._default_manager.order_by("pk"))
    assert patterns, f"There is no {model.__name__} to copy."
    for number in range(max(more, 2 * len(patterns))):
        is_owned = number // len(patterns) % 2
        copy(patterns[number % len(patterns)], **_owned(model, owner if is_owned else None))


def _owned(model: type[models.Model], owner: User | None) -> dict[str, Any]:
    return {f"{OWNERS[model]}_id": owner.pk} if owner and model in OWNERS else {}


def copy(one: models.Model, **changes: Any) -> models.Model:
    model, number = type(one), next(_NUMBERS)
    lists = {field: list(getattr(one, field.name).all()) for field in model._meta.many_to_many}
    values: dict[str, Any] = {
        field.attname: getattr(one, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    }
    for name in COPIED_TOO.get(model, ()):
        if (related := getattr(one, name)) is not None:
            values[model._meta.get_field(name).attname] = copy(related).pk
    if model is Record:
        values["accession"] = one.accession and f"TMEE:{5_000_000 + number}"
    values |= OWN.get(model, lambda n: {})(number) | changes
    made = model._default_manager.bulk_create([model(**values)])[0]
    for field, related in lists.items():
        getattr(made, field.name).set(related)
    return made
