"""What happens to an entry after its publication: beside its document, never in it."""

from datetime import UTC, datetime

import orjson
import pytest
from django.db import IntegrityError, transaction

from apps.catalogue import services
from apps.catalogue.models import Entry, EntryVersion, PublishedReference, TargetDossier
from apps.core.exceptions import Refused
from tests.factories.catalogue import published, reference

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
WHY = "The publication was retracted on 3 May 2026."


def dossier():
    return orjson.loads(TargetDossier.objects.get().document)


def test_a_retraction_takes_the_weight_and_leaves_the_document():
    entry, other = published(), published()
    before = dossier()["score"]

    after = services.note_retraction(accession=entry.accession, state="retracted")

    assert after.document == entry.document == EntryVersion.objects.get(entry=entry).document
    assert after.retraction_state == "retracted"
    lines = {line["accession"]: line for line in dossier()["combinations"][0]["contributions"]}
    assert dossier()["score"] < before
    assert lines[entry.accession]["reason"] == "the reference was retracted"
    assert lines[other.accession]["points"] > 0


def test_the_publication_shows_what_it_has_become():
    entry = published(study__reference=reference(7))
    published(study__reference=reference(8))
    services.note_retraction(accession=entry.accession, state="expression_of_concern")
    states = {
        pk: orjson.loads(text)["retraction_state"]
        for pk, text in PublishedReference.objects.values_list("pk", "document")
    }
    assert states == {7: "expression_of_concern", 8: "none"}


def test_a_review_begins_is_taken_further_and_ends():
    entry = published()
    begun = services.put_under_review(accession=entry.accession, reason=WHY, at=AT)
    later = AT.replace(hour=12)
    further = services.put_under_review(accession=entry.accession, reason="Worse still.", at=later)
    assert (begun.review_reason, further.review_reason, further.under_review_since) == (WHY, "Worse still.", AT)
    assert list(Entry.objects.under_review()) == [entry]

    upheld = services.uphold(accession=entry.accession, reason="The figure was not affected.", at=later)

    assert (upheld.under_review_since, upheld.upheld_at) == (None, later)
    assert not Entry.objects.under_review().exists()
    tags = [entry.etag, begun.etag, further.etag, upheld.etag]
    assert len(set(tags)) == 4
    assert entry.sequence < begun.sequence < further.sequence < upheld.sequence


def test_a_new_version_begins_afresh():
    entry = published()
    services.note_retraction(accession=entry.accession, state="retracted")
    services.put_under_review(accession=entry.accession, reason=WHY, at=AT)

    revised = published(accession=entry.accession, study__reference=reference(9))

    assert revised.since_publication is None
    assert revised.etag == f"{entry.accession}.2"
    assert dossier()["score"] > 0


def test_a_rebuild_keeps_what_happened_since():
    entry = published()
    services.note_retraction(accession=entry.accession, state="retracted")
    services.put_under_review(accession=entry.accession, reason=WHY, at=AT)
    rebuilt = services.rebuild(check_only=True)
    assert rebuilt.equal, rebuilt.different


def test_only_what_is_in_force_is_reviewed_and_only_what_is_reviewed_is_upheld():
    entry = published()
    with pytest.raises(Refused, match="not under re-review"):
        services.uphold(accession=entry.accession, reason="It stands.", at=AT)
    with pytest.raises(Refused, match="Say why"):
        services.put_under_review(accession=entry.accession, reason=" ", at=AT)
    services.retract(accession=entry.accession, reason="Wrong.")
    for verb in (services.put_under_review, services.uphold):
        with pytest.raises(Refused, match="no entry"):
            verb(accession=entry.accession, reason=WHY, at=AT)
    with pytest.raises(Refused, match="no entry"):
        services.note_retraction(accession=entry.accession, state="retracted")


@pytest.mark.parametrize("columns", [{"under_review_since": AT}, {"upheld_at": AT}])
def test_the_database_asks_for_a_reason_too(columns):
    published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(**columns)
