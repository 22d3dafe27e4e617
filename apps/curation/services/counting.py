"""How often terms and targets are named by entries in force and by open submissions, for the pickers to rank by."""

from collections import Counter
from typing import Any

from django.db.models import Count

from apps.catalogue.models import PublishedTerm, TargetDossier
from apps.vocabularies.models import Target, Term
from apps.vocabularies.services import note_usage

from ..models import Submission


def count_usage() -> int:
    """Count anew; of how many terms and targets the count is another one than before.

    A fixed number of queries, none of which goes through the entries: the catalogue keeps their counts.
    """
    opened = Submission.objects.open()
    terms: Counter[str] = Counter(
        dict(PublishedTerm.objects.filter(direct_count__gt=0).values_list("curie", "direct_count"))
    )
    targets: Counter[str] = Counter(dict(TargetDossier.objects.with_entries().values_list("target", "entry_count")))
    for field in Submission._meta.get_fields():
        if field.concrete and field.related_model is Term:
            terms.update(_grouped(opened, f"{field.name}__curie"))
        elif field.concrete and field.related_model is Target:
            targets.update(_grouped(opened, f"{field.name}__curie"))
    return note_usage(terms=terms, targets=targets)


def _grouped(rows: Any, name: str) -> dict[str, int]:
    """Rows by what they name."""
    counted = rows.order_by().filter(**{f"{name}__isnull": False}).values_list(name)
    return dict(counted.annotate(count=Count("pk", distinct=True)))
