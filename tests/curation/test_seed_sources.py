"""The seeds against the files that their facts were read from, where these are at hand.

``SEED_SOURCES`` names their folder: ``tme_targets_facts.tsv``, ``ontologies/``, ``references/``. The
files are not part of the project, so this belongs to the long searches.
"""

import csv
import gzip
import json
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from lxml import etree

from apps.curation.sources import read_seeds

FOLDER = os.environ.get("SEED_SOURCES", "")
SOURCES = Path(FOLDER)

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not FOLDER, reason="SEED_SOURCES names no folder with the files the seeds were read from"),
]


@pytest.fixture(scope="module")
def seeds():
    return read_seeds(Path(settings.BASE_DIR) / "seeds")


def table(name):
    return csv.DictReader((SOURCES / name).open(encoding="utf-8"), delimiter="\t")


def packed(name):
    return gzip.open(SOURCES / name, "rt", encoding="utf-8")


def one_line(element):
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip() if element is not None else ""


@pytest.fixture(scope="module")
def articles():
    """PMID → (title, abstract) of every PubMed record at hand."""
    found = {}
    for file in sorted((SOURCES / "references/pubmed_xml").glob("*.xml*")):
        if file.name.endswith(".json"):
            continue
        content = file.read_bytes()
        content = gzip.decompress(content) if file.suffix == ".gz" else content
        root = etree.fromstring(content, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
        for article in root.iter("PubmedArticle") if root is not None else ():
            pmid = int(article.findtext("MedlineCitation/PMID") or 0)
            texts = article.findall("MedlineCitation/Article/Abstract/AbstractText")
            title = one_line(article.find("MedlineCitation/Article/ArticleTitle"))
            found.setdefault(pmid, (title, " ".join(one_line(text) for text in texts)))
    return found


def test_targets_are_those_of_the_facts(seeds):
    facts = {
        row["hgnc_id"]: (row["hgnc_symbol"], row["gene_name"], row["uniprot_accession"], row["ncbi_gene_id"])
        for row in table("tme_targets_facts.tsv")
    }
    own = {
        target.curie: (
            target.symbol,
            target.name,
            dict(target.identifiers)["uniprot"],
            dict(target.identifiers)["ncbigene"],
        )
        for target in seeds.targets
    }
    assert own == facts


def test_cell_types_of_targets_are_those_of_the_facts(seeds):
    facts = {
        row["hgnc_id"]: set(re.findall(r"CL:\d{7}", row["cell_type_ids"])) for row in table("tme_targets_facts.tsv")
    }
    assert {target.curie: set(target.cell_types) for target in seeds.targets} == facts


@pytest.mark.parametrize(
    ("vocabulary", "file"),
    [("cell_type", "cl_v2026-03-26_cellxgene.json.gz"), ("tissue", "uberon_v2026-04-01_cellxgene.json.gz")],
)
def test_labels_and_parents_are_those_of_the_ontology(seeds, vocabulary, file):
    ontology = json.load(packed(f"ontologies/{file}"))
    for term in seeds.terms:
        if term.vocabulary == vocabulary:
            entry = ontology[term.curie]
            assert (term.label, entry["deprecated"]) == (entry["label"], False)
            assert all(entry["ancestors"][parent] == 1 for parent in term.parents)


def test_cancers_carry_their_official_labels(seeds):
    with packed("ontologies/doid_HumanDO_labels.tsv.gz") as lines:
        labels = {row["id"]: row["label"] for row in csv.DictReader(lines, delimiter="\t")}
    wrong = [term.curie for term in seeds.terms if term.vocabulary == "cancer" and labels[term.curie] != term.label]
    assert wrong == []


def test_titles_are_those_of_the_records(seeds, articles):
    seen = [citation for citation in seeds.citations if citation.pmid in articles]
    assert len(seen) > 40
    assert [citation.pmid for citation in seen if citation.title != articles[citation.pmid][0]] == []


def test_quotations_stand_in_the_abstract_word_for_word(seeds, articles):
    quoted = [record for record in seeds.records if record.fields.get("author_claim")]
    assert len(quoted) > 20
    assert [record.id for record in quoted if record.fields["author_claim"] not in articles[record.pmid][1]] == []


def test_figures_stand_in_the_abstract_or_in_civic(seeds, articles):
    """Every effect and interval of a record with its abstract at hand is printed there."""
    wrong = []
    for record in seeds.records:
        if record.pmid in articles:
            text = articles[record.pmid][1].replace("·", ".")
            for name in ("effect_value", "ci_low", "ci_high"):
                value = record.fields.get(name)
                if value is not None and str(abs(value)) not in text:
                    wrong.append((record.id, name, str(value)))
    assert wrong == []


def test_civic_items_are_about_the_same_publication(seeds):
    with packed("civic/civic_ClinicalEvidenceSummaries_2026.tsv.gz") as lines:
        items = {
            f"EID{row['evidence_id']}": row["citation_id"]
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        }
    for record in seeds.records:
        for item in re.findall(r"EID\d+", record.source):
            assert items[item] == str(record.pmid)
