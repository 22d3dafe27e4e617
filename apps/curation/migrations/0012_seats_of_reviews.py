"""What is in review gets the seat of the editor who has it; what was ever submitted is in its first round."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone


def take_seats(apps, schema_editor):
    Submission = apps.get_model('curation', 'Submission')
    Review = apps.get_model('curation', 'Review')
    Submission.objects.filter(submitted_at__isnull=False, round=0).update(round=1)
    now = timezone.now()
    held = Submission.objects.filter(status='in_review', claimed_by__isnull=False).exclude(claimed_by=F('submitter'))
    Review.objects.bulk_create([
        Review(
            submission=one,
            round=one.round,
            number=1,
            editor_id=one.claimed_by_id,
            claimed_at=one.claimed_at or now,
            expires_at=one.claim_expires_at or now,
        )
        for one in held.filter(reviews=None).iterator()
    ], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0011_reviews'),
    ]

    operations = [
        # Back: the table goes with the migration before; the claims stand in the submissions as ever.
        migrations.RunPython(take_seats, migrations.RunPython.noop),
    ]
