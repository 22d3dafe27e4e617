"""From a paper's page to a submitted record in at most twelve interactions: each click and each typed field is one.

The papers are seeded ones; their abstracts are told here in our own words, for the seeds carry none.
"""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from apps.curation.models import Submission
from apps.curation.sources import read_seeds
from apps.literature.models import Reference
from apps.literature.services import upsert_citations
from apps.vocabularies.services import save_targets, save_terms

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 12


@dataclass(frozen=True)
class Case:
    """A seeded paper, what its abstract tells, what its curator still chooses, and what was meant."""

    pmid: int
    abstract: str
    chosen: dict[str, str]
    summary: str
    meant: dict[str, str]
    #: What is mended by a click in what was taken over at once.
    mended: tuple[str, ...] = ()


CHOSEN = {"compartment": "tumour_core", "role": "pro_tumour", "evidence_type": "therapeutic", "direction": "supports"}

CASES = [
    Case(
        pmid=27718847,
        abstract="PD-1 holds back CD8-positive, alpha-beta T cells in non-small cell lung carcinoma. In this phase 3 "
        "trial, 305 patients with a tumour positive for the ligand received pembrolizumab, which blocks PD-1, or "
        "chemotherapy. Pembrolizumab prolonged overall survival. (NCT02142738)",
        chosen=CHOSEN,
        summary="Blocking PD-1 with pembrolizumab instead of chemotherapy lengthened survival in a randomised trial.",
        meant={
            "target": "PDCD1",
            "level": "A",
            "stage": "phase_3",
            "species": "Homo sapiens",
            "intervention": "inhibit",
        },
        mended=("Take over PDCD1", "Undo chemotherapy"),
    ),
    Case(
        pmid=34000246,
        abstract="Cemiplimab is an antibody that blocks PD-1 on CD8-positive, alpha-beta T cells. In an open-label "
        "phase 2 trial, patients with locally advanced basal cell carcinoma were treated after a hedgehog inhibitor. "
        "Cemiplimab increased the objective response rate over that of earlier series. (NCT03132636)",
        chosen=CHOSEN,
        summary="About a third of the patients responded to the blockade of PD-1; there was no control group.",
        meant={"target": "PDCD1", "level": "B", "stage": "phase_2", "outcome": "response_rate", "change": "increased"},
    ),
    Case(
        pmid=34051623,
        abstract="CD47 tells a macrophage not to eat. Luteolin inhibits the modification that CD47 needs. In "
        "co-culture with cells of multiple myeloma, luteolin made human macrophages take up more of them.",
        chosen=CHOSEN | {"outcome": "cell_function", "change": "increased"},
        summary="Without the modified end of CD47, macrophages took up more myeloma cells in the dish.",
        meant={"target": "CD47", "level": "D2", "stage": "preclinical", "component": "immune_cells"},
    ),
    Case(
        pmid=33939252,
        abstract="Foretinib inhibits VEGFR2 on endothelial cells. In patient-derived xenografts of gastric "
        "adenocarcinoma, foretinib reduced perfusion of the tumours.",
        chosen=CHOSEN | {"compartment": "vasculature"},
        summary="Inhibition of VEGFR2 lowered the blood flow in the tumours; MET is a target of the drug as well.",
        meant={"target": "KDR", "level": "D1", "component": "blood_vessels", "species": "Mus musculus"},
        mended=("Undo paclitaxel",),
    ),
    Case(
        pmid=34093869,
        abstract="Interleukin 6 from macrophages lets lung cancer escape. Neutralizing IL6 with anti-IL-6 antibody in "
        "tumor-bearing mice prolonged overall survival.",
        chosen=CHOSEN | {"compartment": "stroma"},
        summary="Mice lived longer when interleukin 6 was neutralised; the antibody was given together with another.",
        meant={"target": "IL6", "level": "D1", "system": "syngeneic", "species": "Mus musculus", "change": "increased"},
        mended=("Take over IL6",),
    ),
]


@pytest.fixture
def seeded():
    """The vocabularies, targets and publications that ship with the portal."""
    seeds = read_seeds(settings.BASE_DIR / "seeds")
    save_terms(terms=seeds.terms)
    save_targets(targets=seeds.targets)
    upsert_citations(seeds.citations)


class Counted:
    """A person at the page, every interaction counted."""

    def __init__(self, page):
        self.page = page
        self.count = 0

    def click(self, locator):
        self.count += 1
        locator.click()

    def choose(self, name, value):
        """One click on a button of a group, one choice of a list, or one typed name."""
        self.count += 1
        control = self.page.locator(f"#content-form [name={name}]")
        if control.first.get_attribute("type") == "radio":
            self.page.locator(f"input[name={name}][value={value}]").check()
        elif control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(value)
        else:
            box = self.page.locator(f"#field-{name} .ts-control input")
            box.press_sequentially(value)
            box.press("Tab")

    def type(self, label, text):
        self.count += 1
        self.page.get_by_label(label).fill(text)


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.pmid))
def test_a_record_is_submitted_in_twelve_interactions(page, live_server, sign_in, curator, case):
    reference = Reference.objects.get(pmid=case.pmid)
    Reference.objects.filter(pk=reference.pk).update(abstract=case.abstract)
    sign_in(page, curator)
    page.goto(f"{live_server}{reverse('literature:reference-detail', args=[reference.pk])}")
    person = Counted(page)

    person.click(page.get_by_role("link", name="Start a record from this reference"))
    person.click(page.get_by_role("button", name="Start the draft"))
    person.click(page.get_by_role("button", name="Take over all that are sure"))
    for name in case.mended:
        person.click(page.get_by_role("button", name=name, exact=True))
    for name, value in case.chosen.items():
        person.choose(name, value)
    follows = page.get_by_role("button", name="Take over what follows")
    expect(page.locator("#follows .offer", has_text="Level")).to_be_visible()
    person.click(follows)
    person.type("Your assessment", case.summary)
    person.click(page.get_by_role("button", name="Save and submit"))

    expect(page.get_by_text("Submitted. The editors see it in their queue now.")).to_be_visible()
    assert person.count <= MOST
    submission = Submission.objects.get()
    assert submission.status == "submitted"
    assert submission.cell_types.exists()
    assert submission.cancers.exists()
    assert submission.therapies.exists()
    got = {name: getattr(submission, name) for name in case.meant}
    shown = {name: getattr(value, "symbol", None) or getattr(value, "label", value) for name, value in got.items()}
    assert shown == case.meant
