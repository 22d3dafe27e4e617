"""Columns for filters by ranges, filled from the documents of the current versions."""

from django.db import migrations, models

_FILL = """
    UPDATE catalogue_entry AS entry
    SET year = (said->'study'->'reference'->>'year')::smallint,
        sample_size = (said->'outcome'->>'sample_size')::integer,
        effect_measure = coalesce(said->'outcome'->>'effect_measure', ''),
        effect = (said->'outcome'->>'effect_value')::double precision
    FROM (SELECT id, document::jsonb AS said FROM catalogue_entry) AS read
    WHERE read.id = entry.id
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_releases")]

    operations = [
        migrations.AddField("entry", "year", models.PositiveSmallIntegerField(null=True, help_text="Of the reference.")),
        migrations.AddField("entry", "sample_size", models.IntegerField(null=True)),
        migrations.AddField(
            "entry", "effect_measure", models.CharField(max_length=40, blank=True, default="", db_default="")
        ),
        migrations.AddField("entry", "effect", models.FloatField(null=True)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex("entry", models.Index(fields=["year"], name="entry_year")),
        migrations.AddIndex("entry", models.Index(fields=["sample_size"], name="entry_sample_size")),
        migrations.AddIndex("entry", models.Index(fields=["effect_measure", "effect"], name="entry_effect")),
    ]
