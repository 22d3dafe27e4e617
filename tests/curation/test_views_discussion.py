"""The pages of discussions: what they show to whom, and that typed text survives."""

import pytest
from django.test import Client

from apps.curation import services
from apps.curation.models import Comment, Thread
from tests.factories.accounts import CuratorFactory
from tests.factories.curation import make_in_review, make_published, make_submitted
from tests.factories.discussion import commenter, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    return make_published()


def text_of(answer):
    return answer.content.decode()


def test_everyone_reads_and_the_page_of_the_entry_counts_open_threads(client, published):
    accession = published.record.accession
    thread = make_comment(published.record, text="Is it *causal*?").thread
    make_comment(published.record)
    assert "Discussion (2 open)" in text_of(client.get(f"/entries/{accession}/"))
    page = text_of(client.get(f"/entries/{accession}/discussion/"))
    assert "Is it <em>causal</em>?" in page
    assert "Sign in to write." in page
    assert "<textarea" not in page
    services.resolve(actor=thread.opened_by, thread=thread)
    assert "Discussion (1 open)" in text_of(client.get(f"/entries/{accession}/"))


def test_the_page_of_a_target_counts_them_too(client, published):
    curie = published.target.curie
    make_comment(published.target)
    assert "Discussion (1 open)" in text_of(client.get(f"/targets/{curie}/"))
    assert client.get(f"/targets/{curie}/discussion/").status_code == 200
    assert client.get("/targets/HGNC:99999999/discussion/").status_code == 404
    assert client.get("/entries/TMEE:9999999/discussion/").status_code == 404


def test_a_comment_is_previewed_sent_and_answered_without_javascript(client, published):
    address = f"/entries/{published.record.accession}/discussion/"
    client.force_login(commenter(name="Ann Author"))
    looked = text_of(client.post(address, {"text": "A **strong** claim", "preview": "yes"}))
    assert "<strong>strong</strong>" in looked
    assert "A **strong** claim</textarea>" in looked
    assert not Comment.objects.exists()
    page = text_of(client.post(address, {"text": "A **strong** claim"}, follow=True))
    assert "<strong>strong</strong>" in page
    thread = Thread.objects.get()
    page = client.post(f"/discussion/threads/{thread.pk}/", {"text": "I answer myself"}, follow=True)
    assert page.redirect_chain[-1][0].startswith(f"{address}?thread={thread.pk}#comment-")
    assert "I answer myself" in text_of(page)


@pytest.mark.parametrize("where", ["new", "reply"])
def test_text_that_is_refused_stays_in_its_box(client, published, where):
    thread = make_comment(published.record).thread
    address = f"/entries/{published.record.accession}/discussion/"
    client.force_login(commenter())
    path = address if where == "new" else f"/discussion/threads/{thread.pk}/"
    answer = client.post(path, {"text": "y" * 6001})
    assert answer.status_code == 422
    assert "y" * 6001 in text_of(answer)
    services.resolve(actor=thread.opened_by, thread=thread)
    if where == "reply":
        answer = client.post(path, {"text": "Came too late"})
        assert answer.status_code == 409
        assert "Came too late</textarea>" in text_of(answer)


def test_too_much_in_a_short_time_is_429_and_keeps_the_text(client, published, monkeypatch):
    monkeypatch.setattr("apps.curation.services.discussing.MOST_AT_A_TIME", 0)
    client.force_login(commenter())
    answer = client.post(f"/entries/{published.record.accession}/discussion/", {"text": "Once more"})
    assert answer.status_code == 429
    assert "Once more</textarea>" in text_of(answer)


def test_who_was_signed_out_or_signed_in_anew_gets_the_text_back(published):
    address = f"/entries/{published.record.accession}/discussion/"
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address, {"text": "Long <thoughts>"})
    assert answer.status_code == 403
    assert "Long &lt;thoughts&gt;</textarea>" in text_of(answer)
    client.force_login(commenter())
    answer = client.post(address, {"text": "Long <thoughts>"})
    assert answer.status_code == 403
    assert "Read it, and send it once more" in text_of(answer)
    assert not Comment.objects.exists()


def test_the_discussion_of_a_submission_stands_on_its_pages_and_leads_back(client, other_curator):
    submission = make_in_review()
    comment = make_comment(submission, submission.submitter, "Which figure?")
    client.force_login(submission.claimed_by)
    page = text_of(client.get(f"/review/{submission.pk}/"))
    assert "Which figure?" in page
    assert "write nothing that shows how you will decide" in page
    answer = client.post(f"/discussion/threads/{comment.thread_id}/", {"text": "Figure 2", "page": "review"})
    assert answer["Location"].startswith(f"/review/{submission.pk}/#comment-")
    client.force_login(submission.submitter)
    page = text_of(client.get(f"/workbench/submissions/{submission.pk}/"))
    assert "Figure 2" in page
    assert "write nothing that shows" not in page
    client.force_login(other_curator)
    for path in (f"/workbench/submissions/{submission.pk}/discussion/", f"/discussion/threads/{comment.thread_id}/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"text": "Let me in"}).status_code == 404
    assert client.get(f"/discussion/comments/{comment.pk}/history/").status_code == 404
    assert client.get(f"/discussion/comments/{comment.pk}/edit/").status_code == 404


def test_a_comment_is_edited_with_its_history_and_withdrawn(client, published):
    author = commenter()
    comment = make_comment(published.record, author, "First words")
    client.force_login(author)
    path = f"/discussion/comments/{comment.pk}/"
    assert "First words</textarea>" in text_of(client.get(f"{path}edit/"))
    assert client.post(f"{path}edit/", {"text": ""}).status_code == 422
    page = text_of(client.post(f"{path}edit/", {"text": "Second words"}, follow=True))
    assert "Second words" in page
    assert "First words" not in page
    assert "First words" in text_of(Client().get(f"{path}history/"))
    page = text_of(client.post(f"{path}withdraw/", follow=True))
    assert "Withdrawn by its author" in page
    assert "Second words" not in page
    assert Client().get(f"{path}history/").status_code == 404


def test_an_editor_hides_for_a_reason_that_everyone_reads(client, published, editor):
    comment = make_comment(published.record, text="Buy my pills")
    path = f"/discussion/comments/{comment.pk}/"
    client.force_login(editor)
    assert client.post(f"{path}hide/", {"reason": ""}).status_code == 422
    client.post(f"{path}hide/", {"reason": "An advertisement."})
    page = text_of(Client().get(f"/entries/{published.record.accession}/discussion/"))
    assert "An advertisement." in page
    assert "Buy my pills" not in page
    assert Client().get(f"{path}history/").status_code == 404
    assert "Buy my pills" in text_of(client.post(f"{path}show/", follow=True))
    client.force_login(CuratorFactory())
    assert client.post(f"{path}hide/", {"reason": "Because."}, follow=True).status_code == 200
    assert Comment.objects.get().hidden_at is None


def test_a_link_to_a_comment_shows_its_thread_alone(client, published):
    old = make_comment(published.record, text="The oldest")
    for n in range(11):
        make_comment(published.record, text=f"Thread {n}")
    address = f"/entries/{published.record.accession}/discussion/"
    assert "The oldest" not in text_of(client.get(address))
    assert "The oldest" in text_of(client.get(address, {"threads": 2}))
    page = text_of(client.get(address, {"thread": old.thread_id}))
    assert "The oldest" in page
    assert "Thread 10" not in page
    for odd in ("x", "²", "9" * 40, "-1"):
        assert "Thread 10" in text_of(client.get(address, {"thread": odd}))


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("page", ["entry", "submission"])
def test_queries_do_not_grow_with_threads_and_comments(client, page, count, django_assert_num_queries):
    if page == "entry":
        about = make_published().record
        address, reader, queries = f"/entries/{about.accession}/discussion/", commenter(), 9
    else:
        about = make_submitted()
        address, reader, queries = f"/workbench/submissions/{about.pk}/discussion/", about.submitter, 15
    authors = [commenter() if page == "entry" else about.submitter for _ in range(2)]
    for _ in range(count):
        thread = make_comment(about, authors[0]).thread
        services.reply(actor=authors[1], thread=thread, text="Yes.")
    client.force_login(reader)
    with django_assert_num_queries(queries):
        client.get(address)
