"""Discussions: who may write and who is told, edits and tombstones, threads resolved and opened again."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from apps.accounts.models import Event, Notice, Subscription
from apps.accounts.services import unsubscribe
from apps.core.exceptions import Refused
from apps.curation import services
from apps.curation.models import Comment, CommentVersion, Record, Thread
from apps.curation.services.discussing import MOST_AT_A_TIME
from tests.factories.accounts import CuratorFactory, EditorFactory, UserFactory, with_confirmed_address
from tests.factories.curation import make_draft, make_in_review, make_published, make_submitted
from tests.factories.discussion import commenter, make_comment
from tests.races import at_once, refusals

pytestmark = pytest.mark.django_db


def told(person):
    return list(Notice.objects.of(person).filter(kind__in=["mention", "reply", "comment"]).values_list("kind", "text"))


@pytest.fixture
def record():
    return make_published().record


# --- who may ------------------------------------------------------------------------------------


def test_a_submission_is_discussed_by_those_who_may_see_it(editor, other_curator):
    submission = make_submitted()
    for person in (submission.submitter, editor):
        services.open_thread(actor=person, about=submission, text="Which figure?")
    with pytest.raises(Refused) as refused:
        services.open_thread(actor=other_curator, about=submission, text="Let me in.")
    assert refused.value.code == "forbidden"
    assert Thread.objects.visible_to(other_curator).count() == 0
    assert Thread.objects.visible_to(editor).count() == 2


def test_a_draft_is_not_discussed_by_editors(editor):
    with pytest.raises(Refused):
        services.open_thread(actor=editor, about=make_draft(), text="?")


def test_records_and_targets_are_discussed_by_whoever_has_a_confirmed_address(record):
    with pytest.raises(Refused, match="Confirm your e-mail"):
        services.open_thread(actor=UserFactory(), about=record, text="?")
    person = commenter()
    services.open_thread(actor=person, about=record, text="?")
    services.open_thread(actor=person, about=record.submissions.get().target, text="?")
    assert Thread.objects.visible_to(UserFactory()).count() == 2


def test_a_record_without_an_entry_is_not_discussed():
    with pytest.raises(Refused, match="not published yet"):
        services.open_thread(actor=commenter(), about=make_submitted().record, text="?")


@pytest.mark.parametrize("text", ["", "  \r\n ", "x" * 6001])
def test_a_text_that_says_nothing_or_too_much_is_refused(record, text):
    with pytest.raises(Refused) as refused:
        services.open_thread(actor=commenter(), about=record, text=text)
    assert refused.value.field == "text"
    assert not Thread.objects.exists()


def test_writing_much_in_a_short_time_is_refused_edits_included(record):
    person = commenter()
    comment = services.open_thread(actor=person, about=record, text="0")
    for n in range(1, MOST_AT_A_TIME):
        services.edit_comment(actor=person, comment=comment, text=str(n))
    with pytest.raises(Refused) as refused:
        services.reply(actor=person, thread=comment.thread, text="one more")
    assert refused.value.code == "too_many"
    services.reply(actor=commenter(), thread=comment.thread, text="another person may")


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_many_at_once(record):
    person = commenter()
    thread = services.open_thread(actor=person, about=record, text="0").thread
    for n in range(1, MOST_AT_A_TIME - 1):
        services.reply(actor=person, thread=thread, text=str(n))
    results = at_once(*[lambda n=n: services.reply(actor=person, thread=thread, text=f"at once {n}") for n in range(3)])
    assert len(refusals(results)) == 2


# --- who is told --------------------------------------------------------------------------------


def test_everybody_is_told_once_in_the_most_personal_words():
    submission = make_in_review()
    author, reviewer = submission.submitter, submission.claimed_by
    comment = services.open_thread(
        actor=author, about=submission, text=f"@{reviewer.username} have a look, @{author.username}"
    )
    assert told(author) == []
    assert told(reviewer) == [("mention", f"{author} names you in the discussion of submission {submission.pk}.")]
    services.reply(actor=reviewer, thread=comment.thread, text="I did.")
    assert [kind for kind, _ in told(author)] == ["reply"]
    second = EditorFactory()
    services.reply(actor=second, thread=comment.thread, text=f"So did I, @{author.username}")
    assert [kind for kind, _ in told(author)] == ["mention", "reply"]
    assert [kind for kind, _ in told(reviewer)] == ["comment", "mention"]
    assert told(second) == []


def test_only_who_may_read_there_is_told():
    submission = make_submitted()
    stranger = CuratorFactory(username="stranger")
    comment = services.open_thread(actor=submission.submitter, about=submission, text="@stranger, look.")
    assert told(stranger) == []
    assert 'class="named"' not in comment.html


def test_who_lost_the_right_to_see_it_is_told_no_more(editor):
    submission = make_submitted()
    comment = services.open_thread(actor=editor, about=submission, text="Which figure?")
    editor.role = "curator"
    editor.save()
    services.reply(actor=submission.submitter, thread=comment.thread, text=f"Figure 2, @{editor.username}")
    assert told(editor) == []


def test_whoever_takes_part_follows_and_can_mute(record):
    first, second = commenter(), commenter()
    thread = make_comment(record, first).thread
    services.reply(actor=second, thread=thread, text="Yes.")
    unsubscribe(person=second, subject=Subscription.Subject.ENTRY, key=record.accession)
    services.reply(actor=first, thread=thread, text="Thank you.")
    services.reply(actor=second, thread=thread, text="I write again, and stay mute.")
    services.reply(actor=first, thread=thread, text=f"Named all the same: @{second.username}")
    assert [kind for kind, _ in told(second)] == ["mention"]


def test_an_edit_tells_only_who_is_newly_named(record):
    author, named, also = commenter(), commenter(username="ann"), commenter(username="bob")
    comment = services.open_thread(actor=author, about=record, text="@ann?")
    services.edit_comment(actor=author, comment=comment, text="@ann? @bob?")
    assert len(told(named)) == len(told(also)) == 1


def test_telling_costs_the_same_for_many_followers(record, django_assert_max_num_queries):
    for _ in range(12):
        services.open_thread(actor=commenter(), about=record, text="Me too.")
    person = commenter()
    with django_assert_max_num_queries(32):
        services.open_thread(actor=person, about=record, text="So many.")
    assert Notice.objects.filter(kind="comment", key=f"comment {Comment.objects.latest('pk').pk}").count() == 12


# --- what becomes of a comment ------------------------------------------------------------------


def test_an_edit_keeps_what_it_said_before(record):
    author = commenter()
    comment = make_comment(record, author, "First *words*.")
    services.edit_comment(actor=author, comment=comment, text="Second words.")
    services.edit_comment(actor=author, comment=comment, text="Second words.")
    assert [version.text for version in CommentVersion.objects.all()] == ["First *words*."]
    with pytest.raises(Refused):
        services.edit_comment(actor=commenter(), comment=comment, text="Not mine.")
    with pytest.raises(ProgrammingError), transaction.atomic():
        CommentVersion.objects.update(text="Never said.")


def test_the_author_withdraws_and_an_editor_hides_for_a_reason(record, editor):
    author = commenter()
    comment = make_comment(record, author)
    with pytest.raises(Refused, match="reason"):
        services.hide_comment(actor=editor, comment=comment, reason=" ")
    with pytest.raises(Refused):
        services.hide_comment(actor=author, comment=comment, reason="Mine.")
    services.hide_comment(actor=editor, comment=comment, reason="An advertisement.")
    with pytest.raises(Refused):
        services.edit_comment(actor=author, comment=comment, text="Buy this instead.")
    services.show_comment(actor=editor, comment=comment)
    services.withdraw_comment(actor=author, comment=comment)
    with pytest.raises(Refused):
        services.hide_comment(actor=editor, comment=comment, reason="Too late.")
    assert list(Event.objects.of_object(comment).values_list("verb", flat=True)) == [
        "comment",
        "hide",
        "show",
        "withdraw",
    ]
    assert Comment.objects.get().text, "nothing is deleted"


def test_threads_are_resolved_and_reopened_by_whom_it_concerns(record, editor):
    opener, other, editor = commenter(), commenter(), with_confirmed_address(editor)
    thread = make_comment(record, opener).thread
    with pytest.raises(Refused):
        services.resolve(actor=other, thread=thread)
    services.resolve(actor=opener, thread=thread)
    with pytest.raises(Refused, match="reopen"):
        services.reply(actor=other, thread=thread, text="But …")
    with pytest.raises(Refused, match="resolved already"):
        services.resolve(actor=opener, thread=thread)
    services.reopen(actor=editor, thread=thread)
    services.reply(actor=other, thread=thread, text="But …")
    assert not Thread.objects.get().is_resolved


def test_the_database_wants_one_subject_a_thread(record):
    person = commenter()
    for values in ({}, {"record": record, "target": record.submissions.get().target}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.create(opened_by=person, **values)
    assert Record.objects.count() == 1


# --- the steps of a submission --------------------------------------------------------------------


def kinds(person):
    return list(Notice.objects.of(person).order_by("pk").values_list("kind", flat=True))


def test_authors_are_told_of_each_step_and_editors_of_the_queue(editor, other_editor):
    submission = make_published(editor=editor)
    assert kinds(submission.submitter) == ["review_step", "decision"]
    assert kinds(other_editor) == ["queue"]
    assert Notice.objects.of(submission.submitter)[0].url == f"/entries/{submission.record.accession}/"


def test_many_submissions_of_one_person_are_one_news_of_the_queue(editor, curator):
    make_submitted(curator)
    make_submitted(curator, outcome="metastasis")
    make_submitted(CuratorFactory(), outcome="cell_function")
    assert kinds(editor) == ["queue", "queue"]


def test_who_decided_before_is_told_that_it_is_submitted_again(editor):
    submission = make_in_review(editor=editor)
    services.request_changes(
        actor=editor, submission=submission, reason="Name the strain.", content_hash=submission.content_hash
    )
    assert "Name the strain." in Notice.objects.of(submission.submitter)[0].text
    services.submit(actor=submission.submitter, submission=submission)
    assert Notice.objects.of(editor)[0].text.endswith("is submitted again.")
