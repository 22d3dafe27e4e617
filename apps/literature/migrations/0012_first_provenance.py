"""Say of references from before provenance was kept where they came from: a file of PubMed's, or the seeds."""

from django.db import migrations

FIRST = """
    UPDATE literature_reference SET provenance = jsonb_build_object('*', CASE
        WHEN EXISTS (SELECT FROM literature_sourcerecord WHERE reference_id = literature_reference.id) THEN 'pubmed'
        ELSE 'seed' END)
    WHERE provenance = '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("literature", "0011_triage")]

    operations = [migrations.RunSQL(FIRST, migrations.RunSQL.noop)]
