"""Fills what is kept of the entries already published: stance and weight, tallies, combinations of targets."""

from itertools import groupby

from django.db import migrations

from apps.catalogue.contradictions import Claim
from apps.catalogue.document import as_it_stands
from apps.catalogue.services.combining import combinations_of
from apps.catalogue.services.tallying import settle_tallies

BATCH = 500


def fill(apps, schema_editor):
    entry_model = apps.get_model("catalogue", "Entry")
    combination_model = apps.get_model("catalogue", "TargetCombination")
    rows = entry_model.objects.order_by("target", "sequence").only("target", "status", "document", "retraction_state")
    for target, entries in groupby(rows.iterator(chunk_size=BATCH), key=lambda entry: entry.target):
        documents, changed = [], []
        for entry in entries:
            document = as_it_stands(entry.document, entry.retraction_state)
            claim = Claim.of(document)
            entry.stance, entry.weight = claim.stance, claim.weight
            changed.append(entry)
            if entry.status == "current":
                documents.append(document)
        entry_model.objects.bulk_update(changed, ["stance", "weight"], batch_size=BATCH)
        found = combinations_of(target, documents)
        combination_model.objects.bulk_create(
            (combination_model(**columns) for columns in found.values()), batch_size=BATCH
        )
    settle_tallies()
    # Dossiers of an older shape are written anew the next time that the catalogue follows the vocabularies.
    apps.get_model("catalogue", "Revision").objects.update(followed_to=None)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0008_kept_counts"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
