"""The real ontologies, where they are at hand: every one loads, as many terms as its manifest says, and once."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.accounts.models import Event
from apps.vocabularies.models import Gene, Term

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "ontologies"
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DATA.is_dir(), reason="The shared data is not at hand.")]


def manifest() -> list[dict[str, str]]:
    with (DATA / "MANIFEST.tsv").open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def load(name: str, capsys) -> dict:
    call_command("import_ontology", str(DATA / name), "--json")
    return json.loads(capsys.readouterr().out)


#: What the manifest counts otherwise: lines with comments, and a tree by its root.
COUNTED_OTHERWISE = {"gaf-eco-mapping.txt.gz", "oncotree_2025_10_03.json.gz"}


def test_everything_loads_and_a_second_time_nothing_changes(capsys):
    files = [row["file"] for row in manifest()]
    counts = {row["file"]: int(row["n_terms"]) for row in manifest()}
    # The codes only add to terms that are there.
    first = {name: load(name, capsys) for name in files}
    assert {name: told["rows"] for name, told in first.items() if name not in COUNTED_OTHERWISE} == {
        name: count for name, count in counts.items() if name not in COUNTED_OTHERWISE
    }
    before = Event.objects.exclude(object_type="ontologyload").count()
    again = {name: load(name, capsys) for name in files}
    assert {name: (told["created"], told["updated"]) for name, told in again.items()} == dict.fromkeys(files, (0, 0))
    assert Event.objects.exclude(object_type="ontologyload").count() == before
    assert Gene.objects.count() == 49013
    macrophage = Term.objects.get(curie="CL:0000235")
    assert macrophage.label == "macrophage"
    assert "CL:0000000" in Term.objects.ancestors_of(["CL:0000235"])["CL:0000235"]
