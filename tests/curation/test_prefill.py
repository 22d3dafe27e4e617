"""What a paper offers to a draft about it: what it names, in which sentence, how often, and where it belongs."""

import pytest
from django.http import QueryDict

from apps.curation.content import Content
from apps.curation.forms import ContentForm
from apps.curation.forms.offering import offered, taken_back, taken_over
from apps.curation.prefill import FIELDS, found_in
from apps.vocabularies.mentions.dictionary import KINDS
from tests.factories.curation import ReferenceFactory, SubmissionFactory, make_draft, make_terms

pytestmark = pytest.mark.django_db

TITLE = "CSF1R in tumor-associated macrophages of pancreatic ductal adenocarcinoma"
ABSTRACT = (
    "BACKGROUND: Macrophages shape the stroma (NCT02371369). RESULTS: Pexidartinib, e.g. with gemcitabine, depleted "
    "macrophages in mice. Macrophages returned after 4 weeks."
)


@pytest.fixture
def reference():
    make_terms()
    return ReferenceFactory(title=TITLE, abstract=ABSTRACT, nct_ids=["NCT02371369", "NCT01358721"])


def suggestions(reference):
    return {one.value: one for one in found_in(reference).suggestions}


def test_every_kind_of_mention_has_a_field_of_the_content():
    assert set(KINDS) < set(FIELDS)
    assert set(FIELDS.values()) <= {name for name in ContentForm.base_fields if hasattr(Content(), name)}


def test_what_the_paper_names_comes_with_its_first_sentence_and_how_often(reference):
    macrophage = suggestions(reference)["CL:0000235"]
    assert (macrophage.label, macrophage.field, macrophage.count) == ("macrophage", "cell_types", 3)
    assert not macrophage.in_title
    assert macrophage.sentence == "BACKGROUND: Macrophages shape the stroma (NCT02371369)."
    assert macrophage.pieces == [
        ("BACKGROUND: ", False),
        ("Macrophages", True),
        (" shape the stroma (NCT02371369).", False),
    ]


def test_an_abbreviation_does_not_end_the_sentence(reference):
    gemcitabine = suggestions(reference)["CHEMBL:CHEMBL888"]
    assert gemcitabine.sentence.startswith("RESULTS: Pexidartinib, e.g. with gemcitabine, depleted")


def test_what_only_the_title_names_comes_with_the_title(reference):
    target = suggestions(reference)["HGNC:2433"]
    assert (target.in_title, target.count, target.sentence) == (True, 1, TITLE)
    assert target.pieces[0] == ("CSF1R", True)


def test_trials_come_from_the_text_and_from_the_list_of_the_reference(reference):
    found = suggestions(reference)
    assert found["NCT02371369"].sentence.endswith("(NCT02371369).")
    assert (found["NCT01358721"].count, found["NCT01358721"].sentence) == (0, "")
    assert found["NCT01358721"].field == "nct_ids"


def test_what_the_title_names_stands_first_then_what_is_named_most():
    make_terms()
    reference = ReferenceFactory(title="On T cells", abstract="Macrophages; macrophages; pexidartinib; human T cells.")
    assert [one.label for one in found_in(reference).suggestions] == ["T cell", "macrophage", "pexidartinib"]


def test_places_of_the_mentions_are_those_in_title_and_in_abstract(reference):
    found = found_in(reference)
    assert {one.text for one in found.title} >= {"CSF1R", "pancreatic ductal adenocarcinoma"}
    assert all(TITLE[one.start : one.end] == one.text for one in found.title)
    assert all(ABSTRACT[one.start : one.end] == one.text for one in found.abstract)


def test_a_paper_without_abstract_offers_what_its_title_names():
    make_terms()
    found = found_in(ReferenceFactory(title="Macrophages", abstract=""))
    assert [one.sentence for one in found.suggestions] == ["Macrophages"]
    assert found_in(ReferenceFactory(title="Nothing", abstract="")).suggestions == []


# --- in the form --------------------------------------------------------------------------------


def test_offers_are_grouped_by_field_and_know_what_is_chosen(reference):
    draft = make_draft(reference=reference.pk, therapies=())
    groups = {group.field: group for group in offered(ContentForm(draft), found_in(reference).suggestions)}
    assert list(groups) == [name for name in FIELDS.values() if name in groups]
    assert [offer.taken for offer in groups["target"].offers] == [True]
    assert [offer.taken for offer in groups["therapies"].offers] == [False, False]
    assert (groups["target"].single, groups["cell_types"].single, groups["nct_ids"].single) == (True, False, False)
    assert groups["cell_types"].offers[0].text == "macrophage (CL:0000235)"


def test_typed_text_counts_as_chosen_before_it_is_saved(reference):
    typed = QueryDict("cell_types=macrophage (CL:0000235)&nct_ids=NCT01358721,NCT02371369")
    form = ContentForm(SubmissionFactory(reference=reference), typed)
    offers = {
        offer.suggestion.value: offer.taken
        for group in offered(form, found_in(reference).suggestions)
        for offer in group.offers
    }
    assert offers["CL:0000235"]
    assert offers["NCT01358721"]
    assert not offers["HGNC:2433"]


@pytest.mark.parametrize(
    ("value", "typed", "over", "back"),
    [
        ("CL:0000235", "", "macrophage (CL:0000235)", ""),
        ("CL:0000235", "T cell; odd", "T cell; odd; macrophage (CL:0000235)", "T cell; odd"),
        ("HGNC:2433", "PDCD1 (HGNC:8760)", "CSF1R (HGNC:2433)", ""),
        ("NCT01358721", "NCT02371369", "NCT02371369; NCT01358721", "NCT02371369"),
    ],
)
def test_taking_over_adds_or_replaces_and_can_be_undone(reference, value, typed, over, back):
    suggestion = suggestions(reference)[value]
    data = QueryDict(mutable=True)
    data[suggestion.field] = typed
    after = taken_over(data, suggestion)
    assert after[suggestion.field] == over
    assert taken_over(after, suggestion)[suggestion.field] == over
    assert taken_back(after, suggestion)[suggestion.field] == back
    assert data[suggestion.field] == typed
