"""Loading versions: looked at first, applied once, and nothing lost that curators added."""

import io

import pytest

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.vocabularies import services
from apps.vocabularies.choices import TargetClass
from apps.vocabularies.models import Gene, OntologyLoad, Target, Term

pytestmark = pytest.mark.django_db


def obo(day: str, *stanzas: str) -> bytes:
    body = "\n\n".join(f"[Term]\n{stanza}" for stanza in stanzas)
    return f"format-version: 1.2\ndata-version: releases/{day}\nontology: cl\n\n{body}\n".encode()


ROOT = "id: CL:1\nname: cell"
MACROPHAGE = 'id: CL:2\nname: macrophage\nis_a: CL:1\nsynonym: "histiocyte" EXACT []'


def load(content: bytes, *, name: str = "cl.obo", actor=None, prefixes=()) -> OntologyLoad:
    return services.load_now(actor=actor, file=io.BytesIO(content), file_name=name, prefixes=prefixes)


def counts(done: OntologyLoad) -> tuple[int, int, int]:
    return tuple(done.difference[name] for name in ("created", "updated", "unchanged"))


def test_a_first_load_creates_terms_with_their_links_and_history():
    assert counts(load(obo("2026-01-01", ROOT, MACROPHAGE))) == (2, 0, 0)
    term = Term.objects.get(curie="CL:2")
    assert (term.label, term.synonyms, term.vocabulary) == ("macrophage", ["histiocyte"], "cell_type")
    assert [parent.curie for parent in term.parents.all()] == ["CL:1"]
    assert [event.verb for event in Event.objects.of_object(term)] == ["create"]


def test_the_same_file_again_changes_nothing():
    load(obo("2026-01-01", ROOT, MACROPHAGE))
    before = Event.objects.filter(object_type="term").count()
    assert counts(load(obo("2026-01-01", ROOT, MACROPHAGE))) == (0, 0, 2)
    assert Event.objects.filter(object_type="term").count() == before


def test_a_preview_changes_nothing_and_says_what_would_change(editor):
    load(obo("2026-01-01", ROOT, MACROPHAGE, "id: CL:3\nname: monocyte\nis_a: CL:1"))
    newer = obo(
        "2026-02-01",
        ROOT,
        "id: CL:2\nname: tissue macrophage\nis_a: CL:3",
        "id: CL:3\nname: monocyte\nis_obsolete: true\nreplaced_by: CL:2",
        "id: CL:4\nname: mast cell\nis_a: CL:1",
    )
    shown = services.preview_load(actor=editor, file=io.BytesIO(newer), file_name="cl.obo")
    assert shown.difference["new"] == [["CL:4", "mast cell"]]
    assert shown.difference["renamed"] == [["CL:2", "macrophage", "tissue macrophage"]]
    assert shown.difference["obsoleted"] == [["CL:3", "monocyte", "CL:2"]]
    assert shown.difference["moved"][0] == ["CL:2", "tissue macrophage", ["CL:1"], ["CL:3"]]
    assert Term.objects.get(curie="CL:2").label == "macrophage"
    done = services.apply_load(actor=editor, load=shown)
    assert done.state == "applied"
    renamed = Term.objects.get(curie="CL:2")
    assert (renamed.label, renamed.synonyms) == ("tissue macrophage", ["histiocyte", "macrophage"])
    assert Term.objects.get(curie="CL:3").replaced_by == renamed


def test_an_older_version_only_fills_gaps():
    load(obo("2026-02-01", ROOT, MACROPHAGE))
    done = load(obo("2025-01-01", "id: CL:1\nname: Cell", "id: CL:2\nname: phagocyte", "id: CL:9\nname: forgotten"))
    assert counts(done) == (1, 0, 2)
    assert Term.objects.get(curie="CL:2").label == "macrophage"


def test_a_part_of_an_ontology_cuts_no_link_that_leads_out_of_it():
    load(obo("2026-01-01", ROOT, MACROPHAGE))
    load(obo("2026-02-01", "id: CL:2\nname: macrophage"))
    assert [parent.curie for parent in Term.objects.get(curie="CL:2").parents.all()] == ["CL:1"]


def test_synonyms_of_curators_survive_every_load():
    load(obo("2026-01-01", ROOT, MACROPHAGE))
    Term.objects.filter(curie="CL:2").update(synonyms=["histiocyte", "Mφ"])
    load(obo("2026-02-01", ROOT, MACROPHAGE))
    assert Term.objects.get(curie="CL:2").synonyms == ["histiocyte", "Mφ"]


def test_a_cell_never_lies_below_an_organ():
    content = obo(
        "2026-01-01", "id: UBERON:1\nname: lung", "id: CL:2\nname: macrophage\nrelationship: part_of UBERON:1"
    )
    load(content)
    assert Term.objects.ancestors_of(["CL:2"]) == {"CL:2": {"CL:2"}}


def test_a_part_of_an_organ_lies_below_it():
    load(obo("2026-01-01", "id: UBERON:1\nname: lung", "id: UBERON:2\nname: lobe\nrelationship: part_of UBERON:1"))
    assert Term.objects.ancestors_of(["UBERON:2"]) == {"UBERON:2": {"UBERON:1", "UBERON:2"}}


def test_a_prefix_narrows_the_load():
    content = obo("2026-01-01", ROOT, "id: GO:5\nname: secretion")
    assert counts(load(content, prefixes=["CL"])) == (1, 0, 0)
    assert not Term.objects.filter(curie="GO:5").exists()


def test_a_version_is_applied_once(editor):
    shown = services.preview_load(actor=editor, file=io.BytesIO(obo("2026-01-01", ROOT)), file_name="cl.obo")
    services.apply_load(actor=editor, load=shown)
    with pytest.raises(Refused, match="applied already"):
        services.apply_load(actor=editor, load=shown)
    with pytest.raises(Refused, match="applied already"):
        services.discard_load(actor=editor, load=shown)


def test_a_curator_loads_nothing(curator):
    with pytest.raises(Refused, match="Only editors"):
        services.preview_load(actor=curator, file=io.BytesIO(obo("2026-01-01", ROOT)), file_name="cl.obo")
    assert not OntologyLoad.objects.exists()


def test_what_cannot_be_read_is_refused_and_not_kept(editor):
    with pytest.raises(Refused, match="no ontology"):
        services.preview_load(actor=editor, file=io.BytesIO(b"nothing"), file_name="x.txt")
    assert not OntologyLoad.objects.exists()


def test_a_renamed_gene_renames_its_target_which_stays_the_same():
    head = "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tPrevious symbols\n"
    target = Target.objects.create(
        curie="HGNC:27962", symbol="TMEM173", name="old", classes=[TargetClass.OTHER], synonyms=["STING1", "MITA"]
    )
    done = load(f"{head}HGNC:27962\tSTING1\tstimulator\tApproved\tMITA\tTMEM173\n".encode(), name="hgnc.tsv")
    target.refresh_from_db()
    assert (target.symbol, target.former_symbols, target.synonyms) == ("STING1", ["TMEM173"], ["MITA"])
    assert done.difference["targets"] == [["HGNC:27962", "TMEM173", "STING1"]]
    assert Gene.objects.get().previous == ["TMEM173"]
    assert [event.verb for event in Event.objects.of_object(target)] == ["rename"]
