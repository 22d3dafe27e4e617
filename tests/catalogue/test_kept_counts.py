"""What is kept of the entries (tallies, combinations, stance and weight) is what the entries say."""

import random
from datetime import UTC, datetime
from importlib import import_module

import orjson
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue import services
from apps.catalogue.contradictions import Claim
from apps.catalogue.document import as_it_stands
from apps.catalogue.models import Entry, Tally, TargetCombination, TargetDossier
from apps.catalogue.querysets import facets_of, facets_of_all
from apps.catalogue.services.dossiers import MOST_ENTRIES
from tests.factories.catalogue import (
    CD8_T_CELL,
    HUMAN,
    MACROPHAGE,
    MELANOMA,
    PD1,
    VEGFA,
    published,
    reference,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
STEPS = (*["publish"] * 4, "revise", "retract", "merge", "reference", "review")


def anything(chance):
    """Changes to a document, from few values, so that entries meet in their combinations."""
    return {
        "target": chance.choice([PD1, VEGFA]),
        "cell_types": chance.choice([(), (CD8_T_CELL,), (CD8_T_CELL, MACROPHAGE)]),
        "cancers": chance.choice([(), (MELANOMA,)]),
        "intervention": chance.choice(["", "none", "inhibit"]),
        "outcome__change": chance.choice(["increased", "decreased", "unchanged"]),
        "evidence__direction": chance.choice(["supports", "contradicts", "no_effect", "inconclusive"]),
        "evidence__level": chance.choice(["", "A", "D1"]),
        "study__species": chance.choice([None, HUMAN]),
        "study__reference": reference(chance.randint(1, 4)),
    }


def live_through(steps, seed):
    """So many changes of any kind to a catalogue."""
    chance = random.Random(seed)
    for _ in range(steps):
        current = list(Entry.objects.current().values_list("accession", flat=True))
        one = chance.choice(current) if current else None
        match (
            chance.choice(["publish"] * 4 + ["revise", "retract", "merge", "reference", "review"]) if one else "publish"
        ):
            case "publish":
                published(**anything(chance))
            case "revise":
                published(accession=one, **anything(chance))
            case "retract":
                services.retract(accession=one, reason="Wrong.")
            case "merge" if len(current) > 1:
                other = chance.choice([each for each in current if each != one])
                services.merge(accession=one, successor=other, reason="The same.")
            case "reference":
                services.note_retraction(accession=one, state=chance.choice(["retracted", "corrected"]))
            case "review":
                services.put_under_review(accession=one, reason="Looked at.", at=NOW)


def assert_kept_right():
    rebuilt = services.rebuild(check_only=True)
    assert rebuilt.equal, rebuilt.different
    entries = Entry.objects.current()
    assert facets_of_all(Tally.objects.all(), entries) == facets_of(entries)
    columns = ("document", "retraction_state", *Claim.COLUMNS)
    for text, state, *kept in entries.values_list(*columns):
        claim, (target, cells, cancers) = Claim.of_columns(*kept), (kept[1], kept[7], kept[9])
        assert claim == Claim.of(
            as_it_stands(text, state), target=target, cell_types_within=cells, cancers_within=cancers
        )


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_what_is_kept_is_what_a_rebuild_finds(seed):
    live_through(25, seed)
    assert_kept_right()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_through_long_lives_too(seed):
    live_through(150, seed)
    assert_kept_right()


def test_a_migration_fills_it_for_entries_published_before():
    live_through(12, seed=7)
    Entry.objects.update(stance="", weight=0)
    Tally.objects.all().delete()
    TargetCombination.objects.all().delete()

    import_module("apps.catalogue.migrations.0009_fill_kept_counts").fill(apps, None)

    assert_kept_right()


def test_publishing_asks_and_writes_no_more_about_a_target_of_many_entries():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            published()
        return len(queries), len(TargetDossier.objects.get().document)

    for _ in range(MOST_ENTRIES + 5):
        published()
    at_first, size = cost()
    for _ in range(30):
        published()
    later, later_size = cost()

    assert later <= at_first
    assert later_size < size * 1.05


def test_a_dossier_has_the_first_of_everything_and_counts_the_rest(client):
    for _ in range(MOST_ENTRIES + 3):
        published()
    dossier = orjson.loads(TargetDossier.objects.get().document)
    (combination,) = dossier["combinations"]
    assert dossier["entry_count"] == combination["contribution_count"] == MOST_ENTRIES + 3
    assert len(dossier["entries"]) == MOST_ENTRIES
    assert dossier["entries"][-1]["accession"] == Entry.objects.latest("sequence").accession
    assert len(combination["contributions"]) == 20

    answer = client.get(f"/api/v1/targets/{PD1.id}/combinations/").json()
    (whole,) = answer["results"]
    assert len(whole["contributions"]) == whole["contribution_count"] == MOST_ENTRIES + 3
    assert whole["contributions"][:20] == combination["contributions"]
    assert whole["cell_type"] == {"id": CD8_T_CELL.id, "label": CD8_T_CELL.label}
    page = client.get(f"/targets/{PD1.id}/").content.decode()
    assert "8 more entries of fewer points" in page


def test_combinations_of_no_target_are_not_found(client):
    assert client.get("/api/v1/targets/HGNC:1/combinations/").status_code == 404
    published()
    assert client.get(f"/api/v1/targets/{PD1.id}/combinations/?intervention=nonsense").status_code == 400
    assert client.get(f"/api/v1/targets/{PD1.id}/combinations/?format=tsv").content.count(b"\n") == 2
