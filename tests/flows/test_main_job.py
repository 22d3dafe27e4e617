"""The portal's main job in a real browser: from signing up to pulling the approved entry with a token."""

import re

import httpx2 as httpx
import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.accounts.services import make_conflict_statement
from apps.catalogue.models import Entry
from apps.literature.models import ImportRun
from apps.literature.services import run_import
from tests.factories.accounts import AdministratorFactory, EditorFactory
from tests.factories.curation import make_terms

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long and quiet sentence"
ABSTRACT = "Blocking CSF1R depleted macrophages and slowed tumour growth in mice."
CITATION = f"""<?xml version="1.0" encoding="UTF-8"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation>
  <PMID Version="1">99000001</PMID>
  <Article><Journal><Title>Journal of Examples</Title>
    <JournalIssue><PubDate><Year>2024</Year></PubDate></JournalIssue></Journal>
    <ArticleTitle>Macrophages as a target in mice</ArticleTitle>
    <Abstract><AbstractText>{ABSTRACT}</AbstractText></Abstract>
    <AuthorList><Author><LastName>Lovelace</LastName><ForeName>Ada</ForeName></Author></AuthorList>
    <PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>
  </Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


def sign_in_by_form(page: Page, address: str, username: str, password: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Username or e-mail address").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_up(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/signup/")
    page.get_by_label("E-mail address").fill("nora@lab.example")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("Full name").fill("Nora Newcomer")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("e-mail", re.IGNORECASE))
    link = re.search(r"https?://\S+/accounts/confirm-email/\S+", mail.outbox[-1].body)
    assert link, mail.outbox[-1].body
    page.goto(re.sub(r"^https?://[^/]+", address, link[0]))
    page.get_by_role("main").get_by_role("button", name=re.compile("Confirm")).click()


def apply_for_the_curators_role(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/role/")
    page.get_by_label("Full name").fill("Nora Newcomer")
    page.get_by_label("Affiliation").fill("Institute of Examples")
    page.get_by_label("ORCID iD").fill("0000-0002-1825-0097")
    page.get_by_label("Why you want to take part").fill("I read about macrophages.")
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("waiting for an answer").first).to_be_visible()


def test_from_signing_up_to_pulling_the_entry(page, context, live_server, sign_in):
    address = live_server.url
    make_terms()
    administrator = AdministratorFactory()
    editor = EditorFactory(name="Edda Editor")
    make_conflict_statement(person=editor, text="none")

    sign_up(page, address)
    sign_in_by_form(page, address, "nora", PASSWORD)
    apply_for_the_curators_role(page, address)
    nora = User.objects.get(username="nora")

    sign_in(page, administrator)
    page.goto(f"{address}/accounts/people/")
    page.get_by_role("button", name="Grant the role").click()
    nora.refresh_from_db()
    assert nora.is_curator

    # Import: the task is a doorbell; the test rings by hand.
    sign_in(page, nora)
    page.goto(f"{address}/workbench/imports/new/")
    page.locator("input[type=file]").set_input_files(
        {"name": "macrophages.xml", "mimeType": "text/xml", "buffer": CITATION.encode()}
    )
    page.get_by_role("main").get_by_role("button", name=re.compile("Import|Upload")).click()
    run = ImportRun.objects.get()
    run_import(run.pk)
    page.goto(f"{address}/workbench/imports/{run.pk}/")
    expect(page.get_by_text("Finished").first).to_be_visible()

    # Submit.
    page.goto(f"{address}/workbench/references/")
    page.get_by_role("link", name="Macrophages as a target in mice").click()
    page.get_by_role("link", name=re.compile("^Start a ")).click()
    page.get_by_role("button", name="Start the draft").click()
    fill_in_the_claim(page)
    page.get_by_role("button", name="Save and submit").click()
    expect(page.get_by_role("main")).to_contain_text("Submitted")
    number = int(re.search(r"/submissions/(\d+)/", page.url)[1])

    # Changes requested, made, and submitted again.
    sign_in(page, editor)
    page.goto(f"{address}/review/")
    page.goto(f"{address}/review/{number}/")
    page.get_by_role("button", name="Claim for review").click()
    page.get_by_label("Reason").first.fill("Please say how many mice there were.")
    page.get_by_role("button", name="Request changes").click()
    assert Entry.objects.count() == 0

    sign_in(page, nora)
    page.goto(f"{address}/workbench/")
    expect(page.get_by_text("Please say how many mice there were.")).to_be_visible()
    page.goto(f"{address}/workbench/submissions/{number}/edit/")
    page.locator("#id_summary").fill("Ten mice a group: inhibition of CSF1R slowed the growth of the tumours.")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.get_by_role("main")).to_contain_text("Submitted")

    # Approved: public in the same second.
    sign_in(page, editor)
    page.goto(f"{address}/review/{number}/")
    page.get_by_role("button", name="Claim for review").click()
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("TMEE:0000001").first).to_be_visible()

    context.clear_cookies()
    page.goto(f"{address}/entries/TMEE:0000001/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("CSF1R")
    expect(page.get_by_role("main")).not_to_contain_text("Please say how many mice")

    # Pulled from the API with a token of one's own.
    sign_in(page, nora)
    page.goto(f"{address}/accounts/tokens/")
    page.get_by_label("Name").fill("notebook")
    page.get_by_role("main").get_by_role("button", name=re.compile("token", re.IGNORECASE)).first.click()
    plain = page.get_by_label("Your new token").input_value()
    answer = httpx.get(
        f"{address}/api/v1/entries/", params={"target": "CSF1R"}, headers={"Authorization": f"Token {plain}"}
    )
    assert answer.status_code == 200, answer.text
    [entry] = answer.json()["results"]
    assert entry["accession"] == "TMEE:0000001"
    assert entry["study"]["reference"]["pmid"] == 99000001
    mine = httpx.get(f"{address}/api/v1/curation/submissions/{number}/", headers={"Authorization": f"Token {plain}"})
    assert mine.json()["status"] == "approved"


def fill_in_the_claim(page: Page) -> None:
    """What the rules ask for, typed as a curator without pickers would: names instead of ids."""
    page.locator("details.folded").evaluate_all("all => all.forEach(one => { one.open = true })")
    for name, value in {
        "target": "CSF1R",
        "cell_types": "macrophage",
        "cancers": "pancreatic ductal adenocarcinoma",
        "therapies": "pexidartinib",
        "species": "Mus musculus",
    }.items():
        pick(page, name, value)
    for name, value in {
        "compartment": "stroma",
        "component": "immune_cells",
        "intervention": "inhibit",
        "outcome": "tumour_growth",
        "evidence_type": "therapeutic",
        "level": "D1",
        "attribution": "systemic_cell_readout",
        "system": "syngeneic",
        "immune_competence": "competent",
        "stage": "preclinical",
    }.items():
        page.locator(f"#id_{name}").select_option(value)
    for name, value in {
        "role": "pro_tumour",
        "therapy_relation": "single",
        "change": "decreased",
        "direction": "supports",
        "claim_place": "abstract",
        "mechanisms": "myeloid",
        "quality": "controls",
    }.items():
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator("#id_author_claim").fill("depleted macrophages and slowed tumour growth")
    page.locator("#id_summary").fill("Inhibition of CSF1R slowed the growth of the tumours.")


def pick(page: Page, name: str, words: str) -> None:
    """Type into the field's picker and take the first offer."""
    box = page.locator(f"#field-{name} .ts-control input")
    box.click()
    box.press_sequentially(words)
    page.locator(f"#field-{name} .ts-dropdown .option").first.click()
    box.press("Escape")
