"""A discussion from the first question to the resolved thread, by keyboard and mouse; and its pages in every view."""

import pytest
from django.db import transaction

from apps.accounts.models import Notice, Subscription
from apps.accounts.services import notify
from apps.curation import services
from tests.factories.curation import make_in_review
from tests.factories.discussion import make_comment

from .views import in_every_view, offences

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_is_asked_previewed_answered_and_resolved(page, live_server, sign_in):
    submission = make_in_review()
    sign_in(page, submission.claimed_by)
    page.goto(f"{live_server}/review/{submission.pk}/")
    page.get_by_label("Your comment").fill("Which **figure** shows it?")
    page.get_by_role("button", name="Preview").press("Enter")
    preview = page.get_by_label("Preview", exact=True).filter(has_text="not sent yet")
    assert preview.locator("strong").inner_text() == "figure"
    page.get_by_role("button", name="Comment", exact=True).press("Enter")
    page.wait_for_url(f"**/review/{submission.pk}/#comment-*")
    sign_in(page, submission.submitter)
    page.goto(f"{live_server}/workbench/submissions/{submission.pk}/")
    page.locator("details.reply summary").press("Enter")
    page.get_by_label("Your reply").fill("Figure 2.")
    page.get_by_role("button", name="Reply", exact=True).press("Enter")
    page.wait_for_url(f"**/workbench/submissions/{submission.pk}/#comment-*")
    page.get_by_role("button", name="Resolve").press("Enter")
    page.get_by_role("button", name="Reopen").wait_for()
    assert Notice.objects.of(submission.claimed_by).filter(kind="reply").count() == 1


def pages_of(submission) -> list[str]:
    """A discussion with all that can be in it, and the pages about it."""
    reviewer = submission.claimed_by
    text = "A `code`, a [link](https://example.org/) and\n\n> a quotation"
    first = make_comment(submission, submission.submitter, text)
    thread = first.thread
    hidden = services.reply(actor=submission.submitter, thread=thread, text="Hidden soon")
    services.hide_comment(actor=reviewer, comment=hidden, reason="An advertisement.")
    mine = services.reply(actor=reviewer, thread=thread, text="Edited " + "averylongword" * 20)
    services.edit_comment(actor=reviewer, comment=mine, text="Edited, and named: @" + submission.submitter.username)
    gone = services.reply(actor=reviewer, thread=thread, text="Withdrawn soon")
    services.withdraw_comment(actor=reviewer, comment=gone)
    resolved = make_comment(submission, submission.submitter, "Answered long ago").thread
    services.resolve(actor=reviewer, thread=resolved)
    with transaction.atomic():
        notify(people=[reviewer], kind=Notice.Kind.MENTION, text="Somebody names you.", url="/", key="sample")
    services.follow(actor=reviewer, subject=Subscription.Subject.SEARCH, key="outcome=tumour_growth")
    return [
        f"/review/{submission.pk}/",
        f"/workbench/submissions/{submission.pk}/discussion/",
        f"/discussion/comments/{mine.pk}/edit/",
        f"/discussion/comments/{mine.pk}/history/",
        f"/discussion/comments/{first.pk}/hide/",
        "/accounts/notices/",
        "/accounts/notices/?kind=queue&unread=on",
        "/accounts/notifications/",
    ]


def test_its_pages_are_accessible_with_all_that_can_be_in_them(page, live_server, sign_in):
    submission = make_in_review()
    paths = pages_of(submission)
    sign_in(page, submission.claimed_by)
    wrong = []
    for path in paths:
        page.goto(f"{live_server}{path}")
        for size, scheme in in_every_view(page):
            wrong += [f"{path} ({size['width']} px, {scheme}): {offence}" for offence in offences(page)]
    assert not wrong, "\n".join(wrong)
