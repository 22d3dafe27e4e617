"""Keep a usual reference in one piece (decision 0026).

Its two or three kilobytes are a little more than PostgreSQL puts into a row by itself, so nearly each was
tried to be compressed (in vain, mostly: an abstract is too short) and then moved to a second table. That was
a third of what storing a reference cost. Only what is larger than half a page is taken apart now.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("literature", "0001_squashed_0015_saved_searches")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE literature_reference SET (toast_tuple_target = 4080)",
            "ALTER TABLE literature_reference RESET (toast_tuple_target)",
        )
    ]
