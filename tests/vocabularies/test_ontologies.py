"""Every syntax gives the same terms, and what cannot be read is told in words."""

import gzip
import io
import json

import pytest

from apps.vocabularies import ontologies
from apps.vocabularies.ontologies import OntologyTerm, UnreadableOntology, hgnc

OBO = """format-version: 1.2
data-version: cl/releases/2026-01-02/cl.owl
ontology: cl

[Term]
id: CL:0000001
name: phagocyte
def: "A cell that \\"eats\\"." [GOC:x]
synonym: "eater" EXACT []
synonym: "scavenger" RELATED [PMID:1]
xref: FMA:1 {source="x"}

[Term]
id: CL:0000002
name: macrophage
is_a: CL:0000001 ! phagocyte
relationship: part_of UBERON:0000001 {all_only="true"} ! tissue
relationship: develops_from CL:0000003

[Term]
id: CL:0000003
name: obsolete old cell
is_obsolete: true
replaced_by: CL:0000002

[Typedef]
id: part_of
"""
WANT = (
    OntologyTerm(
        curie="CL:0000001",
        label="phagocyte",
        definition='A cell that "eats".',
        synonyms=("eater",),
        related_synonyms=("scavenger",),
        xrefs=("FMA:1",),
    ),
    OntologyTerm(curie="CL:0000002", label="macrophage", parents=("CL:0000001",), wholes=("UBERON:0000001",)),
    OntologyTerm(curie="CL:0000003", label="obsolete old cell", obsolete=True, replaced_by="CL:0000002"),
)
P = "http://purl.obolibrary.org/obo/"
GRAPH = {
    "graphs": [
        {
            "id": f"{P}cl.owl",
            "meta": {"version": f"{P}cl/releases/2026-01-02/cl.owl"},
            "nodes": [
                {
                    "id": f"{P}CL_0000001",
                    "lbl": "phagocyte",
                    "type": "CLASS",
                    "meta": {
                        "definition": {"val": 'A cell that "eats".'},
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "eater"},
                            {"pred": "hasRelatedSynonym", "val": "scavenger"},
                        ],
                        "xrefs": [{"val": "FMA:1"}],
                    },
                },
                {"id": f"{P}CL_0000002", "lbl": "macrophage", "type": "CLASS"},
                {
                    "id": f"{P}CL_0000003",
                    "lbl": "obsolete old cell",
                    "type": "CLASS",
                    "meta": {
                        "deprecated": True,
                        "basicPropertyValues": [{"pred": f"{P}IAO_0100001", "val": f"{P}CL_0000002"}],
                    },
                },
                {"id": f"{P}BFO_0000050", "lbl": "part of", "type": "PROPERTY"},
            ],
            "edges": [
                {"sub": f"{P}CL_0000002", "pred": "is_a", "obj": f"{P}CL_0000001"},
                {"sub": f"{P}CL_0000002", "pred": f"{P}BFO_0000050", "obj": f"{P}UBERON_0000001"},
            ],
        }
    ]
}
OWL = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:obo="{P}"
  xmlns:oboInOwl="http://www.geneontology.org/formats/oboInOwl#">
  <owl:Ontology rdf:about="{P}cl.owl"><owl:versionIRI rdf:resource="{P}cl/releases/2026-01-02/cl.owl"/></owl:Ontology>
  <owl:Class rdf:about="{P}CL_0000001">
    <rdfs:label>phagocyte</rdfs:label><obo:IAO_0000115>A cell that "eats".</obo:IAO_0000115>
    <oboInOwl:hasExactSynonym>eater</oboInOwl:hasExactSynonym>
    <oboInOwl:hasRelatedSynonym>scavenger</oboInOwl:hasRelatedSynonym>
    <oboInOwl:hasDbXref>FMA:1</oboInOwl:hasDbXref>
  </owl:Class>
  <owl:Class rdf:about="{P}CL_0000002">
    <rdfs:subClassOf rdf:resource="{P}CL_0000001"/>
    <rdfs:subClassOf><owl:Restriction><owl:onProperty rdf:resource="{P}BFO_0000050"/>
      <owl:someValuesFrom rdf:resource="{P}UBERON_0000001"/></owl:Restriction></rdfs:subClassOf>
    <rdfs:label>macrophage</rdfs:label>
  </owl:Class>
  <owl:Class rdf:about="{P}CL_0000003">
    <rdfs:label>obsolete old cell</rdfs:label><owl:deprecated>true</owl:deprecated>
    <obo:IAO_0100001 rdf:resource="{P}CL_0000002"/>
  </owl:Class>
</rdf:RDF>"""


def read(content: str | bytes) -> ontologies.Ontology:
    return ontologies.read(io.BytesIO(content.encode() if isinstance(content, str) else content))


@pytest.mark.parametrize("content", [OBO, json.dumps(GRAPH), OWL], ids=["obo", "obographs", "owl"])
def test_every_syntax_gives_the_same_terms(content):
    ontology = read(content)
    assert ontology.terms == WANT
    assert ontology.rows == 3
    assert ontology.date.isoformat() == "2026-01-02"
    assert read(gzip.compress(content.encode())).terms == WANT


def test_a_package_of_its_own_kind_is_read():
    ontology = read(
        json.dumps(
            {
                "CL:0000002": {
                    "label": "macrophage",
                    "ancestors": {"CL:0000001": 1, "CL:0000000": 2},
                    "synonyms": ["histiocyte"],
                    "deprecated": False,
                }
            }
        )
    )
    assert [(term.parents, term.synonyms) for term in ontology.terms] == [(("CL:0000001",), ("histiocyte",))]


def test_a_tree_of_tumours_is_read_to_its_leaves():
    leaf = {"code": "LUAD", "name": "Lung Adenocarcinoma", "externalReferences": {"NCI": ["C3512"]}, "children": {}}
    tree = {"LUNG": {"code": "LUNG", "name": "Lung", "externalReferences": {}, "children": {"LUAD": leaf}}}
    assert [(term.curie, term.parents, term.xrefs) for term in read(json.dumps(tree)).terms] == [
        ("ONCOTREE:LUNG", (), ()),
        ("ONCOTREE:LUAD", ("ONCOTREE:LUNG",), ("NCI:C3512",)),
    ]


def test_a_table_of_labels_names_parents_by_label():
    table = 'id\tlabel\tsubClassOf\n"DOID:1"\t"cancer"\t""\n"DOID:2"\t"carcinoma"\t"cancer"\n'
    assert [(term.curie, term.parents) for term in read(table).terms] == [("DOID:1", ()), ("DOID:2", ("DOID:1",))]


def test_a_term_that_comes_twice_counts_once_and_is_told():
    ontology = read(OBO + "\n[Term]\nid: CL:0000001\nname: again\n")
    assert [term.label for term in ontology.terms] == ["phagocyte", "macrophage", "obsolete old cell"]
    assert ontology.problems == ("CL:0000001 stands in the file twice; the first was taken.",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no ontology"),
        ("hello", "no ontology"),
        ('{"a": 1}', "no ontology"),
        ('{"graphs": [', "damaged or cut off"),
        ('{"graphs": []}', "no terms"),
        (OWL[:700], "not well-formed XML"),
        (gzip.compress(OBO.encode())[:60], "damaged"),
        ("format-version: 1.2\n\n[Term]\nname: nameless\n", "no terms"),
    ],
)
def test_what_is_no_ontology_is_told_in_words(content, says):
    with pytest.raises(UnreadableOntology, match=says):
        read(content)


def test_no_entity_is_expanded():
    bomb = OWL.replace("<rdf:RDF", '<!DOCTYPE x [<!ENTITY e "boom">]><rdf:RDF', 1).replace("macrophage", "&e;")
    labels = [term.label for term in read(bomb).terms]
    assert "boom" not in labels


def test_the_hgnc_table_gives_genes_with_all_their_names():
    table = (
        "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tPrevious symbols\tUniProt ID\n"
        "HGNC:27962\tSTING1\tstimulator of interferon response\tApproved\tSTING, MITA\tTMEM173\tQ86WV6\n"
        "HGNC:1\tOLD1\told\tEntry Withdrawn\t\t\t\n"
    )
    assert hgnc.recognises(table)
    sting, old = hgnc.read(table)
    assert (sting.symbol, sting.aliases, sting.previous, sting.approved) == (
        "STING1",
        ("STING", "MITA"),
        ("TMEM173",),
        True,
    )
    assert not old.approved
