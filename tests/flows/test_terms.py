"""Looking for a term in a real browser, and asking for one that is missed."""

import pytest
from playwright.sync_api import expect

from apps.curation.models import Submission
from apps.vocabularies.models import Term, TermRequest
from tests.factories.curation import make_draft
from tests.factories.vocabularies import TermFactory

from .views import NARROW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(curator):
    TermFactory(curie="CL:0000057", label="fibroblast")
    return make_draft(curator, cell_types=(), cell_states=(), summary="")


@pytest.fixture
def form(page, live_server, sign_in, curator, draft):
    sign_in(page, curator)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server}/workbench/submissions/{draft.pk}/edit/")
    return page


def states(draft):
    return [term.curie for term in Submission.objects.get(pk=draft.pk).cell_states.all()]


def ask(page):
    page.get_by_label("Definition").fill("A fibroblast with LRRC15.")
    page.get_by_label("Why it is needed").fill("The paper is about them.")
    page.get_by_role("button", name="Ask for it and go on").click()


def test_a_hit_tells_what_it_is_and_the_list_fits_a_phone(form):
    Term.objects.filter(curie="CL:0000235").update(
        definition="A mononuclear phagocyte of tissues. " * 8, synonyms=["histiocyte"], usage=12
    )
    form.set_viewport_size(NARROW)
    form.get_by_role("combobox", name="Cell types").press_sequentially("histio")
    hit = form.get_by_role("option", name="macrophage")
    for told in ("used 12 times", "CL:0000235", "histiocyte", "A mononuclear phagocyte"):
        expect(hit).to_contain_text(told)
    assert form.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert hit.bounding_box()["width"] <= NARROW["width"]


def test_a_missed_term_is_asked_for_from_the_list_and_comes_back_into_its_field(form, draft):
    form.get_by_label("Your assessment").fill("Typed before asking.")
    form.get_by_text("More details, where they apply: cell states").click()
    form.get_by_role("combobox", name="Cell states").press_sequentially("LRRC15 fibroblast")
    expect(form.get_by_text("Nothing found under")).to_be_visible()
    form.locator("#field-cell_states .picker-ask").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("Ask for a cell state")
    expect(form.get_by_label("Name", exact=True)).to_have_value("LRRC15 fibroblast")
    parent = form.get_by_role("combobox", name="Kind of")
    parent.press_sequentially("fibro")
    expect(form.get_by_role("option", name="fibroblast")).to_be_visible()
    parent.press("Enter")
    ask(form)
    expect(form.locator("#field-cell_states")).to_contain_text("is not decided on yet")
    expect(form.get_by_label("Your assessment")).to_have_value("Typed before asking.")
    expect(form.locator("[data-kept]")).to_be_hidden()
    assert states(draft) == [TermRequest.objects.get().term.curie]


def test_leaving_a_picker_moves_nothing_under_the_mouse(form, draft):
    Submission.objects.filter(pk=draft.pk).update(
        species=TermFactory(curie="NCBITaxon:1", vocabulary="species", label="an animal of a long name")
    )
    form.set_viewport_size(NARROW)
    form.reload()
    field = form.locator("#field-species")
    field.get_by_role("combobox").focus()
    height = field.bounding_box()["height"]
    form.get_by_label("Your assessment").focus()
    assert field.bounding_box()["height"] == height


def test_the_same_works_without_script(browser, live_server, sign_in, curator, draft):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, curator)
    page.goto(f"{live_server}/workbench/submissions/{draft.pk}/edit/")
    page.get_by_text("More details, where they apply: cell states").click()
    page.get_by_label("Cell states").fill("LRRC15 fibroblast")
    page.get_by_label("Your assessment").fill("Typed before asking.")
    page.get_by_role("button", name="Ask for a cell state").click()
    page.get_by_label("Kind of").fill("fibroblast")
    ask(page)
    assert states(draft) == [TermRequest.objects.get().term.curie]
    expect(page.get_by_label("Your assessment")).to_have_value("Typed before asking.")
    context.close()
