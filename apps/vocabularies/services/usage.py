"""How often terms and targets are used here: counted by the apps above, kept for the pickers to rank by."""

from collections.abc import Mapping

from django.db import models, transaction

from ..models import Target, Term


@transaction.atomic
def note_usage(*, terms: Mapping[str, int], targets: Mapping[str, int]) -> int:
    """Write these counts, by id; whatever is not named is not used. How many of them were others before."""
    return _note(Term, terms) + _note(Target, targets)


def _note(model: type[models.Model], counts: Mapping[str, int]) -> int:
    manager = model._default_manager
    rows = manager.filter(models.Q(usage__gt=0) | models.Q(curie__in=counts)).only("curie", "usage")
    changed = [row for row in rows if row.usage != counts.get(row.curie, 0)]  # type: ignore[attr-defined]
    for row in changed:
        row.usage = counts.get(row.curie, 0)  # type: ignore[attr-defined]
    manager.bulk_update(changed, ["usage"])
    return len(changed)
