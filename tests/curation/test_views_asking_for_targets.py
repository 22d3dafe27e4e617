"""A target that is missed while a draft is filled in: asked for, put into its field, exchanged once merged."""

import re

import pytest

from apps.curation import services
from apps.curation.models import Submission
from apps.vocabularies.models import Target, TargetRequest
from apps.vocabularies.services import merge_targets
from tests.curation.test_views import edit, texts
from tests.factories.curation import make_draft, make_in_review
from tests.factories.ontologies import applied, genes
from tests.factories.vocabularies import TargetFactory

pytestmark = pytest.mark.django_db

WORDS = {"kind": "physical_state", "symbol": "Hypoxia", "classes": ["hypoxia"], "reason": "The paper is about it."}


@pytest.fixture
def person(client, curator):
    client.force_login(curator)
    return client


@pytest.fixture
def draft(curator):
    return make_draft(curator, target="")


def fresh(draft) -> Submission:
    return Submission.objects.get(pk=draft.pk)


def ask(person, draft, **typed) -> str:
    """Press the button below the field; the address that it leads to."""
    return person.post(edit(draft), texts(draft, **typed) | {"ask_for": "target"})["Location"]


def test_the_button_stands_below_the_field_and_takes_the_unknown_symbol_along(person, draft):
    assert re.search(r'name="ask_for" value="target">\s*Ask for a target', person.get(edit(draft)).content.decode())
    address = ask(person, draft, target="CSF9", summary="Half a sentence")
    assert address == f"/workbench/submissions/{draft.pk}/target/?name=CSF9"
    assert fresh(draft).summary == "Half a sentence"


def test_a_gene_is_filled_in_and_comes_back_in_the_field(person, draft):
    applied(genes("HGNC:1,CSF9,colony stimulating factor 9,Approved,MCSF9,,P00001"))
    address = ask(person, draft, target="CSF9")
    page = person.get(address).content.decode()
    assert 'value="HGNC:1"' in page
    answer = person.post(address, WORDS | {"kind": "gene", "curie": "HGNC:1", "symbol": "CSF9"})
    assert answer["Location"] == f"{edit(draft)}#field-target"
    assert fresh(draft).target.curie == "HGNC:1"
    assert (finding_of(draft).severity, finding_of(draft).stops) == ("warning", ("approve",))


def finding_of(draft):
    (finding,) = [one for one in services.findings(fresh(draft)) if one.rule == "target"]
    return finding


def test_what_exists_can_be_taken_instead(person, draft):
    TargetFactory(curie="HGNC:7", symbol="Hypoxic core")
    address = ask(person, draft, target="Hypoxic cores")
    assert "Use this one" in person.get(address).content.decode()
    person.post(address, {"use": "HGNC:7"})
    assert fresh(draft).target.curie == "HGNC:7"
    assert not TargetRequest.objects.exists()


def test_another_curators_draft_is_not_found_and_one_in_review_takes_none(person, curator, other_curator):
    other, reviewed = make_draft(other_curator), make_in_review(submitter=curator)
    assert person.post(f"/workbench/submissions/{other.pk}/target/", WORDS).status_code == 404
    answer = person.post(f"/workbench/submissions/{reviewed.pk}/target/", WORDS)
    assert answer["Location"] == f"/workbench/submissions/{reviewed.pk}/"
    assert not TargetRequest.objects.exists()


def test_the_heir_of_a_merged_target_is_one_click_away(person, curator, editor):
    draft, heir = make_draft(curator), TargetFactory(curie="HGNC:7", symbol="HEIR")
    merge_targets(actor=editor, target=Target.objects.get(curie="HGNC:2433"), into=heir, reason="The same.")
    page = person.get(edit(draft)).content.decode()
    (offer,) = re.findall(r'name="exchange" value="([^"]+)"', page)
    person.post(edit(draft), texts(draft) | {"exchange": offer})
    assert fresh(draft).target == heir
