from django.db import migrations


class Migration(migrations.Migration):
    """The triggers fill ``search`` when a row is written: write those that were there before, once."""

    dependencies = [
        ('vocabularies', '0003_ontologies'),
    ]

    operations = [
        migrations.RunSQL(
            [
                "UPDATE vocabularies_term SET label = label",
                "UPDATE vocabularies_target SET symbol = symbol",
            ],
            migrations.RunSQL.noop,
        ),
    ]
