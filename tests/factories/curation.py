"""Submissions for tests: ``complete_content()`` passes every rule, and the makers go through the services."""

from dataclasses import replace

import factory

from apps.accounts.services import make_conflict_statement
from apps.curation import services
from apps.curation.content import Content
from apps.curation.models import Record, Submission
from apps.literature.models import Reference
from apps.vocabularies.choices import Vocabulary
from apps.vocabularies.models import Target, Term
from tests.factories.accounts import CuratorFactory, EditorFactory

ABSTRACT = "Blocking CSF1R depleted macrophages and slowed tumour growth in mice."

#: The terms that ``complete_content`` names.
TERMS = {
    "CL:0000235": (Vocabulary.CELL_TYPE, "macrophage"),
    "CL:0000084": (Vocabulary.CELL_TYPE, "T cell"),
    "TMECS:0000001": (Vocabulary.CELL_STATE, "tumour-associated macrophage"),
    "DOID:3498": (Vocabulary.CANCER, "pancreatic ductal adenocarcinoma"),
    "CHEMBL:CHEMBL3813873": (Vocabulary.THERAPY, "pexidartinib"),
    "CHEMBL:CHEMBL888": (Vocabulary.THERAPY, "gemcitabine"),
    "NCBITaxon:10090": (Vocabulary.SPECIES, "Mus musculus"),
    "NCBITaxon:9606": (Vocabulary.SPECIES, "Homo sapiens"),
    "ECO:0000268": (Vocabulary.METHOD, "flow cytometry evidence"),
    "ECO:0000295": (Vocabulary.METHOD, "RNA-sequencing evidence"),
    "UBERON:0001264": (Vocabulary.TISSUE, "pancreas"),
    "GO:0042116": (Vocabulary.PROCESS, "macrophage activation"),
}


class ReferenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reference

    pmid = factory.Sequence(lambda n: 70_000_000 + n)
    title = factory.Sequence(lambda n: f"A study of the microenvironment, part {n}")
    abstract = ABSTRACT
    journal = "Journal of Examples"
    year = 2021
    authors = factory.LazyFunction(lambda: [{"family": "Lovelace", "given": "Ada", "collective": ""}])
    content_hash = b"\x00" * 32


def make_terms() -> None:
    """The terms and the target that ``complete_content`` names; those already there stay."""
    Term.objects.bulk_create(
        [Term(curie=curie, vocabulary=vocabulary, label=label) for curie, (vocabulary, label) in TERMS.items()],
        ignore_conflicts=True,
    )
    Target.objects.get_or_create(
        curie="HGNC:2433",
        defaults={"symbol": "CSF1R", "name": "colony stimulating factor 1 receptor", "classes": ["myeloid"]},
    )


def complete_content(**changes) -> Content:
    """A content that passes every rule, about a new reference unless ``reference`` is given."""
    make_terms()
    if "reference" not in changes:
        changes["reference"] = ReferenceFactory().pk
    content = Content(
        target="HGNC:2433",
        compartment="stroma",
        component="immune_cells",
        cell_types=("CL:0000235",),
        cell_states=("TMECS:0000001",),
        cancers=("DOID:3498",),
        mechanisms=("myeloid",),
        role="pro_tumour",
        intervention="inhibit",
        therapies=("CHEMBL:CHEMBL3813873",),
        therapy_relation="single",
        outcome="tumour_growth",
        change="decreased",
        evidence_type="therapeutic",
        direction="supports",
        level="D1",
        quality=("controls",),
        attribution="systemic_cell_readout",
        methods=("ECO:0000268",),
        system="syngeneic",
        species="NCBITaxon:10090",
        immune_competence="competent",
        stage="preclinical",
        author_claim="depleted macrophages and slowed tumour growth",
        claim_place="abstract",
        summary="Inhibition of CSF1R slowed the growth of orthotopic tumours.",
    )
    return replace(content, **changes)


class SubmissionFactory(factory.django.DjangoModelFactory):
    """An empty draft, made past the services; for content and states use the makers below."""

    class Meta:
        model = Submission

    record = factory.LazyFunction(Record.objects.create)
    submitter = factory.SubFactory(CuratorFactory)


def make_draft(submitter=None, **changes) -> Submission:
    submitter = submitter or CuratorFactory()
    submission = services.start(actor=submitter)
    return services.save_draft(
        actor=submitter, submission=submission, content=complete_content(**changes), edit_count=submission.edit_count
    )


def make_submitted(submitter=None, **changes) -> Submission:
    draft = make_draft(submitter, **changes)
    return services.submit(actor=draft.submitter, submission=draft)


def make_editor(editor=None):
    """An editor with a conflict statement in force."""
    editor = editor or EditorFactory()
    make_conflict_statement(person=editor, text="none")
    return editor


def make_in_review(submitter=None, editor=None, **changes) -> Submission:
    """Submitted, and claimed by an editor whose statement is in force."""
    return services.claim(actor=make_editor(editor), submission=make_submitted(submitter, **changes))


def make_published(submitter=None, editor=None, **changes) -> Submission:
    """Approved by as many reviewers as it needs, ``editor`` the first of them."""
    return publish(make_submitted(submitter, **changes), editor, reason="Well shown.")


def make_revision(accession, submitter=None, *, note="Put right.", submit=True, **changes) -> Submission:
    """A revision of a published entry that changes what is given; submitted, unless it is to stay a draft."""
    submitter = submitter or CuratorFactory()
    make_terms()
    draft = services.start(actor=submitter, revises=accession)
    content = replace(draft.content(), **changes)
    draft = services.save_draft(actor=submitter, submission=draft, content=content, edit_count=0, change_note=note)
    return services.submit(actor=submitter, submission=draft) if submit else draft


def publish(submission, editor=None, *, reason="") -> Submission:
    """Claim and approve what was submitted, with as many reviewers as it needs."""
    reviewer = make_editor(editor)
    while True:
        submission = services.claim(actor=reviewer, submission=submission)
        decide(submission, reviewer, "approve", reason=reason)
        submission = Submission.objects.get(pk=submission.pk)
        if submission.status == "approved":
            return submission
        reviewer = make_editor()


def decide(submission, editor, verb, **changes):
    """The verdict of a reviewer on what stands there now."""
    given = {"reason": "Because."} | changes
    return getattr(services, verb)(
        actor=editor, submission=submission, **{"content_hash": submission.content_hash} | given
    )
