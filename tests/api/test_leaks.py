"""What is not published is nowhere: every public page and every answer of the API is walked and searched.

Each secret is a word that stands in one unpublished place only. The word of what *is* published must
be found by the same walk, so the test would notice if it looked at nothing.
"""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from apps.accounts.services import make_conflict_statement, notify
from apps.catalogue.models import Entry
from apps.catalogue.services import rebuild, refresh_target
from apps.curation import services
from apps.literature.models import Reference, RetractionState
from apps.literature.services import dismiss_finding
from apps.vocabularies.choices import TargetClass, TermStatus, Vocabulary
from apps.vocabularies.models import Target, Term
from tests.factories.accounts import CuratorFactory, EditorFactory
from tests.factories.curation import ReferenceFactory, complete_content, make_draft, make_in_review, make_submitted
from tests.factories.retractions import make_finding

pytestmark = pytest.mark.django_db

PUBLIC = ("/entries/", "/targets/", "/references/", "/api/v1/")
STARTS = [
    "/",
    "/entries/",
    "/targets/",
    *(f"/api/v1/{name}" for name in ("", "entries/", "targets/", "references/", "terms/", "changes/", "facets/")),
    *(f"/api/v1/{name}/?format={fmt}" for name in ("entries", "targets", "terms") for fmt in ("tsv", "ndjson")),
    "/api/v1/docs/",
    "/api/v1/schema/",
]
SECRETS = {
    "draft": "zarbluntif",
    "submitted": "yexoravine",
    "in review": "wolquendam",
    "changes requested": "vintrusopa",
    "request of the editor": "ubrolentix",
    "rejected": "tazgomerel",
    "refusal of the editor": "sifnodraque",
    "withdrawn": "rublexaton",
    "open revision": "quandirobe",
    "note of an open revision": "drovantisel",
    "note of the approval": "pelvixoram",
    "conflict statement": "ostragimel",
    "unused reference": "nexpluvior",
    "dismissal of a finding": "gravinotel",
    "words of a source about a retraction": "folmitrane",
    "notice to a person": "astriboveq",
    "pending term": "mirtozaque",
    "pending target": "lobrentuxi",
    "address of the curator": "kelvoprand",
}
PUBLISHED = "jandorimex"


@pytest.fixture
def portal(monkeypatch):
    """One thing in every state that a visitor must not see, and one that everybody may."""
    word = SECRETS.__getitem__
    curator = CuratorFactory(email=f"{word('address of the curator')}@lab.example", name="Public Name")
    make_draft(curator, summary=f"{word('draft')} in the stroma.")
    make_submitted(curator, summary=f"{word('submitted')} in the stroma.", outcome="metastasis")
    make_in_review(curator, summary=f"{word('in review')} in the stroma.", outcome="cell_function")

    def reviewed(outcome, **changes):
        submission = make_in_review(curator, outcome=outcome, **changes)
        return {"actor": submission.claimed_by, "submission": submission, "content_hash": submission.content_hash}

    services.request_changes(
        **reviewed("immune_infiltration", summary=f"{word('changes requested')} seen."),
        reason=f"Please mend the {word('request of the editor')}.",
    )
    services.reject(
        **reviewed("matrix_remodelling", summary=f"{word('rejected')} seen."),
        reason=f"There is no {word('refusal of the editor')}.",
    )
    withdrawn = make_submitted(curator, summary=f"{word('withdrawn')} seen.", outcome="target_expression")
    services.withdraw(actor=curator, submission=withdrawn, reason=f"{word('withdrawn')} was wrong.")

    published = reviewed("tumour_growth", summary=f"{PUBLISHED} seen by everyone.")
    services.approve(**published, reason=f"Good {word('note of the approval')}.")
    revision = services.start(actor=curator, revises=Entry.objects.get().accession)
    content = complete_content(summary=f"{word('open revision')} instead.", reference=revision.reference_id)
    services.save_draft(
        actor=curator,
        submission=revision,
        content=content,
        edit_count=revision.edit_count,
        change_note=f"Now with {word('note of an open revision')}.",
    )

    entry = Entry.objects.get()
    reference = Reference.objects.get(pk=entry.reference)
    concern = make_finding(
        reference, RetractionState.EXPRESSION_OF_CONCERN, reason=word("words of a source about a retraction")
    )
    services.apply_finding(actor=None, finding=concern)
    editor = EditorFactory()
    dismiss_finding(actor=editor, finding=make_finding(reference), reason=f"No {word('dismissal of a finding')}.")
    notify(people=[curator], kind="findings", text=word("notice to a person"), url="/", key="notice")

    make_conflict_statement(person=curator, text=f"Shares in {word('conflict statement')}.")
    ReferenceFactory(title=f"About {word('unused reference')}")
    Term.objects.create(
        curie="TMECS:9999999",
        vocabulary=Vocabulary.CELL_STATE,
        label=word("pending term"),
        status=TermStatus.PENDING,
    )
    pending = Target.objects.create(
        curie="HGNC:999999",
        symbol=word("pending target"),
        name="pending",
        classes=[TargetClass.OTHER],
        status=TermStatus.PENDING,
    )
    refresh_target(pending)
    rebuild()
    monkeypatch.setattr("apps.core.throttling.FairThrottle.allow_request", lambda *args: True)


def walk(client):
    """Every public address that can be reached from the starts, with the text it answers."""
    waiting, seen = list(STARTS), {}
    while waiting and len(seen) < 600:
        address = waiting.pop()
        if address in seen:
            continue
        answer = client.get(address)
        assert answer.status_code < 500, address
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # Packed files are no text: what they hold is what the plain formats hold.
        body = unescape(content.decode(errors="replace"))
        seen[address] = body
        found = re.findall(r'(?:href|src)="([^"]+)"', body) + re.findall(r'"(https?://testserver/[^"]+)"', body)
        found += [f"/entries/{one}/" for one in re.findall(r"TMEE:[0-9]{7}", body)]
        for link in found:
            parts = urlsplit(urljoin(f"http://testserver{address}", link))
            here = parts.path == "/" or parts.path.startswith(PUBLIC)
            if parts.netloc == "testserver" and here and not parts.path.startswith("/api/v1/curation/"):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def test_nothing_unpublished_is_anywhere(portal, client):
    pages = walk(client)
    assert len(pages) > 50
    found = {(name, address) for address, body in pages.items() for name, word in SECRETS.items() if word in body}
    assert not found


def test_the_walk_finds_what_is_published(portal, client):
    places = {address.partition("?")[0] for address, body in walk(client).items() if PUBLISHED in body}
    assert {"/entries/TMEE:0000001/", "/api/v1/entries/", "/api/v1/entries/TMEE:0000001/"} <= places


def test_a_search_for_what_is_not_published_finds_nothing(portal, client):
    for word in SECRETS.values():
        for name in ("entries", "targets", "terms"):
            assert client.get(f"/api/v1/{name}/?q={word}").json()["results"] == []
        assert client.get(f"/api/v1/facets/?q={word}").json()["count"] == 0
        assert "TMEE:" not in client.get(f"/entries/?q={word}").content.decode()


def test_ids_of_what_is_not_published_are_not_known(portal, client):
    for path in ("targets/HGNC:999999/", "terms/TMECS:9999999/", "entries/TMEE:0000002/"):
        assert client.get(f"/api/v1/{path}").status_code == 404
    for query in ("target=HGNC:999999", "cell_type=TMECS:9999999"):
        assert client.get(f"/api/v1/entries/?{query}").status_code == 400
