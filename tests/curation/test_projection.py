"""What is published is what was approved: ids with labels, names, and nothing of the review."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.catalogue.document import Person, ReferenceRef, TargetRef, TermRef
from apps.curation import services
from apps.curation.content import FIELD_NAMES, Content
from apps.curation.projection import statement, to_document
from tests.factories.accounts import CuratorFactory, EditorFactory
from tests.factories.curation import ReferenceFactory, SubmissionFactory, complete_content, make_draft, make_terms

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(submission, **changes):
    given = {"accession": "TMEE:0000007", "version": 3, "published_at": AT, "reviewed_by": []}
    return to_document(submission, **given | changes)


def test_every_field_arrives():
    reference = ReferenceFactory(
        pmid=1234,
        doi="10.1000/x",
        authors=[{"family": "Lovelace", "given": "Ada"}, {"collective": "The Group"}, {"family": "Noether"}, {}],
    )
    submission = make_draft(
        reference=reference.pk,
        tissue="UBERON:0001264",
        process="GO:0042116",
        cancer_stage="IV",
        line_of_therapy="first",
        disease_setting="metastatic",
        comparator="vehicle",
        effect_measure="HR",
        effect_value=Decimal("0.58"),
        ci_low=Decimal("0.41"),
        ci_high=Decimal("0.82"),
        p_value="<0.001",
        sample_size=24,
        nct_ids=("NCT07654321", "NCT01234567"),
        datasets=("GSE1",),
        cohort_key="COHORT",
        claim_place_detail="2",
        marker_panel="CD68",
    )

    made = document(submission)

    assert (made.accession, made.version, made.published_at) == ("TMEE:0000007", 3, AT)
    assert made.target == TargetRef(
        id="HGNC:2433", symbol="CSF1R", name="colony stimulating factor 1 receptor", kind="gene", classes=("myeloid",)
    )
    assert made.cell_types == (TermRef("CL:0000235", "macrophage"),)
    assert made.cell_states == (TermRef("TMECS:0000001", "tumour-associated macrophage"),)
    assert made.cancers == (TermRef("DOID:3498", "pancreatic ductal adenocarcinoma"),)
    assert made.tissue == TermRef("UBERON:0001264", "pancreas")
    assert made.process == TermRef("GO:0042116", "macrophage activation")
    assert made.therapies == (TermRef("CHEMBL:CHEMBL3813873", "pexidartinib"),)
    assert asdict(made.outcome) == {
        "type": "tumour_growth",
        "change": "decreased",
        "effect_measure": "HR",
        "effect_value": Decimal("0.58"),
        "ci_low": Decimal("0.41"),
        "ci_high": Decimal("0.82"),
        "p_value": "<0.001",
        "sample_size": 24,
    }
    assert (made.evidence.type, made.evidence.level, made.evidence.direction) == ("therapeutic", "D1", "supports")
    assert made.evidence.methods == (TermRef("ECO:0000268", "flow cytometry evidence"),)
    assert made.study.species == TermRef("NCBITaxon:10090", "Mus musculus")
    assert made.study.nct_ids == ("NCT01234567", "NCT07654321")
    assert made.study.reference == ReferenceRef(
        id=reference.pk,
        pmid=1234,
        doi="10.1000/x",
        pmcid=None,
        title=reference.title,
        journal="Journal of Examples",
        year=2021,
        authors=("Ada Lovelace", "The Group", "Noether"),
        reference_type="article",
        retraction_state="none",
    )
    plain = {"cancer_stage", "line_of_therapy", "disease_setting", "comparator", "role", "intervention", "compartment"}
    assert {name: getattr(made, name) for name in plain} == {
        name: getattr(submission.content(), name) for name in plain
    }
    assert made.text.marker_panel == "CD68"
    assert made.statement == statement(submission)


def test_nothing_of_the_review_is_published():
    secret = "between the editor and me"
    submission = make_draft(change="increased", answers=(("coherence", secret),), nct_waiver="asked the editor")
    submission.unread = {"p_value": "some secret"}

    text = json.dumps(document(submission).as_dict(), default=str)

    for hidden in (secret, "secret", "asked the editor", submission.submitter.username, submission.submitter.email):
        assert hidden not in text


def test_people_are_credited_by_name_and_orcid_the_submitter_first():
    submitter = CuratorFactory(name="Zoe Zander", orcid="0000-0002-1825-0097")
    helper, editor = CuratorFactory(name="Abe Able", orcid=""), EditorFactory(name="Edda Editor", orcid="")
    submission = make_draft(submitter)
    submission.co_editors.add(helper)

    made = document(submission, reviewed_by=[editor])

    assert made.curated_by == (
        Person(name="Zoe Zander", orcid="0000-0002-1825-0097"),
        Person(name="Abe Able", orcid=""),
    )
    assert made.reviewed_by == (Person(name="Edda Editor", orcid=""),)


def test_one_therapy_is_published_as_single():
    assert document(make_draft(therapy_relation="")).therapy_relation == "single"
    none = make_draft(therapies=(), therapy_relation="", evidence_type="mechanistic")
    assert document(none).therapy_relation == ""


def test_optional_things_may_be_missing():
    submission = make_draft(methods=(), species="", cell_states=())

    made = document(submission)

    assert (made.tissue, made.process, made.study.species, made.evidence.methods) == (None, None, None, ())


def test_every_field_of_the_content_is_published_but_those_of_the_review():
    make_terms()
    left_out = {"answers", "nct_waiver"}
    renamed = {"outcome": "type", "evidence_type": "type"}
    names = set()

    def collect(plain):
        for name, value in plain.items():
            names.add(name)
            if isinstance(value, dict):
                collect(value)

    collect(document(make_draft()).as_dict())

    assert {renamed.get(name, name) for name in FIELD_NAMES if name not in left_out} <= names
    assert not left_out & names


def test_statement_of_an_unfinished_draft(curator):
    empty = SubmissionFactory()
    begun = services.start(actor=curator)
    content = complete_content(outcome="", change="", therapies=())
    services.save_draft(actor=curator, submission=begun, content=content, edit_count=0)
    begun.refresh_from_db()

    assert empty.content() == Content()
    assert statement(empty) == ""
    assert statement(begun).startswith("Inhibiting CSF1R in tumour-associated macrophages of the tumour stroma")
