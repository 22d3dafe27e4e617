"""Rows of a table are read by the form: as people write them, and never with a crash."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.curation.content import FIELD_NAMES
from apps.curation.forms import template
from apps.curation.forms.columns import BY_NAME, COLUMNS, recognised
from apps.curation.forms.content import ContentForm
from apps.curation.forms.rows import RowReader
from apps.curation.models import Submission
from apps.curation.rules import ANSWERABLE, check
from apps.curation.services import facts_for
from apps.curation.tables import Table, TableRow, UnreadableTable
from apps.vocabularies.choices import Vocabulary
from tests.factories.curation import ReferenceFactory, make_draft, make_terms
from tests.factories.vocabularies import TermFactory

pytestmark = pytest.mark.django_db


def read(**texts):
    return RowReader()(texts)


def sheet(*header, cells=("x",)):
    return recognised(Table("csv", header, (TableRow(2, cells),)))


def test_every_field_of_a_content_has_a_column_and_its_words():
    names = [column.name for column in COLUMNS]
    assert set(names) == (set(FIELD_NAMES) - {"answers"}) | {f"answer-{rule}" for rule in ANSWERABLE}
    assert all(column.label and column.help for column in COLUMNS)


@pytest.mark.parametrize("head", ["cell_types", "Cell types", " CELL-TYPES ", "cell types"])
def test_columns_are_known_by_name_and_label(head):
    assert sheet("reference", head).fields == ("reference", "cell_types")


def test_no_two_columns_go_by_the_same_word():
    assert sheet(*(column.label for column in COLUMNS)).fields == tuple(BY_NAME)


def test_a_column_that_stands_there_twice_is_refused():
    with pytest.raises(UnreadableTable, match="A and C, are both “Target”"):
        sheet("target", "role", "Target")


def test_cells_beyond_the_head_are_told():
    assert sheet("target", cells=("CSF1R", "", "x")).remarks == (
        "Cells from column B on have no head and are not read.",
    )


@pytest.mark.parametrize("typed", ["pro_tumour", "Pro-tumour", " PRO-TUMOUR "])
def test_choices_are_known_by_code_and_wording(typed):
    assert read(role=typed).content.role == "pro_tumour"


def test_a_choice_that_is_none_is_told_with_the_nearest_or_with_all():
    assert read(role="pro-tumor").problems == (
        ("role", "“pro-tumor” is none of its values. Did you mean “Pro-tumour”?"),
    )
    assert read(change="xyz").problems == (("change", "“xyz” is none of its values: Increased, Decreased, Unchanged."),)


def test_of_several_choices_each_is_read():
    found = read(quality="Replicated; controls; luck")
    assert found.content.quality == ("controls", "replication")
    assert [name for name, _ in found.problems] == ["quality"]


def test_an_effect_in_one_line_fills_its_neighbours():
    content = read(effect_value="HR 0.58 (95% CI 0.41–0.82), p=0.002").content
    assert (content.effect_measure, str(content.ci_low), content.p_value) == ("HR", "0.41", "0.002")


def test_the_example_of_the_template_passes_every_rule():
    make_terms()
    ReferenceFactory(pmid=25428505)
    found = RowReader()(template.EXAMPLE)
    assert found.problems == ()
    assert [one for one in check(found.content, facts_for(found.content)) if one.severity == "error"] == []


def test_a_submission_goes_out_and_comes_back_as_it_was():
    draft = make_draft(
        nct_ids=("NCT00000001", "NCT00000002"),
        datasets=("GSE1",),
        effect_measure="percent",
        effect_value="-12.5",
        mechanisms=("myeloid", "hypoxia"),
        answers=(("coherence", "Because: it was so."),),
        marker_panel="CD163+; MARCO+",
    )
    draft = Submission.objects.with_content().get(pk=draft.pk)
    texts = dict(zip(BY_NAME, template.texts_of(draft)[1:], strict=True))
    assert RowReader()(texts).content.canonical() == draft.content().canonical()


def test_what_a_row_says_is_what_the_form_would_read():
    make_terms()
    texts = {"target": "csf1r", "cell_types": "macrophage; T cell", "sample_size": "n = 12", "p_value": "p<0.001"}
    posted = QueryDict(mutable=True)
    posted.update(texts)
    form = ContentForm(Submission(), posted)
    form.is_valid()
    assert RowReader()(texts).content == form.content()


CELLS = st.text(max_size=40) | st.sampled_from(
    [
        "macrophage",
        "CSF1R",
        "PMID:1",
        "HR 0.5 (0.1-0.9)",
        "1,234",
        "NCT00000001;x",
        ";;",
        "CL:0000235",
        "NaN",
        "\x00",
        "%",
        "_",
    ]
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*BY_NAME]), CELLS, max_size=12))
def test_no_cell_crashes_the_reading(db, texts):
    found = RowReader()(texts)
    check(found.content, facts_for(found.content))


@pytest.mark.soak
@settings(deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*BY_NAME]), CELLS | st.text(max_size=5000), max_size=48))
def test_no_row_crashes_the_reading(db, texts):
    make_terms()
    TermFactory(vocabulary=Vocabulary.CANCER, label="macrophage")
    found = RowReader()(texts)
    check(found.content, facts_for(found.content))
