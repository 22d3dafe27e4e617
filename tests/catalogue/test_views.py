"""The public pages: what they show, what they refuse, and that they cost the same however much there is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.catalogue import services
from apps.vocabularies.choices import TermStatus, Vocabulary
from apps.vocabularies.models import Target, Term
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, VEGFA, published, reference

pytestmark = pytest.mark.django_db

HOME, ENTRIES, TARGETS = "/", "/entries/", "/targets/"


def page(response):
    """The text of the page as read: tags gone, white space folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def detail(entry):
    return f"/entries/{entry.accession}/"


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


# --- front page --------------------------------------------------------------------------------


def test_an_empty_catalogue_says_so_and_leads_on(client):
    text = page(client.get(HOME))
    assert "Nothing is published yet" in text
    assert 'href="/targets/"' in client.get(HOME).content.decode()


def test_the_front_page_shows_counts_newest_entries_and_targets_by_tier(client):
    published()
    published(target=VEGFA, statement="Inhibiting VEGFA normalises vessels.", component="blood_vessels")
    response = client.get(HOME)
    text = page(response)
    assert text.index("Inhibiting VEGFA normalises vessels.") < text.index("Inhibiting PDCD1 with nivolumab")
    assert "targets with evidence 2" in text
    html = response.content.decode()
    assert "/entries/?target_class=vasculature" in html
    assert "/entries/?component=blood_vessels" in html
    assert "/targets/HGNC:8760/" in html
    assert 'role="search"' in html


def test_the_front_page_follows_every_change(client):
    entry = published()
    assert "entries 1" in page(client.get(HOME))
    services.retract(accession=entry.accession, reason="A mistake.")
    assert "Nothing is published yet" in page(client.get(HOME))


# --- list of entries -----------------------------------------------------------------------------


def test_a_row_says_claim_level_direction_target_and_cancer(client):
    published()
    text = page(client.get(ENTRIES))
    for words in ("1 entry", "Inhibiting PDCD1 with nivolumab", "Level A", "Supports", "PDCD1", "melanoma"):
        assert words in text


def test_filters_narrow_the_list_and_stand_as_chips_that_can_be_removed(client):
    published()
    published(target=VEGFA, evidence__level="E", statement="VEGFA was there.")
    response = client.get(f"{ENTRIES}?target=vegfa&level=E&level=D1")
    html, text = response.content.decode(), page(response)
    assert "VEGFA was there." in text
    assert "Inhibiting PDCD1" not in text
    assert 'href="/entries/?level=E&amp;level=D1"' in html
    assert 'href="/entries/?target=vegfa&amp;level=D1"' in html
    assert re.search(r'value="E" id="filter-level-E" checked', html)


def test_a_term_in_use_is_offered_and_a_chosen_one_is_called_by_its_name(client):
    published()
    unused = Term.objects.create(
        curie="CL:0000540", vocabulary=Vocabulary.CELL_TYPE, label="neuron", status=TermStatus.APPROVED
    )
    html = client.get(ENTRIES).content.decode()
    assert f'<option value="{CD8_T_CELL.id}">{CD8_T_CELL.label} (1)</option>' in html
    assert unused.curie not in html
    text = page(client.get(f"{ENTRIES}?cell_type={unused.curie}"))
    assert "Cell type: neuron" in text
    assert "No entry matches" in text


def test_the_api_link_asks_for_the_same_list_in_the_same_order(client):
    published()
    html = client.get(f"{ENTRIES}?level=A&q=&cursor=").content.decode()
    assert 'href="/api/v1/entries/?level=A&amp;ordering=-changed"' in html
    api = client.get("/api/v1/entries/?level=A&ordering=-changed")
    assert [row["accession"] for row in api.json()["results"]] == ["TMEE:0000001"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("levle=A", "Did you mean “level”?"),
        ("stage=nope", "“nope” is not a known development stage"),
        ("cursor=!!", "not a cursor of this list"),
        ("ordering=price", "no order of this list"),
        ("page_size=0", "not a whole number"),
        ("format=json", "A page has one format only"),
        ("changed_since=yesterday", "is not a date or time"),
        ("q=%00", "Null characters are not allowed"),
        ("%3Cscript%3E=1", "is not a parameter of this list"),
    ],
)
def test_what_the_list_does_not_know_is_named_and_not_ignored(client, query, words):
    published()
    response = client.get(f"{ENTRIES}?{query}")
    assert response.status_code == 400
    assert words in page(response)
    assert "Inhibiting PDCD1" not in page(response)
    assert b"<script>=" not in response.content
    assert 'href="/entries/">Show all entries' in response.content.decode()


def test_pages_lead_forwards_and_back_with_the_filters_kept(client):
    for number in range(3):
        published(statement=f"Claim {number}.")
    first = client.get(f"{ENTRIES}?page_size=2&level=A")
    onward = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert onward
    second = client.get(onward[1].replace("&amp;", "&"))
    assert "Claim 0." in page(second)
    assert "Claim 1." not in page(second)
    assert "level=A" in onward[1]
    back = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())
    assert back
    assert "Claim 1." in page(client.get(back[1].replace("&amp;", "&")))


# --- one entry -------------------------------------------------------------------------------------


def test_an_entry_shows_its_claim_facts_source_quality_weight_and_citation(client):
    response = client.get(detail(published()))
    text, html = page(response), response.content.decode()
    assert "<h1>Inhibiting PDCD1 with nivolumab increases response rate in melanoma.</h1>" in html
    for words in (
        "TMEE:0000001 · version 1",
        "CD8-positive, alpha-beta T cell",
        "dacarbazine",
        "Odds ratio (OR) 4.06 (CI 2.5 to 6.6), p <0.001, n = 418".replace("<", "&lt;"),
        "A randomised trial in untreated melanoma.",
        "The objective response rate was higher with nivolumab.",
        "Yes: Appropriate controls",
        "No: Replicated",
        "0.608 of 1, counted as support",
        "Carla Curator",
        "Edda Editor",
        "http://testserver/entries/TMEE:0000001/versions/1/",
    ):
        assert words in text
    for address in (
        "https://doi.org/10.1000/example.1",
        "https://pubmed.ncbi.nlm.nih.gov/22000001/",
        "https://clinicaltrials.gov/study/NCT01721772",
        "https://orcid.org/0000-0002-1825-0097",
        "/references/1/",
        "/targets/HGNC:8760/",
        "/api/v1/entries/TMEE:0000001/",
        "/entries/?cancer=MONDO%3A0005105",
    ):
        assert address in html


def test_an_entry_without_a_level_says_why_it_adds_nothing(client):
    assert "locates evidence and does not add to it" in page(client.get(detail(published(evidence__level=""))))


def test_a_retracted_publication_is_said_on_top(client):
    text = page(client.get(detail(published(study__reference__retraction_state="retracted"))))
    assert "Retracted This is the state of the publication" in text
    assert "It adds nothing to the score." in text


def test_text_of_a_document_is_never_markup(client):
    entry = published(statement="<script>alert(1)</script>", text__summary="<b>bold</b>")
    for address in (HOME, ENTRIES, detail(entry), f"{TARGETS}HGNC:8760/", "/references/1/"):
        content = client.get(address).content
        assert b"<script>alert" not in content
        assert b"<b>bold" not in content


def test_an_old_version_stays_and_says_that_it_is_old(client):
    entry = published(statement="The first wording.")
    published(accession=entry.accession, statement="The second wording.")
    old = client.get(f"{detail(entry)}versions/1/")
    assert old.status_code == 200
    assert "The first wording." in page(old)
    assert "This is not the current version" in page(old)
    assert "The second wording." in page(client.get(detail(entry)))
    assert "This is not the current version" not in page(client.get(f"{detail(entry)}versions/2/"))


def test_a_retracted_entry_is_gone_with_its_reason_and_its_versions_stay_readable(client):
    entry = published()
    services.retract(accession=entry.accession, reason="The reference was retracted.")
    gone = client.get(detail(entry))
    assert gone.status_code == 410
    assert "The reference was retracted." in page(gone)
    assert "This entry was retracted" in page(gone)
    version = client.get(f"{detail(entry)}versions/1/")
    assert version.status_code == 200
    assert "no longer in force" in page(version)
    assert entry.accession not in page(client.get(ENTRIES))


def test_a_merged_entry_names_the_one_that_follows(client):
    entry, heir = published(), published(statement="The one that stays.")
    services.merge(accession=entry.accession, successor=heir.accession, reason="The same claim twice.")
    gone = client.get(detail(entry))
    assert gone.status_code == 410
    assert "The same claim twice." in page(gone)
    assert "The one that stays." in page(gone)
    assert f'href="{detail(heir)}"' in gone.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/entries/TMEE:0000099/",
        "/entries/TMEE:0000001/versions/9/",
        "/entries/TMEE:0000001/versions/99999999999999999999/",
        "/entries/nonsense/",
        "/entries/TMEE:%00000001/",
        "/targets/HGNC:1/",
        "/targets/HGNC:%001/",
        "/references/99/",
        "/references/99999999999999999999/",
    ],
)
def test_what_is_not_published_is_not_found(client, address):
    published()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [HOME, ENTRIES, TARGETS, "/entries/TMEE:0000001/", "/references/1/"])
def test_pages_are_only_read(client, address):
    published()
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


# --- targets ---------------------------------------------------------------------------------------


def test_targets_are_listed_by_score_with_tier_and_counts(client):
    published(target=VEGFA, evidence__level="E")
    published()
    response = client.get(TARGETS)
    text = page(response)
    assert "2 targets" in text
    assert text.index("PDCD1") < text.index("VEGFA")
    assert "Moderate" in text
    assert "PDCD1" not in page(client.get(f"{TARGETS}?target_class=vasculature"))
    assert "VEGFA" in page(client.get(f"{TARGETS}?q=vascular"))
    assert client.get(f"{TARGETS}?tier=grand").status_code == 400


def test_a_dossier_explains_every_contribution(client):
    first = published()
    twin = published(study__reference=reference(1), evidence__quality=())
    weak = published(evidence__direction="no_effect", evidence__quality=())
    against = published(evidence__direction="contradicts", evidence__level="C")
    text = page(client.get(f"{TARGETS}HGNC:8760/"))
    assert "CD8-positive, alpha-beta T cell · melanoma · inhibit" in text
    for entry in (first, twin, weak, against):
        assert entry.accession in text
    assert f"Counts nothing: {first.accession} of the same cohort counts more." in text
    assert "Counts nothing: no effect, without an adequate sample size." in text
    assert "1 × 0.76 × 0.80 × 1" in text
    assert "meets contradiction of" in text


def test_a_target_that_is_only_contradicted_does_not_pass_for_undisputed(client):
    published(evidence__direction="contradicts")
    text = page(client.get(f"{TARGETS}HGNC:8760/"))
    assert "Support of 0.0 points meets contradiction of 22.2." in text
    assert "Nothing published contradicts it" not in text


def test_a_dossier_links_identifiers_and_its_entries(client):
    target = Target.objects.create(
        curie="HGNC:8760", symbol="PDCD1", name="programmed cell death 1", classes=["immune_checkpoint"]
    )
    target.identifiers.create(resource="uniprot", identifier="Q15116")
    target.identifiers.create(resource="elsewhere", identifier="X1")
    published(cell_types=(CD8_T_CELL, MACROPHAGE))
    html = client.get(f"{TARGETS}HGNC:8760/").content.decode()
    assert "https://www.uniprot.org/uniprotkb/Q15116" in html
    assert "X1" in html
    assert "/entries/?target=HGNC%3A8760&amp;cell_type=CL%3A0000235" in html


def test_a_target_without_entries_has_a_page_that_says_so(client):
    target = Target.objects.create(curie="HGNC:130", symbol="ACTA2", name="actin", classes=["stromal_component"])
    services.refresh_target(target)
    assert "No evidence is published yet" in page(client.get(f"{TARGETS}HGNC:130/"))
    assert "no evidence yet" in page(client.get(TARGETS))


def test_a_pending_target_is_nobodys_business(client):
    target = Target.objects.create(
        curie="HGNC:130", symbol="ACTA2", name="actin", classes=["other"], status=TermStatus.PENDING
    )
    services.refresh_target(target)
    assert client.get(f"{TARGETS}HGNC:130/").status_code == 404
    assert "ACTA2" not in page(client.get(TARGETS))


# --- publications ----------------------------------------------------------------------------------


def test_a_publication_lists_its_entries(client):
    entry = published(study__reference=reference(7, title="On checkpoints"))
    published(study__reference=reference(7, title="On checkpoints"), statement="A second claim.")
    response = client.get("/references/7/")
    text = page(response)
    assert "On checkpoints" in text
    assert "2 entries from this publication" in text
    assert "A second claim." in text
    assert detail(entry) in response.content.decode()


# --- cost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        HOME,
        ENTRIES,
        f"{ENTRIES}?target=PDCD1&level=A&cancer=MONDO:0005105&cell_type=CL:0000625",
        TARGETS,
        f"{TARGETS}HGNC:8760/",
        "/entries/TMEE:0000001/",
        "/entries/TMEE:0000001/versions/1/",
        "/references/1/",
    ],
)
def test_a_page_asks_as_often_for_three_as_for_one(client, address):
    first = published(study__reference=reference(1))
    one = queries(client, address)
    published(study__reference=reference(1), target=VEGFA, cell_types=(MACROPHAGE,))
    published(study__reference=reference(1), evidence__direction="contradicts")
    published(accession=first.accession, study__reference=reference(1))
    assert queries(client, address) == one


def test_every_address_has_its_name():
    assert reverse("catalogue:home") == HOME
    assert reverse("catalogue:entry-version", args=["TMEE:0000001", 2]) == "/entries/TMEE:0000001/versions/2/"
    assert reverse("catalogue:target-detail", kwargs={"curie": "HGNC:8760"}) == "/targets/HGNC:8760/"
    assert reverse("catalogue:reference-detail", kwargs={"pk": 3}) == "/references/3/"
