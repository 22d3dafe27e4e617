"""The real ontologies, where they are at hand: every one loads, as many terms as its manifest says, and once."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.accounts.models import Event
from apps.vocabularies.models import Term

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "ontologies"
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DATA.is_dir(), reason="The shared data is not at hand.")]


#: What the manifest counts otherwise: lines with comments, and a tree by its root.
COUNTED_OTHERWISE = {"gaf-eco-mapping.txt.gz", "oncotree_2025_10_03.json.gz"}
LARGE = 5_000


def files() -> list[object]:
    """Every file with its number of terms; the large ones in the soak."""
    if not DATA.is_dir():
        return []
    with (DATA / "MANIFEST.tsv").open() as file:
        rows = [(row["file"], int(row["n_terms"])) for row in csv.DictReader(file, delimiter="\t")]
    return [
        pytest.param(name, count, id=name, marks=[pytest.mark.soak] if count > LARGE else []) for name, count in rows
    ]


def load(name: str, capsys) -> dict:
    call_command("import_ontology", str(DATA / name), "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("name", "count"), files())
def test_everything_loads_and_a_second_time_nothing_changes(name, count, capsys):
    first = load(name, capsys)
    assert first["rows"] == count or name in COUNTED_OTHERWISE
    before = Event.objects.exclude(object_type="ontologyload").count()
    again = load(name, capsys)
    assert (again["created"], again["updated"]) == (0, 0)
    assert again["unchanged"] == first["created"] + first["updated"] + first["unchanged"]
    assert Event.objects.exclude(object_type="ontologyload").count() == before


def test_three_syntaxes_of_one_ontology_say_the_same(capsys):
    told = [load(f"doid_DO_cancer_slim_2026-07-31.{syntax}.gz", capsys) for syntax in ("obo", "json", "owl")]
    assert [(each["created"], each["updated"]) for each in told] == [(730, 0), (0, 0), (0, 0)]
    lymphoma = Term.objects.get(curie="DOID:0050744")
    assert lymphoma.label == "anaplastic large cell lymphoma"
    assert "DOID:162" in Term.objects.ancestors_of([lymphoma.curie])[lymphoma.curie]
