"""Scoring candidates in the background: once each, again where something changed, and several workers at once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.literature import services, tasks
from apps.literature.models import Candidate, Reference, TextBacklog
from apps.literature.services import ranking
from apps.vocabularies.services import save_target
from tests.factories.curation import make_terms
from tests.factories.literature import article, article_set, imported
from tests.factories.retractions import make_finding
from tests.factories.triage import CandidateFactory, make_claimed, make_rejected
from tests.races import at_once

pytestmark = pytest.mark.django_db

TITLE = "Blocking CSF1R on macrophages with pexidartinib"


@pytest.fixture(autouse=True)
def terms(db):
    make_terms()


def scored(**changes) -> Candidate:
    candidate = CandidateFactory(**changes)
    services.score_candidates()
    candidate.refresh_from_db()
    return candidate


def curies(candidate) -> list[str]:
    return [mention["curie"] for mention in candidate.mentions]


def test_what_is_named_is_found_counted_and_explained():
    candidate = scored(reference__title=TITLE, reference__abstract="Macrophages in patients.")
    assert [(one["curie"], one["count"], one["title"]) for one in candidate.mentions] == [
        ("CL:0000235", 2, True),
        ("HGNC:2433", 1, True),
        ("CHEMBL:CHEMBL3813873", 1, True),
    ]
    assert candidate.relevance == sum(points for _, points in candidate.reasons) > 50
    assert ["Patients", 7.0] in candidate.reasons
    assert candidate.scored_at


def test_all_that_wait_are_scored_and_none_twice(monkeypatch):
    monkeypatch.setattr(ranking, "BATCH", 2)
    CandidateFactory.create_batch(5)
    assert services.score_candidates() == 5
    assert services.score_candidates() == 0
    assert not Candidate.objects.unscored().exists()


def test_a_text_is_searched_as_it_is_now():
    candidate = scored(reference__title="Nothing of the kind", reference__abstract="None.")
    assert curies(candidate) == []
    Reference.objects.update(title=TITLE, changed_at=timezone.now() + timedelta(seconds=1))
    TextBacklog.objects.create(reference_ids=[candidate.reference_id])
    services.index_texts()
    services.score_candidates()
    candidate.refresh_from_db()
    assert "HGNC:2433" in curies(candidate)


def believed(reference):
    services.apply_finding(actor=None, finding=make_finding(reference))


def noticed(reference):
    link = f'<CommentsCorrections RefType="RetractionOf"><PMID>{reference.pmid}</PMID></CommentsCorrections>'
    imported(article_set(article(777, "Retraction", links=link)))


def described_anew(reference):
    imported(article_set(article(reference.pmid, reference.title, types=("Retracted Publication",))))


@pytest.mark.parametrize("retract", [believed, noticed, described_anew])
def test_a_retracted_one_is_worth_nothing_at_once(retract):
    candidate = scored(reference__title=TITLE, reference__pmid=101)
    assert candidate.relevance > 0
    retract(candidate.reference)
    assert services.score_candidates() == 1
    candidate.refresh_from_db()
    assert candidate.relevance <= 0


def test_a_text_that_was_scored_since_it_changed_is_left():
    candidate = scored()
    TextBacklog.objects.create(reference_ids=[candidate.reference_id])
    services.index_texts()
    assert services.score_candidates() == 0


def test_open_ones_are_scored_again_when_the_vocabularies_change():
    candidates = [
        scored(reference__title="A study of NOVELGENE1", reference__abstract=""),
        make_claimed(),
        make_rejected(),
    ]
    services.score_candidates()
    save_target(curie="HGNC:999999", symbol="NOVELGENE1", name="novel gene one", classes=["myeloid"])
    tasks.refresh_scores()
    candidates[0].refresh_from_db()
    assert curies(candidates[0]) == ["HGNC:999999"]
    assert services.forget_old_scores() == 0
    save_target(curie="HGNC:999998", symbol="NOVELGENE2", name="novel gene two", classes=["myeloid"])
    assert services.forget_old_scores() == 2


def test_the_command_scores_new_and_old_ones():
    scored()
    save_target(curie="HGNC:999998", symbol="NOVELGENE2", name="novel gene two", classes=["myeloid"])
    CandidateFactory()
    said = StringIO()
    call_command("score_candidates", stdout=said)
    assert said.getvalue() == "2 candidates were scored.\n"


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work(monkeypatch):
    monkeypatch.setattr(ranking, "BATCH", 3)
    CandidateFactory.create_batch(9)
    assert sum(at_once(services.score_candidates, services.score_candidates)) == 9
    assert not Candidate.objects.unscored().exists()
