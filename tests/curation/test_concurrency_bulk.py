"""Two clicks, two workers, two tables at the same moment: each row still becomes one draft. Threads on PostgreSQL."""

import pytest

from apps.curation import services
from apps.curation.forms.rows import RowReader
from apps.curation.models import BulkUpload, Submission
from tests.factories.accounts import CuratorFactory
from tests.factories.bulk import checked, csv_of, row, sent
from tests.races import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clicks_begin_once_and_several_workers_make_each_draft_once():
    person = CuratorFactory()
    upload = checked(person, *(row() for _ in range(45)))
    results = at_once(*[lambda: services.draft_bulk(actor=person, upload=upload)] * 3)
    assert [refusal.code for refusal in refusals(results)] == ["state"] * 2
    at_once(*[lambda: services.work_on_bulk(upload.pk, read=RowReader())] * 3)
    services.work_on_bulk(upload.pk, read=RowReader())
    assert Submission.objects.count() == 45
    assert upload.rows.exclude(submission=None).count() == 45


def test_the_same_table_sent_by_two_clicks_is_kept_once():
    person = CuratorFactory()
    content = csv_of(row(), row())
    at_once(*[lambda: sent(person, content=content)] * 4)
    assert BulkUpload.objects.count() == 1
    assert BulkUpload.objects.get().rows.count() == 2
