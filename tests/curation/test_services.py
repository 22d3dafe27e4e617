import pytest

from tests.factories.curation import make_published


@pytest.mark.django_db
def test_smoke():
    s = make_published()
    assert s.status == "approved"
    assert s.record.accession == "TMEE:0000001"
    from apps.catalogue.models import Entry

    print(Entry.objects.get().statement)
