"""The form reads text as people write it, and keeps what it cannot read."""

from decimal import Decimal

import pytest
from django.http import QueryDict

from apps.curation.content import FIELD_NAMES, GROUPS
from apps.curation.forms import ContentForm, DecisionForm
from apps.curation.forms.guidance import HELP, OPTIONAL, SECTIONS
from apps.curation.forms.layout import remarks, sections, summary
from apps.curation.models import Submission
from apps.curation.rules import check
from apps.curation.services import facts_for, findings, save_draft
from apps.vocabularies.choices import TermStatus, Vocabulary
from tests.factories.curation import ReferenceFactory, SubmissionFactory, make_draft, make_terms
from tests.factories.vocabularies import TargetFactory, TermFactory

pytestmark = pytest.mark.django_db


def posted(**texts):
    data = QueryDict(mutable=True)
    for name, value in texts.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def read(submission=None, **texts):
    form = ContentForm(submission or SubmissionFactory(), posted(**texts))
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.58", "0.58"),
        ("0,58", "0.58"),
        ("0,582", "0.582"),
        ("0·58", "0.58"),
        (" −12 % ", "-12"),
        ("1 234.5", "1234.5"),
        ("1\u2009234.5", "1234.5"),
        ("1\u202f234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        (".5", "0.5"),
        ("1e-3", "0.001"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    assert read(effect_value=typed).content().effect_value == Decimal(number)


@pytest.mark.parametrize("typed", ["about 2", "1,234", "NaN", "Infinity", "1" * 30, "0.00000001", "10²", "--1", "٣"])
def test_a_number_that_cannot_be_read_for_sure_is_kept_as_typed(typed):
    form = read(effect_value=typed)
    assert form.content().effect_value is None
    assert form.unread == {"effect_value": typed}


def test_a_number_with_two_readings_is_asked_about():
    assert read(effect_value="1,234").problems("effect_value") == [
        "“1,234” can be read in two ways: write 1.234 or 1234."
    ]


@pytest.mark.parametrize(
    ("typed", "count"), [("120", 120), ("1 234", 1234), ("1,234", 1234), ("n = 12", 12), ("N=7", 7)]
)
def test_counts_are_read_as_people_write_them(typed, count):
    assert read(sample_size=typed).content().sample_size == count


@pytest.mark.parametrize("typed", ["0", "-3", "12.5", "many", "99999999999"])
def test_a_count_that_is_none_is_kept_as_typed(typed):
    form = read(sample_size=typed)
    assert form.content().sample_size is None
    assert form.unread == {"sample_size": typed}


@pytest.mark.parametrize(
    ("typed", "stored"), [("p = 0.03", "0.03"), ("P<0.001", "<0.001"), ("0,04", "0.04"), ("n.s.", "ns"), ("", "")]
)
def test_p_values_get_one_spelling(typed, stored):
    assert read(p_value=typed).content().p_value == stored


def test_an_effect_pasted_in_one_line_fills_its_neighbours():
    content = read(effect_value="HR 0.58 (95% CI 0.41–0.82), p=0.002").content()
    assert (content.effect_measure, content.effect_value) == ("HR", Decimal("0.58"))
    assert (content.ci_low, content.ci_high, content.p_value) == (Decimal("0.41"), Decimal("0.82"), "0.002")


def test_a_pasted_effect_does_not_overwrite_what_was_typed():
    assert read(effect_value="HR 0.58 (0.41–0.82)", ci_low="0.4").content().ci_low == Decimal("0.4")


def test_an_interval_in_the_wrong_order_is_kept_as_typed():
    form = read(ci_low="0.9", ci_high="0.4")
    assert form.content().ci_low is None
    assert form.unread == {"ci_low": "0.9"}


def test_trial_ids_are_found_in_any_spelling_and_the_rest_is_named():
    form = read(nct_ids="nct 02371369, NCT01358721; NCT02371369, ISRCTN1")
    assert form.content().nct_ids == ("NCT02371369", "NCT01358721")
    assert "“ISRCTN1” is not a trial id" in form.problems("nct_ids")[0]
    assert form.unread == {"nct_ids": "nct 02371369, NCT01358721; NCT02371369, ISRCTN1"}


def test_datasets_may_be_separated_by_anything():
    assert read(datasets="GSE123813, PRJNA482620\nGSE1;").content().datasets == ("GSE123813", "PRJNA482620", "GSE1")


@pytest.mark.parametrize(
    "typed",
    ["CL:0000235", "macrophage", "Macrophage", "macrophage (CL:0000235)", "macrophage (cl:0000235)", " macrophage ;"],
)
def test_a_term_is_found_by_id_or_label(typed):
    make_terms()
    assert read(cell_types=typed).content().cell_types == ("CL:0000235",)


def test_terms_are_separated_by_semicolons_or_lines():
    make_terms()
    assert read(cell_types="T cell; macrophage\nCL:0000084").content().cell_types == ("CL:0000084", "CL:0000235")


def test_a_term_is_found_by_synonym_but_its_own_label_comes_first():
    TermFactory(curie="CL:1", label="histiocyte", synonyms=["tissue macrophage", "alveolar cell"])
    TermFactory(curie="CL:2", label="alveolar cell")
    assert read(cell_types="tissue macrophage; alveolar cell").content().cell_types == ("CL:1", "CL:2")


def test_an_unknown_name_is_answered_with_names_much_like_it():
    make_terms()
    form = read(cell_types="macrofage; T cell")
    assert form.content().cell_types == ("CL:0000084",)
    assert form.problems("cell_types") == [
        "There is no cell type named “macrofage”. Did you mean macrophage (CL:0000235)?"
    ]
    assert form.unread == {"cell_types": "macrofage; T cell"}


def test_an_ambiguous_name_is_answered_with_the_candidates():
    TermFactory(curie="CL:1", label="resident histiocyte", synonyms=["histiocyte"])
    TermFactory(curie="CL:2", label="migratory histiocyte", synonyms=["histiocyte"])
    (problem,) = read(cell_types="histiocyte").problems("cell_types")
    assert problem.startswith("“histiocyte” names more than one cell type. Did you mean ")
    assert "resident histiocyte (CL:1)" in problem
    assert "migratory histiocyte (CL:2)" in problem


def test_an_obsolete_namesake_steps_back_but_is_found_by_its_id():
    TermFactory(curie="CL:1", label="clasmatocyte", obsolete=True)
    TermFactory(curie="CL:2", label="clasmatocyte")
    assert read(cell_types="clasmatocyte").content().cell_types == ("CL:2",)
    assert read(cell_types="CL:1").content().cell_types == ("CL:1",)


def test_a_pending_term_may_stand_in_a_draft():
    TermFactory(curie="TMECS:7", label="odd fibroblast", vocabulary=Vocabulary.CELL_STATE, status=TermStatus.PENDING)
    assert read(cell_states="odd fibroblast").content().cell_states == ("TMECS:7",)


def test_a_term_of_another_list_is_refused_by_naming_its_own():
    make_terms()
    assert read(cancers="CL:0000235").problems("cancers") == [
        "“CL:0000235” is not a cancer: CL:0000235 is a cell type."
    ]


def test_a_single_term_is_one():
    make_terms()
    form = read(species="Homo sapiens; Mus musculus")
    assert form.problems("species") == ["Name one species only."]
    assert form.unread == {"species": "Homo sapiens; Mus musculus"}
    assert form.content().species == ""


def test_a_target_is_found_by_symbol_former_symbol_and_id():
    TargetFactory(curie="HGNC:11131", symbol="ACKR3", former_symbols=["CXCR7"])
    for typed in ("ACKR3", "cxcr7", "HGNC:11131", "ACKR3 (HGNC:11131)"):
        assert read(target=typed).content().target == "HGNC:11131"


def test_a_merged_target_gives_its_heir():
    heir = TargetFactory(curie="HGNC:1", symbol="NEWER")
    TargetFactory(curie="HGNC:2", symbol="OLDER", merged_into=heir)
    assert read(target="HGNC:2").content().target == "HGNC:1"


@pytest.mark.parametrize(
    "typed", ["PMID:123", "pmid 123", "123", "10.1000/ABC", "https://doi.org/10.1000/abc", "pmc99"]
)
def test_a_reference_is_named_by_pmid_doi_or_pmcid(typed):
    reference = ReferenceFactory(pmid=123, doi="10.1000/abc", pmcid="PMC99")
    assert read(reference=typed).content().reference == reference.pk


def test_an_unknown_reference_is_kept_as_typed():
    assert read(reference="PMID:404").unread == {"reference": "PMID:404"}


def test_text_that_is_too_long_or_holds_odd_characters_is_not_lost():
    long = "x" * 601
    form = read(author_claim=long, summary="a\x00b\r\nc")
    assert form.unread == {"author_claim": long}
    assert form.content().summary == "ab\nc"


def test_no_field_cuts_what_is_pasted_into_it():
    assert "maxlength" not in str(ContentForm(SubmissionFactory())["author_claim"])


def test_codes_that_are_none_of_ours_are_kept_as_typed():
    form = read(level="Z", mechanisms=["myeloid", "magic"])
    assert form.content().level == ""
    assert form.unread == {"level": "Z", "mechanisms": "myeloid; magic"}


def test_ticked_codes_come_in_the_order_of_the_list():
    assert read(quality=["replication", "controls"]).content().quality == ("controls", "replication")


def test_what_is_stored_comes_back_unchanged_from_an_untouched_form():
    submission = make_draft(
        effect_measure="HR",
        effect_value=Decimal("0.580"),
        ci_low=Decimal("0.41"),
        ci_high=Decimal("0.82"),
        p_value="<0.001",
        sample_size=120,
        nct_ids=("NCT02371369",),
        tissue="UBERON:0001264",
    )
    submission = Submission.objects.with_content().get(pk=submission.pk)
    form = ContentForm(submission)
    texts = {name: form[name].value() for name in form.fields}
    again = read(submission, **texts)
    assert again.unread == {}
    assert again.content().digest() == submission.content().digest()


def test_unread_text_stands_in_the_field_again_with_its_problem():
    submission = SubmissionFactory()
    form = read(submission, effect_value="about 2")
    submission = save_draft(
        actor=submission.submitter, submission=submission, content=form.content(), unread=form.unread, edit_count=0
    )
    opened = ContentForm(submission)
    assert opened["effect_value"].value() == "about 2"
    assert opened.problems("effect_value") == ["“about 2” is not a number. Write it like 0.58 or 0,58."]


def test_answers_are_taken_for_the_rules_that_ask_and_kept_until_changed():
    submission = SubmissionFactory(answers={"coherence": "Earlier."})
    assert dict(read(submission).content().answers) == {"coherence": "Earlier."}
    typed = read(submission, **{"answer-coherence": "Because.", "answer-made-up": "x"})
    assert dict(typed.content().answers) == {"coherence": "Because."}
    assert dict(read(submission, **{"answer-coherence": ""}).content().answers) == {}


def test_every_field_of_the_content_stands_in_one_section_with_help():
    names = [name for group in GROUPS.values() for name in group]
    assert sorted(names) == sorted(set(FIELD_NAMES) - {"answers"})
    assert set(names) == set(ContentForm.base_fields) == set(HELP)
    assert set(GROUPS) == set(SECTIONS) == set(OPTIONAL)


def test_a_section_counts_what_is_to_fill_in_and_to_mend():
    submission = SubmissionFactory()
    form = read(submission, effect_value="about 2")
    found = {section.key: section for section in sections(form, remarks(form, findings(submission)))}
    assert found["claim"].to_fill_in == 5
    assert found["claim"].to_mend == 0
    assert found["outcome"].to_mend == 1


def test_the_summary_tells_problems_from_gaps():
    submission = SubmissionFactory()
    form = read(submission, target="nothing at all")
    told = summary(form, remarks(form, findings(submission)))
    assert [(anchor, label) for anchor, label, _ in told.problems] == [("id_target", "Target")]
    assert "target" not in {remark.field for remark in told.to_fill_in}
    assert not told.ready


def test_an_answered_question_no_longer_stands_in_the_way():
    submission = make_draft(change="increased")
    form = ContentForm(submission)
    (question,) = [remark for remark in remarks(form, findings(submission)) if remark.asks]
    assert question.open
    content = read(
        submission, **{name: form[name].value() for name in form.fields}, **{"answer-coherence": "Shown twice."}
    )
    (answered,) = [
        remark for remark in remarks(content, check(content.content(), facts_for(content.content()))) if remark.asks
    ]
    assert not answered.open
    assert answered.answer == "Shown twice."


def test_a_decision_reads_its_reason_without_characters_that_cannot_be_stored():
    form = DecisionForm({"reason": "Please\x00 cite the figure.\r\nThanks.", "content_hash": "x"})
    assert form.is_valid()
    assert form.cleaned_data["reason"] == "Please cite the figure.\nThanks."
