"""The workbench: what is next, and all of one's own work in one place."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.services import apply_for_role
from apps.curation import services
from apps.curation.models import Submission
from apps.literature.models import ImportRun, SavedSearch
from apps.vocabularies.models import TargetRequest, TermRequest
from tests.factories.bulk import checked, row, sent
from tests.factories.curation import ReferenceFactory, make_draft, make_editor, make_in_review, make_submitted
from tests.factories.triage import CandidateFactory, make_claimed
from tests.factories.vocabularies import TargetFactory, TermFactory
from tests.walk import applicant

pytestmark = pytest.mark.django_db

WORKBENCH = "/workbench/"


def desk(person, address=WORKBENCH):
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def text(person):
    return " ".join(re.sub(r"<[^>]+>", " ", desk(person)).split())


def steps(person):
    found = re.search(r'<ol class="next-steps">(.*?)</ol>', desk(person), re.DOTALL)
    return re.findall(r'<a href="([^"]*)">(.*?)</a>', found[1]) if found else []


def test_a_new_curator_is_told_how_to_begin_and_not_shown_empty_lists(curator):
    shown = text(curator)
    assert "Begin with a paper" in shown
    assert "save a search" in shown
    assert "get the template" in shown
    assert steps(curator) == []
    assert "For editors" not in shown


def test_a_paper_claimed_in_triage_is_next_until_there_is_a_draft(curator):
    reference = ReferenceFactory(title="Claimed and not begun")
    make_claimed(curator, reference=reference)
    assert steps(curator)[0] == (
        f"/workbench/submissions/new/?reference={reference.pk}",
        "Begin with “Claimed and not begun”, which you have claimed",
    )
    assert "no draft yet" in text(curator)
    services.start(actor=curator, reference=reference)
    assert "1 draft" in text(curator)
    assert steps(curator) == []


def test_papers_with_drafts_are_shown_with_their_number(curator, other_curator):
    reference = ReferenceFactory(title="Two records from this")
    for _ in range(2):
        services.start(actor=curator, reference=reference)
    services.start(actor=other_curator, reference=reference)
    assert "2 drafts" in text(curator)


def test_what_came_back_comes_before_what_can_be_submitted(curator, editor):
    whole = make_draft(curator)
    back = make_in_review(curator, editor)
    services.request_changes(actor=editor, submission=back, reason="Which dose?", content_hash=back.content_hash)
    told = [label for _, label in steps(curator)]
    assert told == [
        f"Answer Edda Editor on submission {back.pk}",
        f"Check submission {whole.pk}, which lacks nothing, and submit it",
    ]


def test_a_table_whose_rows_can_become_drafts_is_next(curator):
    upload = checked(curator, row(), row(target="CSFR"))
    assert (f"/workbench/bulk/{upload.pk}/", "Make drafts of 1 row of records.csv") in steps(curator)
    assert "0 of 2 with a draft, 1 not taken" in text(curator)


def test_a_searches_new_papers_are_counted(curator, other_curator):
    search = SavedSearch.objects.create(owner=curator, name="Stroma weekly", query="stroma")
    run = ImportRun.objects.create(file_name="stroma", query="stroma", origin="pubmed", saved_search=search)
    for _ in range(2):
        CandidateFactory(run=run)
    make_claimed(other_curator, run=run)
    assert re.search(r"Stroma weekly\s+2 new", text(curator))
    assert "Stroma weekly" not in text(other_curator)


def test_what_one_asked_for_is_shown_while_it_waits(curator, editor):
    term, target = TermFactory(label="a new state", status="pending"), TargetFactory(symbol="NEW1", status="pending")
    TermRequest.objects.create(term=term, asked_by=curator, reason="It is missing.")
    TargetRequest.objects.create(target=target, asked_by=curator, reason="It is missing.")
    shown = text(curator)
    assert "What you asked for a new state" in shown
    assert "NEW1" in shown
    assert "Requests for terms (1 to decide) Requests for targets (1 to decide)" in text(editor)


def test_an_editor_sees_what_can_be_reviewed_and_what_is_in_hand(curator, editor):
    make_submitted(editor)
    make_submitted(curator)
    in_hand = make_in_review(curator, make_editor(editor))
    shown = text(editor)
    assert "The review queue (1 for you)" in shown
    assert f"Submission {in_hand.pk}, CSF1R" in shown
    assert f"Decide on submission {in_hand.pk}, which you have claimed" in shown


def test_an_administrator_sees_applications(administrator, visitor):

    apply_for_role(applicant=applicant(), role="curator", reason="To curate.")
    assert "People (1 application)" in text(administrator)


def test_many_drafts_do_not_hide_what_is_with_the_editors(curator):
    waiting = make_submitted(curator)
    for _ in range(10):
        services.start(actor=curator)
    shown = text(curator)
    assert f"Submission {waiting.pk}" in shown
    assert "All 10 drafts" in shown


@pytest.mark.parametrize("who", ["curator", "editor"])
def test_it_costs_as_much_for_much_work_as_for_some(request, who, other_curator):
    person = request.getfixturevalue(who)
    counts = []
    for _ in range(3):
        _some_work(person, other_curator)
        desk(person)
        with CaptureQueriesContext(connection) as queries:
            desk(person)
        counts.append(len(queries))
    assert counts[0] == counts[2]
    assert counts[0] < 75


def _some_work(person, other):
    make_draft(person)
    make_submitted(person)
    make_claimed(person)
    CandidateFactory()
    checked(person, row(), row(target="?"))
    number = Submission.objects.count()
    ImportRun.objects.create(file_name=f"{number}.xml", requested_by=person)
    SavedSearch.objects.create(owner=person, name=f"Search {number}", query="stroma")
    TermRequest.objects.create(term=TermFactory(status="pending"), asked_by=person, reason="Missing.")
    TargetRequest.objects.create(target=TargetFactory(status="pending"), asked_by=person, reason="Missing.")
    if person.is_editor:
        make_in_review(other, make_editor(person))
        sent(person, row())
