from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from apps.catalogue import services
from apps.catalogue.models import Entry, EntryVersion, PublishedReference, PublishedTerm, Revision, TargetDossier
from apps.core.exceptions import Refused
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, VEGFA, document, published, reference

pytestmark = pytest.mark.django_db


def test_publishing_shows_entry_version_dossier_reference_and_terms_together():
    version = services.publish(document())

    entry = Entry.objects.get()
    assert (entry.accession, entry.version, entry.status) == ("TMEE:0000001", 1, "current")
    assert entry.document == version.document
    assert entry.etag == "TMEE:0000001.1"
    assert TargetDossier.objects.get().entry_count == 1
    assert PublishedReference.objects.get().pk == 1
    assert set(PublishedTerm.objects.values_list("curie", "entry_count")) >= {("CL:0000625", 1), ("MONDO:0005105", 1)}
    assert Revision.objects.get().entry_count == 1


def test_numbers_are_published_exactly():
    text = services.publish(document()).document
    assert '"effect_value":4.06,' in text
    assert '"published_at":"2026-03-02T10:00:00Z"' in text


def test_accessions_count_upwards_without_gaps():
    with transaction.atomic():
        first = services.next_accession()
        with transaction.atomic():
            services.next_accession()
            transaction.set_rollback(True)
        second = services.next_accession()
    assert (first, second) == ("TMEE:0000001", "TMEE:0000002")


def test_a_revision_replaces_the_current_version_and_keeps_the_old_one():
    first = published()
    second = published(accession=first.accession, statement="Another statement.", cell_types=(MACROPHAGE,))

    assert second.version == 2
    assert second.sequence > first.sequence
    assert [version.number for version in EntryVersion.objects.all()] == [1, 2]
    assert Entry.objects.get().statement == "Another statement."
    assert not PublishedTerm.objects.filter(curie=CD8_T_CELL.id).exists()
    assert PublishedTerm.objects.get(curie=MACROPHAGE.id).entry_count == 1
    assert Revision.objects.get().entry_count == 1


def test_a_revision_may_move_to_another_target_and_reference():
    first = published()
    published(accession=first.accession, target=VEGFA, study__reference=reference(9))

    assert list(PublishedReference.objects.values_list("pk", flat=True)) == [9]
    assert list(TargetDossier.objects.values_list("target", flat=True)) == [VEGFA.id]


@pytest.mark.parametrize("number", [1, 3])
def test_a_version_out_of_turn_is_refused(number):
    entry = published()
    with pytest.raises(Refused) as refusal:
        services.publish(document(accession=entry.accession, version=number))
    assert refusal.value.code == "stale"


def test_a_tombstone_takes_no_new_version_and_counts_for_nothing():
    entry = published()
    services.retract(accession=entry.accession, reason="The reference was retracted.")

    entry.refresh_from_db()
    assert entry.status == "retracted"
    assert not PublishedTerm.objects.exists()
    assert not PublishedReference.objects.exists()
    assert not TargetDossier.objects.exists()
    assert Revision.objects.get().entry_count == 0
    with pytest.raises(Refused, match="takes no new version"):
        services.publish(document(accession=entry.accession, version=2))


def test_retraction_needs_a_reason_and_an_entry_in_force():
    entry = published()
    with pytest.raises(Refused, match="Say why"):
        services.retract(accession=entry.accession, reason=" ")
    with pytest.raises(Refused, match="no entry"):
        services.retract(accession="TMEE:9999999", reason="Wrong.")
    services.retract(accession=entry.accession, reason="Wrong.")
    with pytest.raises(Refused, match="retracted before"):
        services.retract(accession=entry.accession, reason="Again.")


def test_a_merged_entry_names_its_successor():
    one, other = published(), published()
    services.merge(accession=one.accession, successor=other.accession, reason="The same trial.")
    assert Entry.objects.get(accession=one.accession).successor == other
    with pytest.raises(Refused, match="cannot succeed"):
        services.merge(accession=other.accession, successor=one.accession, reason="Back again.")


def test_sequence_rises_with_every_change():
    first, second = published(), published()
    services.retract(accession=first.accession, reason="Wrong.")
    assert Entry.objects.get(pk=first.pk).sequence > Entry.objects.get(pk=second.pk).sequence


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_entryversion SET document = '{}'",
        "UPDATE catalogue_entryversion SET published_at = now()",
        "DELETE FROM catalogue_entryversion",
    ],
)
def test_the_database_refuses_to_alter_or_delete_a_version(statement):
    published()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(statement)
    assert EntryVersion.objects.get().document != "{}"


def test_a_rebuild_finds_what_publication_wrote():
    entry = published()
    published(accession=entry.accession, published_at=datetime.now(UTC) + timedelta(days=1))
    published(target=VEGFA)
    services.retract(accession=published().accession, reason="Wrong.")

    rebuilt = services.rebuild(check_only=True)

    assert rebuilt.equal, rebuilt.different


def test_a_rebuild_finds_and_mends_what_was_spoilt():
    entry = published()
    Entry.objects.update(statement="Spoilt", search=None)
    TargetDossier.objects.update(score=99)
    PublishedTerm.objects.update(entry_count=7)
    PublishedReference.objects.all().delete()

    assert not services.rebuild(check_only=True).equal
    assert Entry.objects.get().statement == "Spoilt"

    assert services.rebuild().different == {"entries": 1, "targets": 1, "references": 1, "terms": 4, "counters": 0}
    assert services.rebuild().equal
    assert Entry.objects.get().statement == entry.statement
