"""Reviews by two on the pages and in the API: what each person sees, and what they may press."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.curation import services
from apps.curation.models import Decision, Submission
from tests.factories.accounts import EditorFactory
from tests.factories.curation import decide, make_editor, make_in_review, make_submitted

from .test_services_panel import asked

pytestmark = pytest.mark.django_db

API = "/api/v1/curation/submissions/"
NOTICES = reverse("accounts:notice-list")
SECRET = "Zarbluntif is unsound."


@pytest.fixture
def first():
    return make_editor(EditorFactory(name="Frida First"))


@pytest.fixture
def second():
    return make_editor(EditorFactory(name="Sven Second"))


@pytest.fixture
def both(curator, first, second):
    submission = asked(make_submitted(curator))
    services.claim(actor=first, submission=submission)
    return services.claim(actor=second, submission=submission)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def api(person) -> APIClient:
    client = APIClient()
    client.force_login(person)
    return client


def words(response) -> str:
    text = re.sub(r"(?s)<input type=.hidden.[^>]*>", "", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def seen_by(person, submission) -> list[str]:
    """Everything that this person can read of it, without what changes with each answer."""
    pages = [f"/workbench/submissions/{submission.pk}/", "/review/", "/workbench/", NOTICES]
    if person.is_editor:
        pages.append(f"/review/{submission.pk}/")
    client = browser(person)
    return [words(client.get(page)) for page in pages] + [
        api(person).get(f"{API}{submission.pk}/").content.decode(),
        api(person).get(API).content.decode(),
    ]


@pytest.mark.parametrize("who", ["second", "curator", "stranger"])
def test_a_first_verdict_leaves_no_trace_for_others(both, first, second, who, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    reader = {"second": second, "curator": both.submitter, "stranger": make_editor()}[who]
    before = seen_by(reader, both)

    decide(both, first, "reject", reason=SECRET, reasons=["unsupported"], remarks={"level": SECRET})

    after = seen_by(reader, both)
    assert after == before
    assert not any("Zarbluntif" in text for text in after)


def test_own_verdict_is_shown_to_its_reviewer(both, first):
    decide(both, first, "reject", reason=SECRET, reasons=["unsupported"], remarks={"level": SECRET})

    text = words(browser(first).get(f"/review/{both.pk}/"))

    assert "your verdict is kept" in text
    assert "Zarbluntif" in text
    assert "Approve and publish" not in text
    [verdict] = api(first).get(f"{API}{both.pk}/").json()["verdicts"]
    assert (verdict["outcome"], verdict["remarks"]) == ("reject", {"level": SECRET})


def test_third_editor_sees_both_once_seated(both, first, second):
    third = make_editor()
    decide(both, first, "reject", reason=SECRET)
    decide(both, second, "approve", reason="Sound enough.")
    page = f"/review/{both.pk}/"
    assert "Zarbluntif" not in words(browser(third).get(page))
    assert "Another reviewer is wanted" in words(browser(third).get(page))

    browser(third).post(f"{page}claim/")

    text = words(browser(third).get(page))
    assert "Zarbluntif" in text
    assert "Sound enough." in text
    assert "a third editor settles it" in text


def test_verdict_with_reasons_and_remarks_reaches_the_submitter_beside_the_field(curator):
    submission = make_in_review(curator)
    given = {
        "content_hash": submission.content_hash,
        "reason": "Nearly there.",
        "reasons": ["wording", "missing"],
        "remark-level": "Rather D2.",
        "remark-cohort_key": "Name it.",
    }

    answer = browser(submission.claimed_by).post(f"/review/{submission.pk}/request-changes/", given)

    assert answer.status_code == 302
    decision = Decision.objects.get()
    assert decision.remarks == {"level": "Rather D2.", "cohort_key": "Name it."}
    for page in (f"/workbench/submissions/{submission.pk}/", f"/workbench/submissions/{submission.pk}/edit/"):
        text = words(browser(curator).get(page))
        for said in ("Nearly there.", "The wording is unclear", "Rather D2.", "Name it."):
            assert said in text, page
    edit = browser(curator).get(f"/workbench/submissions/{submission.pk}/edit/").content.decode()
    beside = edit[edit.index('id="field-level"') :]
    assert beside.index("Rather D2.") < beside.index('id="remark-level"')


def test_typed_verdict_survives_a_refusal(curator):
    submission = make_in_review(curator)
    client = browser(submission.claimed_by)
    given = {"content_hash": "0" * 64, "reason": "Typed.", "reasons": ["other"], "remark-level": "Typed too."}

    stale = client.post(f"/review/{submission.pk}/reject/", given).content.decode()
    unsaid = client.post(
        f"/review/{submission.pk}/reject/", given | {"content_hash": submission.content_hash, "reason": ""}
    )
    long = client.post(f"/review/{submission.pk}/reject/", given | {"remark-level": "x" * 2001})
    other = browser(make_editor()).post(f"/review/{submission.pk}/reject/", given)

    assert "Typed." in stale
    assert re.search(r'value="other"[^>]*checked', stale)
    assert "Typed too." in unsaid.content.decode()
    assert (unsaid.status_code, long.status_code, other.status_code) == (422, 422, 403)
    assert "x" * 2001 in long.content.decode()
    assert "Typed too." in words(other)
    assert not Decision.objects.exists()


def test_editor_asks_another_from_the_page(curator, first, second):
    submission = make_submitted(curator)
    client, page = browser(first), f"/review/{submission.pk}/"
    assert "Ask Sven Second" in words(client.get(page))

    assert client.post(f"{page}assign/", {"editor": "nobody"}).status_code == 422
    assert client.post(f"{page}assign/", {"editor": curator.pk}).status_code == 422
    client.post(f"{page}assign/", {"editor": second.pk})

    assert Submission.objects.get(pk=submission.pk).claimed_by == second
    assert "asks you to review" in words(browser(second).get(NOTICES))
    assert "Given to Sven Second for review" in words(client.get(page))


def test_editor_asks_for_a_second_reviewer_from_the_page(curator, first):
    submission = make_submitted(curator)
    client, page = browser(first), f"/review/{submission.pk}/"
    assert client.post(f"{page}second/", {"reason": " "}).status_code == 422
    long = client.post(f"{page}second/", {"reason": "x" * 4001})
    assert "x" * 4001 in long.content.decode()

    client.post(f"{page}second/", {"reason": "It is bold."})

    text = words(client.get(page))
    assert "because an editor asked for it" in text
    assert "It is bold." in text


def test_colleague_is_warned_on_the_page(curator, first):
    for person in (curator, first):
        person.affiliation = "Example University"
        person.save()
    submission = services.claim(actor=first, submission=make_submitted(curator))

    assert "works at the same place" in words(browser(first).get(f"/review/{submission.pk}/"))


def test_author_of_the_paper_is_told_why(curator):
    author = make_editor(EditorFactory(name="Ada Lovelace"))
    submission = make_submitted(curator)

    assert "You are an author of the paper" in words(browser(author).get(f"/review/{submission.pk}/"))
    assert browser(author).post(f"/review/{submission.pk}/claim/").status_code == 403


def test_page_of_agreement(both, first, second):
    client = browser(first)
    assert "Nothing to compare yet" in words(client.get("/review/agreement/"))
    decide(both, first, "reject", remarks={"level": "Lower."})
    assert "Nothing to compare yet" in words(client.get("/review/agreement/"))
    decide(both, second, "reject", remarks={"level": "Lower."})

    text = words(client.get("/review/agreement/"))

    assert "In 1 of 1 review by two, both came to the same outcome: 100%" in text
    assert "Level" in text


def test_queue_tells_of_vacant_seats(curator, first):
    submission = services.claim(actor=first, submission=asked(make_submitted(curator)))

    text = words(browser(make_editor()).get("/review/?whose=unclaimed"))

    assert "Frida First and another is wanted" in text
    assert f"/review/{submission.pk}/" in browser(first).get("/review/?whose=mine").content.decode()


# --- API --------------------------------------------------------------------------------------


def test_api_goes_the_same_way(curator, first, second):
    submission = make_submitted(curator)
    address = f"{API}{submission.pk}/"

    answer = api(first).post(f"{address}second-review/", {"reason": "It is bold."})
    assert (answer.status_code, answer.json()["second_review"]) == (200, ["asked"])
    names = [each["name"] for each in api(first).get(f"{address}reviewers/").json()]
    assert "Sven Second" in names
    assert api(first).post(f"{address}assign/", {"editor": second.pk}).status_code == 200
    claimed = api(first).post(f"{address}claim/").json()
    assert [seat["editor"]["name"] for seat in claimed["reviewers"]] == ["Sven Second", "Frida First"]
    verdict = {
        "content_hash": claimed["content_hash"],
        "reason": "No.",
        "reasons": ["other"],
        "remarks": {"level": "D2."},
    }
    waiting = api(first).post(f"{address}request-changes/", verdict).json()
    assert waiting["status"] == "in_review"
    assert [seat["decided"] for seat in waiting["reviewers"]] == [None, True]
    closed = api(second).post(f"{address}request-changes/", verdict).json()

    assert closed["status"] == "changes_requested"
    told = api(curator).get(address).json()
    assert [each["remarks"] for each in told["verdicts"]] == [{"level": "D2."}] * 2


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("assign", {}),
        ("assign", {"editor": 2**62}),
        ("second-review", {"reason": ""}),
        ("reject", {"reason": "No.", "content_hash": "0" * 64, "reasons": ["mood"]}),
        ("reject", {"reason": "No.", "content_hash": "0" * 64, "remarks": {"colour": "Blue."}}),
        ("reject", {"reason": "No.", "content_hash": "0" * 64, "remarks": {"level": "x" * 2001}}),
    ],
)
def test_api_refuses_what_makes_no_sense(curator, first, verb, body):
    submission = services.claim(actor=first, submission=make_submitted(curator))

    assert api(first).post(f"{API}{submission.pk}/{verb}/", body, format="json").status_code in {400, 409, 422}
    assert not Decision.objects.exists()


def test_api_tells_suggestions_to_whoever_may_assign(curator, first, second):
    submission = make_submitted(curator)
    for other in (curator, EditorFactory()):
        assert api(other).get(f"{API}{submission.pk}/reviewers/").json() == []
    assert second.name in [one["name"] for one in api(first).get(f"{API}{submission.pk}/reviewers/").json()]
