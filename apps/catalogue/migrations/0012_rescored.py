"""When each target was scored last: what has a score now takes its place at the end of the feed."""

from django.db import migrations, models

_NUMBER = """
    UPDATE catalogue_targetdossier AS dossier
    SET sequence = turn.sequence + scored.place, rescored_at = dossier.changed_at
    FROM catalogue_revision AS turn,
        (SELECT id, row_number() OVER (ORDER BY id) AS place FROM catalogue_targetdossier WHERE tier <> '') AS scored
    WHERE scored.id = dossier.id;
    UPDATE catalogue_revision
    SET sequence = greatest(sequence, (SELECT coalesce(max(sequence), 0) FROM catalogue_targetdossier));
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0011_ranges")]

    operations = [
        migrations.AddField(
            "targetdossier",
            "sequence",
            models.BigIntegerField(
                null=True,
                unique=True,
                help_text="The number of the last change of its score or tier, in the feed of changes.",
            ),
        ),
        migrations.AddField("targetdossier", "rescored_at", models.DateTimeField(null=True)),
        migrations.AddField("targetdossier", "score_before", models.FloatField(default=0, db_default=0)),
        migrations.AddField(
            "targetdossier", "tier_before", models.CharField(max_length=20, blank=True, default="", db_default="")
        ),
        migrations.CreateModel(
            "GoneTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target", models.CharField(max_length=60, unique=True)),
                ("sequence", models.BigIntegerField(unique=True)),
                ("gone_at", models.DateTimeField()),
                ("score_before", models.FloatField()),
                ("tier_before", models.CharField(max_length=20)),
            ],
        ),
        migrations.RunSQL(_NUMBER, migrations.RunSQL.noop),
    ]
