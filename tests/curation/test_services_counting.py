"""How often terms and targets are used here."""

import pytest

from apps.curation import services
from apps.vocabularies.models import Target, Term, VocabularyRevision
from tests.factories.curation import make_draft, make_published

pytestmark = pytest.mark.django_db


def used(model=Term):
    return dict(model.objects.filter(usage__gt=0).values_list("curie", "usage"))


def test_entries_in_force_and_open_submissions_count(curator):
    published = make_published()
    draft = make_draft(curator)
    services.count_usage()
    (cell_type,) = published.cell_types.all()
    assert list(draft.cell_types.all()) == [cell_type]
    assert used()[cell_type.curie] == 2
    assert used(Target) == {published.target.curie: 2}
    services.withdraw(actor=curator, submission=draft)
    services.count_usage()
    assert used()[cell_type.curie] == 1


def test_counting_again_writes_nothing(curator):
    make_published()
    assert services.count_usage() > 0
    assert services.count_usage() == 0


def test_a_count_is_no_change_of_the_vocabularies(curator):
    make_published()
    before = VocabularyRevision.objects.get()
    services.count_usage()
    assert VocabularyRevision.objects.get().value == before.value


@pytest.mark.parametrize("count", [1, 3])
def test_takes_a_fixed_number_of_queries(curator, count, django_assert_num_queries):
    make_published()
    for _ in range(count):
        make_draft(curator)
    services.count_usage()
    make_draft(curator)
    with django_assert_num_queries(17):
        services.count_usage()
