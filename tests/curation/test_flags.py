"""Flags: anyone signed in says what is wrong, everyone sees that, an editor answers, the reader is told."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Event, Notice
from apps.catalogue.models import Entry
from apps.catalogue.services import rebuild
from apps.core.exceptions import Refused
from apps.curation import permissions, services
from apps.curation.models import Flag, ReReview
from tests.factories.accounts import CuratorFactory, EditorFactory, UserFactory
from tests.factories.curation import ReferenceFactory, make_editor, make_published, make_revision

pytestmark = pytest.mark.django_db

TEXT = "The trial was in <mice>."


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def published(db):
    return make_published()


@pytest.fixture
def sworn(editor):
    return make_editor(editor)


def raised(submission, person=None, reason="misread", text=TEXT):
    return services.raise_flag(actor=person or UserFactory(), record=submission.record, reason=reason, text=text)


def entry_of(submission):
    return Entry.objects.get(accession=submission.record.accession)


def api(client, submission):
    return client.get(f"/api/v1/entries/{submission.record.accession}/")


# --- raising -----------------------------------------------------------------------------------


def test_a_visitor_flags_and_everyone_sees_the_reason_alone(client, published, visitor, sworn):
    before = api(client, published)
    flag = raised(published, visitor)
    raised(published, reason="outdated")
    assert entry_of(published).open_flags == ["misread", "outdated"]
    after = api(client, published)
    assert after["ETag"] != before["ETag"]
    assert after.json()["since_publication"]["open_flags"] == ["misread", "outdated"]
    assert "since_publication" not in before.json()
    page = text_of(client.get(f"/entries/{published.record.accession}/"))
    assert "Flagged: 2 open" in page
    assert "The evidence is misread; Outdated" in page
    assert "mice" not in page + after.content.decode()
    assert visitor.name not in page + after.content.decode()
    assert Event.objects.of_object(flag).get().verb == "flag"
    assert Notice.objects.of(sworn).filter(kind="queue", text__contains="was flagged").count() == 2
    assert rebuild(check_only=True).equal


def test_the_feed_says_flagged(client, published):
    sequence = entry_of(published).sequence
    raised(published)
    (change,) = client.get(f"/api/v1/changes/?after={sequence}").json()["results"]
    assert (change["change"], change["reason"]) == ("flagged", "misread")


def test_one_at_a_time_of_a_person(published, visitor):
    raised(published, visitor)
    with pytest.raises(Refused) as refusal:
        raised(published, visitor)
    assert refusal.value.code == "duplicate"
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.create(record=published.record, version=1, raised_by=visitor, reason="other", text="x")


@pytest.mark.parametrize(("reason", "text", "field"), [("boring", TEXT, "reason"), ("other", " ", "text")])
def test_it_says_what_is_wrong(published, reason, text, field):
    with pytest.raises(Refused) as refusal:
        raised(published, reason=reason, text=text)
    assert refusal.value.field == field


def test_so_many_wait_at_once(published, visitor, monkeypatch):
    monkeypatch.setattr(permissions, "MOST_OPEN_FLAGS", 1)
    raised(published, visitor)
    with pytest.raises(Refused, match="wait for an answer"):
        raised(make_published(reference=ReferenceFactory().pk), visitor)


def test_what_is_not_in_force_is_not_flagged(published, sworn):
    services.retract(actor=sworn, record=published.record, reason="Wrong.")
    with pytest.raises(Refused) as refusal:
        raised(published)
    assert refusal.value.code == "state"


# --- answering ---------------------------------------------------------------------------------


def test_a_dismissal_needs_an_answer_and_the_reader_is_told(published, visitor, sworn):
    flag = raised(published, visitor)
    with pytest.raises(Refused):
        services.resolve_flag(actor=sworn, flag=flag, outcome="dismissed", answer=" ")
    services.resolve_flag(actor=sworn, flag=flag, outcome="dismissed", answer="The mice were human.")
    flag.refresh_from_db()
    assert (flag.outcome, flag.answer, flag.answered_by) == ("dismissed", "The mice were human.", sworn)
    assert entry_of(published).open_flags == []
    assert entry_of(published).since_publication is None
    told = Notice.objects.of(visitor).get(kind="flag")
    assert "Dismissed: The mice were human." in told.text
    with pytest.raises(Refused) as refusal:
        services.resolve_flag(actor=sworn, flag=flag, outcome="dismissed", answer="Again.")
    assert refusal.value.code == "state"
    raised(published, visitor)


def test_a_re_review_begins_with_the_answer(published, sworn):
    flag, second = raised(published), raised(published)
    services.resolve_flag(actor=sworn, flag=flag, outcome="re_review", answer="To be looked at.")
    re_review = ReReview.objects.get()
    assert (re_review.cause, re_review.reason) == ("flag", "To be looked at.")
    services.resolve_flag(actor=sworn, flag=second, outcome="re_review", answer="With the other one.")
    assert ReReview.objects.count() == 1
    assert entry_of(published).under_review_since is not None


@pytest.mark.parametrize("outcome", ["retraction", "merge", "", "nonsense"])
def test_other_outcomes_come_of_other_verbs(published, sworn, outcome):
    with pytest.raises(Refused) as refusal:
        services.resolve_flag(actor=sworn, flag=raised(published), outcome=outcome, answer="So.")
    assert refusal.value.field == "outcome"


def test_retracting_answers_all_flags(published, visitor, sworn):
    raised(published, visitor)
    raised(published)
    services.retract(actor=sworn, record=published.record, reason="It falls.")
    assert set(Flag.objects.values_list("outcome", "answer")) == {("retraction", "It falls.")}
    assert Notice.objects.of(visitor).filter(kind="flag").count() == 1


def test_so_does_merging(published, sworn):
    raised(published, reason="duplicate")
    other = make_published(reference=ReferenceFactory().pk)
    services.merge(actor=sworn, record=published.record, successor=other.record.accession, reason="The same.")
    assert Flag.objects.get().outcome == "merge"


def test_who_wrote_it_or_raised_it_does_not_answer():
    author, reader = make_editor(), make_editor()
    published = make_published(submitter=author)
    flag = raised(published, reader)
    for person, why in ((author, "You wrote some"), (reader, "You raised this flag"), (EditorFactory(), "statement")):
        with pytest.raises(Refused, match=why):
            services.resolve_flag(actor=person, flag=flag, outcome="dismissed", answer="No.")
    with pytest.raises(Refused):
        services.resolve_flag(actor=CuratorFactory(), flag=flag, outcome="dismissed", answer="No.")


def test_a_new_version_leaves_the_flags_open(client, published, sworn, other_editor):
    raised(published)
    revision = make_revision(published.record.accession, summary="In other words.")
    claimed = services.claim(actor=make_editor(other_editor), submission=revision)
    services.approve(actor=other_editor, submission=claimed, content_hash=claimed.content_hash)
    assert api(client, published).json()["since_publication"]["open_flags"] == ["misread"]
    assert rebuild(check_only=True).equal


# --- pages -------------------------------------------------------------------------------------


def test_the_pages_lead_from_the_entry_to_the_answer(client, published, visitor, sworn):
    client.force_login(visitor)
    address = f"/entries/{published.record.accession}/flag/"
    assert address in client.get(f"/entries/{published.record.accession}/").content.decode()
    answer = client.post(address, {"reason": "", "text": TEXT})
    assert answer.status_code == 422
    assert "in &lt;mice&gt;." in text_of(answer)
    page = text_of(client.post(address, {"reason": "misread", "text": TEXT}, follow=True))
    assert "not answered yet" in page
    flag = Flag.objects.get()
    assert client.get("/review/flags/").status_code == 403
    client.force_login(sworn)
    assert f"/review/flags/{flag.pk}/" in client.get("/review/flags/").content.decode()
    detail = text_of(client.get(f"/review/flags/{flag.pk}/"))
    assert "in &lt;mice&gt;." in detail
    assert visitor.name in detail
    wrong = client.post(f"/review/flags/{flag.pk}/answer/", {"outcome": "", "answer": "My words."})
    assert wrong.status_code == 422
    assert "My words." in text_of(wrong)
    client.post(f"/review/flags/{flag.pk}/answer/", {"outcome": "revision", "answer": "Version 2 mends it."})
    assert f"/review/flags/{flag.pk}/" in client.get("/review/flags/?show=answered").content.decode()
    client.force_login(visitor)
    assert "Version 2 mends it." in text_of(client.get(address))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, published, sworn, count):
    client.force_login(sworn)
    for _ in range(count):
        raised(published)
    with CaptureQueriesContext(connection) as taken:
        client.get("/review/flags/")
    assert len(taken) == 6
