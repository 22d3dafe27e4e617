"""The page that tells how the review goes, and what a curator reads of their own."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Event
from apps.curation import services
from apps.curation.models import Submission
from tests.factories.accounts import UserFactory
from tests.factories.curation import make_editor, make_in_review, make_published, make_submitted

pytestmark = pytest.mark.django_db
PAGE = "/review/dashboard/"


def shown(client, person, path=PAGE):
    client.force_login(person)
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())


def test_it_tells_what_waits_and_how_long(client, editor):
    old, new = make_submitted(), make_submitted(outcome="metastasis")
    Submission.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=30))
    text = shown(client, editor)
    assert "waiting or in review 2" in text
    assert "days, the longest 30" in text
    assert "Less than a week 1" in text
    assert "Longer than four weeks 1" in text
    assert new.pk != old.pk


def test_it_tells_who_has_what_in_hand_and_not_what_is_decided(client, editor):
    held = make_in_review(editor=UserFactory(name="Henny Holder", role="editor"))
    decided = make_published(outcome="metastasis")
    text = shown(client, editor)
    assert "Henny Holder" in text
    assert f"Submission {held.pk}, CSF1R" in text
    assert f"Submission {decided.pk}" not in text


def test_it_counts_whole_weeks_by_what_came_and_left(client, editor, curator):
    week_ago = timezone.now() - timedelta(weeks=1)
    lines = [("submit", "draft")] * 3 + [("approve", "in_review"), ("withdraw", "draft"), ("withdraw", "submitted")]
    for verb, state in lines:
        Event.objects.create(
            at=week_ago, actor=curator, verb=verb, object_type="submission", object_id="1", from_state=state
        )
    found = {(week.came, week.left) for week in client_context(client, editor)["weeks"]}
    assert found == {(0, 0), (3, 2)}
    assert "grew by 0.1 a week" in shown(client, editor)


def client_context(client, person):
    client.force_login(person)
    return client.get(PAGE).context


def test_without_anything_it_says_so(client, editor):
    text = shown(client, editor)
    assert "there is nothing to go by" in text
    assert "Nothing is claimed at present." in text


@pytest.mark.parametrize("count", [1, 4])
def test_its_queries_do_not_grow(client, editor, count, django_assert_max_num_queries):
    for number in range(count):
        make_in_review(outcome="metastasis" if number % 2 else "tumour_growth")
    client.force_login(editor)
    client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(PAGE)


def test_a_curator_reads_how_their_own_fared(client, curator):
    reviewer = make_editor()
    make_published(curator, reviewer)
    sent_back = make_in_review(curator, reviewer, outcome="metastasis")
    services.request_changes(
        actor=reviewer, submission=sent_back, reason="Say in which mice.", content_hash=sent_back.content_hash
    )
    again = services.submit(actor=curator, submission=Submission.objects.get(pk=sent_back.pk))
    claimed = services.claim(actor=reviewer, submission=again)
    services.approve(actor=reviewer, submission=claimed, content_hash=claimed.content_hash)
    text = shown(client, curator, "/workbench/")
    assert "Of 2 submissions decided on, 2 were published, 1 of them at the first reading." in text
