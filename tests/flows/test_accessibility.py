"""Every page, as every role, in light and dark, wide and at 360 px: axe finds nothing to mend,
nothing sticks out sideways, and nothing offends the content security policy.

The pages are the site's own addresses (``tests.walk``): a new one cannot be forgotten. A page is
visited by a role where it differs from what the role before it sees.
"""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from apps.curation import services
from apps.literature import services as literature
from apps.literature.models import ImportRun
from tests.factories.bulk import checked, row, sent
from tests.factories.curation import make_draft, make_editor, make_in_review, make_published, make_submitted
from tests.factories.literature import article, article_set, imported, make_run, many
from tests.factories.retractions import make_finding
from tests.factories.triage import make_claimed, make_rejected, make_screened
from tests.walk import Who, addresses, furnish, path_of, policy_of

from .views import in_every_view, offences

pytestmark = pytest.mark.django_db(transaction=True)

ROLES = ("nobody", "visitor", "curator", "editor", "administrator")
NOT_OURS = ("admin:",)  # Django's own pages
VARIANTS = (
    "/no-such-page/",
    "/entries/?q=nothing-of-the-kind",
    "/entries/?level=Z",
    "/targets/?q=nothing-of-the-kind",
    "/workbench/references/?q=nothing-of-the-kind",
    "/workbench/imports/new/?way=identifiers",
    "/workbench/imports/new/?way=search",
    "/workbench/submissions/?status=rejected",
    "/workbench/retractions/?show=reviews",
    "/workbench/retractions/?show=judged",
    "/entries/TMEE:0000002/",  # under re-review (tests.walk)
    "/workbench/triage/?state=rejected",
    "/vocabularies/requests/new/?vocabulary=cell_state&name=myeloid",
    "/vocabularies/requests/?show=mine",
    "/vocabularies/requests/?show=decided",
    "/vocabularies/local/new/?vocabulary=therapy",
    "/vocabularies/local/?q=nothing-of-the-kind",
    "/workbench/triage/?q=nothing-of-the-kind",
)
ONCE_ONLY = re.compile(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"')


def furnish_for(person) -> list[str]:
    """Things of one's own in every state, and the addresses of their pages."""
    if person is None or not person.is_curator:
        return []
    changes = make_in_review(submitter=person)
    services.request_changes(
        actor=changes.claimed_by, submission=changes, reason="Name the cohort.", content_hash=changes.content_hash
    )
    retracted = make_published(person, outcome="metastasis")
    services.apply_finding(actor=None, finding=make_finding(retracted.reference))
    own = [services.start(actor=person), make_draft(person), make_submitted(person), changes, make_published(person)]
    paths = [f"/workbench/submissions/{one.pk}/" for one in own]
    paths += [f"/workbench/submissions/{one.pk}/{page}/" for one in own for page in ("edit", "withdraw")]
    paths += [f"/workbench/imports/{run.pk}/{page}" for run in runs_of(person) for page in ("", "report/")]
    paths += candidates_of(person)
    paths += tables_of(person)
    if person.is_editor:
        other = make_editor()
        waiting = services.ask_second_review(actor=other, submission=make_submitted(), reason="Two should look.")
        mine = make_in_review(editor=person)
        paths += [f"/review/{one.pk}/" for one in (mine, waiting)]
    return paths


def runs_of(person) -> list[ImportRun]:
    """Imports on their way, paused, and over with failed rows and remarks."""
    running, paused = (make_run(many(1), requested_by=person) for _ in range(2))
    literature.pause_import(actor=person, run=paused)
    ImportRun.objects.filter(pk=running.pk).update(
        state="running", lease_holder="x", lease_until="2100-01-01T00:00Z", bytes_read=9, checkpoint=5, pace=2
    )
    return [
        running,
        paused,
        imported(article_set(article(1), article(2, ""), article(3, doi="x")), requested_by=person),
    ]


def tables_of(person) -> list[str]:
    """Tables of records, one with rows of every kind and one that is still to be checked."""
    rows = [row(), row(summary=""), row(target="?"), row(reference="PMID:1")]
    done, waiting = checked(person, *rows), sent(person, row())
    return [f"/workbench/bulk/{done.pk}/", f"/workbench/bulk/{done.pk}/?show=known", f"/workbench/bulk/{waiting.pk}/"]


def candidates_of(person) -> list[str]:
    """Candidates in every state, and the addresses of their pages and of the views that show them."""
    named = {"kind": "target", "curie": "HGNC:2433", "label": "CSF1R", "count": 1, "title": True}
    score = {"relevance": 9, "reasons": [["Target in the title", 9]], "mentions": [named], "scored_at": timezone.now()}
    candidates = [make_claimed(person, **score), make_rejected(**score), make_screened((person, "include"), **score)]
    candidates.append(make_screened((make_editor(), "exclude"), (make_editor(), "include"), screening="conflict"))
    views = [f"/workbench/triage/?state={state}" for state in ("claimed", "conflict")]
    return [*(f"/workbench/triage/{candidate.pk}/" for candidate in candidates), *views]


def signed_in(person) -> Client:
    client = Client()
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def main_part(client: Client, path: str) -> str:
    """What the page says between header and footer; "" where there is no page."""
    answer = client.get(path)
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    return ONCE_ONLY.sub("", answer.content.decode().partition("<main")[2])


def may_be_read(address) -> bool:
    policy = policy_of(address)
    return policy is None or policy.read != Who.NOBODY


def paths_for(role: str, people: dict) -> list[str]:
    """The pages that this role sees otherwise than the role before it."""
    samples = furnish()
    paths = [path_of(one, samples) for one in addresses() if may_be_read(one) and not one.name.startswith(NOT_OURS)]
    paths += [*VARIANTS, *furnish_for(people[role])]
    client, before = signed_in(people[role]), signed_in(people[ROLES[max(0, ROLES.index(role) - 1)]])
    seen = {path: main_part(client, path) for path in dict.fromkeys(paths)}
    return [path for path, main in seen.items() if main and (role == ROLES[0] or main != main_part(before, path))]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible(page, live_server, sign_in, people, role):
    if people[role]:
        sign_in(page, people[role])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong = []
    paths = paths_for(role, people)
    for path in paths:
        page.goto(f"{live_server}{path}")
        for size, scheme in in_every_view(page):
            wrong += [f"{path} ({size['width']} px, {scheme}): {offence}" for offence in offences(page)]
        # The browser itself notes an answer that is an error; that is no fault of the page.
        wrong += [f"{path}: {text}" for text in complaints if not text.startswith("Failed to load resource")]
        complaints.clear()
    assert paths
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "429.html", "500.html"])
def test_error_pages_are_accessible(page, live_server, rf, template):
    alone = template in {"400.html", "500.html"}  # they show even where there is no request to go by
    body = render_to_string(template, request=None if alone else rf.get("/an-error/"))
    page.route("**/an-error/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{live_server}/an-error/")
    assert [offence for _ in in_every_view(page) for offence in offences(page)] == []
