"""The pages of triage: what the queue shows and how it is narrowed, and every step taken on them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.literature import querysets, services
from apps.literature.choices import CandidateState, ReferenceType, Verdict
from apps.literature.forms.triage import MOST_AT_ONCE
from apps.literature.models import Candidate, ImportRun, SavedSearch, TextBacklog
from apps.literature.views import access
from apps.literature.views import triage as triage_views
from tests.factories.curation import ReferenceFactory, make_terms
from tests.factories.triage import CandidateFactory, make_claimed, make_rejected, make_screened

pytestmark = pytest.mark.django_db

QUEUE = "/workbench/triage/"
BULK = f"{QUEUE}bulk/"


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def text(response) -> str:
    """The page as read: tags gone, white space folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def shown(response) -> list[int]:
    """The candidates of the queue, in their order."""
    return [row.candidate.pk for row in response.context["rows"]]


def address(candidate, step: str = "") -> str:
    return f"{QUEUE}{candidate.pk}/" + (f"{step}/" if step else "")


def fresh(candidate) -> Candidate:
    return Candidate.objects.get(pk=candidate.pk)


def ranked(*relevances: float, **changes) -> list[Candidate]:
    return [CandidateFactory(relevance=relevance, **changes) for relevance in relevances]


# --- who ---------------------------------------------------------------------------------------


def test_visitors_and_strangers_stay_out(client, as_, visitor):
    candidate = CandidateFactory()
    for path in (QUEUE, address(candidate)):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    as_(visitor)
    for path in (QUEUE, address(candidate)):
        assert client.get(path).status_code == 403
    assert client.post(address(candidate, "claim")).status_code == 403
    assert fresh(candidate).state == "new"


@pytest.mark.parametrize("step", ["", "claim", "notes", "reject"])
def test_what_is_not_there_is_a_404(as_, curator, step):
    send = as_(curator).post if step else as_(curator).get
    assert send(f"{QUEUE}4242/{step}/" if step else f"{QUEUE}4242/").status_code == 404


# --- the queue ---------------------------------------------------------------------------------


def test_the_most_promising_stand_first(as_, curator):
    low, high, middle = ranked(1, 90, 40)
    assert shown(as_(curator).get(QUEUE)) == [high.pk, middle.pk, low.pk]


def test_a_row_says_what_is_named_and_why_it_stands_there(as_, curator):
    make_terms()
    CandidateFactory(reference__title="Blocking CSF1R", reference__abstract="Macrophages in patients & mice.")
    services.score_candidates()
    answer = as_(curator).get(QUEUE)
    page = answer.content.decode()
    assert '<mark class="mention" data-kind="target" data-curie="HGNC:2433" title="Target: CSF1R">CSF1R</mark>' in page
    assert f'href="{QUEUE}?target=HGNC%3A2433"' in page
    assert "Target in the title +25" in text(answer)
    assert "mice." in text(answer)


def test_one_that_waits_for_its_score_says_so(as_, curator):
    CandidateFactory()
    assert "being worked out" in text(as_(curator).get(QUEUE))


def test_titles_and_labels_are_escaped(as_, curator):
    mention = {"kind": "target", "curie": "X:1", "label": "<b>gene</b>", "count": 1, "title": True}
    CandidateFactory(reference__title="<script>alert(1)</script>", mentions=[mention])
    page = as_(curator).get(QUEUE).content.decode()
    assert "<script>alert" not in page
    assert "<b>gene" not in page


def test_pages_go_on_where_the_one_before_ended(as_, curator, monkeypatch):
    monkeypatch.setattr(triage_views, "PAGE_SIZE", 2)
    candidates = ranked(5, 4, 4, 4, 1)
    client, address_, seen = as_(curator), QUEUE, []
    while address_:
        answer = client.get(address_)
        seen.append(shown(answer))
        address_ = answer.context["next_url"]
    best, *same, last = candidates
    tied = sorted((each.pk for each in same), reverse=True)
    assert seen == [[best.pk, tied[0]], tied[1:], [last.pk]]
    assert shown(client.get(answer.context["previous_url"])) == seen[1]


def test_a_cursor_of_another_list_begins_anew(as_, curator):
    (candidate,) = ranked(5)
    assert shown(as_(curator).get(QUEUE, {"cursor": "nonsense"})) == [candidate.pk]


def test_each_view_shows_its_own(as_, curator, other_curator):
    made = {
        "new": CandidateFactory(),
        "mine": make_claimed(curator),
        "later": CandidateFactory(state=CandidateState.LATER),
        "curated": CandidateFactory(state=CandidateState.CURATED),
        "rejected": make_rejected(),
        "conflict": make_screened(screening="conflict"),
    }
    theirs = make_claimed(other_curator)
    expected = {name: {candidate.pk} for name, candidate in made.items()}
    expected["claimed"] = {made["mine"].pk, theirs.pk}
    expected["new"].add(made["conflict"].pk)
    seen = {name: set(shown(as_(curator).get(QUEUE, {"state": name}))) for name in expected}
    assert seen == expected


def test_numbers_stand_where_something_is_to_be_done(as_, curator):
    ranked(1, 2, 3)
    make_claimed(curator)
    tabs = {tab["label"]: tab["count"] for tab in as_(curator).get(QUEUE).context["tabs"]}
    assert (tabs["New"], tabs["Claimed by me"], tabs["In conflict"], tabs["Rejected"]) == ("3", "1", "0", None)
    assert Candidate.objects.all().counted(most=2) == "2+"


# --- narrowing ---------------------------------------------------------------------------------


@pytest.fixture
def two(curator):
    """One about CSF1R in 2021, from a saved search; one about nothing, in 1999."""
    make_terms()
    search = SavedSearch.objects.create(owner=curator, name="Macrophages", query="macrophages")
    run = ImportRun.objects.create(file_name="search", to_triage=True, saved_search=search)
    named = CandidateFactory(
        reference__title="CSF1R on macrophages: pexidartinib in pancreatic ductal adenocarcinoma", run=run
    )
    plain = CandidateFactory(reference__title="Nothing", reference__abstract="", reference__year=1999)
    services.score_candidates()
    return named, plain, search, run


@pytest.mark.parametrize(
    "query",
    [
        {"target": "HGNC:2433"},
        {"cell": "CL:0000235"},
        {"cancer": "DOID:3498"},
        {"therapy": "CHEMBL:CHEMBL3813873"},
        {"year_from": 2000},
        {"year_to": 2022, "year_from": 2021},
        {"target": "HGNC:2433", "cell": "CL:0000235"},
    ],
)
def test_the_queue_is_narrowed_by_what_is_named_and_by_year(as_, curator, two, query):
    assert shown(as_(curator).get(QUEUE, query)) == [two[0].pk]


def test_the_queue_is_narrowed_by_import_and_saved_search(as_, curator, two):
    named, _, search, run = two
    assert shown(as_(curator).get(QUEUE, {"search": search.pk})) == [named.pk]
    assert shown(as_(curator).get(QUEUE, {"run": run.pk})) == [named.pk]


@pytest.mark.parametrize("few", [0, 100])
def test_the_queue_is_searched_by_words_and_identifiers(as_, curator, two, monkeypatch, few):
    monkeypatch.setattr(querysets, "_FEW", few)
    named, plain, *_ = two
    TextBacklog.objects.create(reference_ids=[named.reference_id, plain.reference_id])
    services.index_texts()
    assert shown(as_(curator).get(QUEUE, {"q": "macrophage"})) == [named.pk]
    assert shown(as_(curator).get(QUEUE, {"q": f"PMID {plain.reference.pmid}"})) == [plain.pk]


def test_one_sees_what_one_has_not_screened(as_, curator, other_curator):
    done = make_screened((curator, Verdict.INCLUDE))
    waiting = make_screened((other_curator, Verdict.INCLUDE))
    assert set(shown(as_(curator).get(QUEUE))) == {done.pk, waiting.pk}
    assert shown(as_(curator).get(QUEUE, {"unscreened": "on"})) == [waiting.pk]


def test_what_these_name_is_offered_for_narrowing(as_, curator, two):
    form = as_(curator).get(QUEUE).context["filter"].form
    assert ("HGNC:2433", "CSF1R (1)") in form.fields["target"].widget.choices
    chosen = as_(curator).get(QUEUE, {"target": "HGNC:1"}).context["filter"].form
    assert ("HGNC:1", "HGNC:1") in chosen.fields["target"].widget.choices


IMPOSSIBLE = [{"year_from": "x"}, {"run": "9" * 30}, {"run": "-1"}, {"search": "x"}, {"q": "a\0b"}]


@pytest.mark.parametrize("query", IMPOSSIBLE)
def test_an_impossible_value_narrows_nothing_and_is_told(as_, curator, query):
    (candidate,) = ranked(3)
    answer = as_(curator).get(QUEUE, query)
    assert answer.status_code == 200
    assert shown(answer) == [candidate.pk]
    assert answer.context["filter"].form.errors


def test_an_empty_view_names_the_next_step(as_, curator):
    assert "/workbench/imports/new/" in as_(curator).get(QUEUE).content.decode()
    assert "No candidate is found by this" in text(as_(curator).get(QUEUE, {"q": "nothing"}))


def test_the_queue_costs_the_same_for_one_and_for_three(as_, curator, other_curator, editor):
    client = as_(curator)
    client.get(QUEUE)

    def cost(**query) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(QUEUE, query).status_code == 200
        return len(queries)

    make_claimed(other_curator)
    make_screened((other_curator, Verdict.INCLUDE))
    one = cost(), cost(state="claimed")
    for person in (curator, editor):
        candidate = make_claimed(person)
        services.note_on_candidate(actor=person, candidate=candidate, text="A note.")
        make_screened((person, Verdict.EXCLUDE))
    assert (cost(), cost(state="claimed")) == one


# --- steps -------------------------------------------------------------------------------------


def test_a_step_without_javascript_returns_to_the_next_candidate(as_, curator):
    first, second = ranked(9, 8)
    client = as_(curator)
    rows = client.get(f"{QUEUE}?state=new").context["rows"]
    assert [row.after for row in rows] == [f"{QUEUE}?state=new#candidate-{second.pk}", f"{QUEUE}?state=new"]
    answer = client.post(address(first, "claim"), {"next": rows[0].after})
    assert answer.headers["Location"] == rows[0].after
    assert fresh(first).claimed_by == curator


@pytest.mark.parametrize("next", ["", "https://elsewhere.example/workbench/triage/", "//elsewhere.example", "/admin/"])
def test_nobody_is_led_elsewhere(as_, curator, next):
    candidate = CandidateFactory()
    answer = as_(curator).post(address(candidate, "claim"), {"next": next})
    assert answer.headers["Location"] == address(candidate)


def test_a_step_in_place_gives_the_row_as_it_is_now(as_, curator):
    candidate = CandidateFactory()
    answer = as_(curator).post(address(candidate, "claim"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith(f'<li class="record candidate" id="candidate-{candidate.pk}"')
    assert "by you" in text(answer)


def test_a_refusal_in_place_is_a_row_with_the_reason(as_, curator, other_curator):
    candidate = make_claimed(other_curator)
    answer = as_(curator).post(address(candidate, "claim"), headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Omar Curator has claimed it" in text(answer)
    assert "<h1" not in answer.content.decode()


def test_a_refusal_on_the_page_keeps_what_was_said(as_, curator):
    candidate = CandidateFactory()
    answer = as_(curator).post(address(candidate, "reject"), {"reason": "other", "text": ""})
    assert answer.status_code == 422
    assert "what the other reason is" in text(answer)
    assert answer.context["rejection"]["reason"].value() == "other"
    answer = as_(curator).post(address(candidate, "later"), {"until": "not a day"})
    assert (answer.status_code, fresh(candidate).state) == (422, "new")
    assert answer.context["postponing"].errors


@pytest.mark.parametrize(
    ("step", "given", "state"),
    [
        ("claim", {}, "claimed"),
        ("reject", {"reason": "not_tme", "text": "A dog."}, "rejected"),
        ("later", {"until": "2199-01-01"}, "later"),
        ("later", {}, "later"),
        ("curated", {}, "curated"),
    ],
)
def test_each_step_does_what_it_says(as_, curator, step, given, state):
    candidate = CandidateFactory()
    assert as_(curator).post(address(candidate, step), given).status_code == 302
    assert fresh(candidate).state == state


@pytest.mark.parametrize(("step", "make"), [("release", make_claimed), ("reopen", lambda person: make_rejected())])
def test_what_was_done_is_undone(as_, curator, step, make):
    candidate = make(curator)
    as_(curator).post(address(candidate, step))
    assert fresh(candidate).state == "new"


def test_steps_are_taken_by_post_alone(as_, curator):
    candidate = CandidateFactory()
    for step in ("claim", "reject", "notes", "vote"):
        assert as_(curator).get(address(candidate, step)).status_code == 405


# --- one candidate -----------------------------------------------------------------------------


def test_the_page_shows_notes_history_and_the_way_to_a_submission(as_, curator):
    candidate = services.claim_candidate(actor=curator, candidate=CandidateFactory())
    client = as_(curator)
    client.post(address(candidate, "notes"), {"text": "Look at\nfigure 3."})
    answer = client.get(address(candidate))
    assert "figure 3." in text(answer)
    assert [event["verb_text"] for event in answer.context["history"]] == ["Claimed", "Wrote a note"]
    assert f"/workbench/submissions/new/?reference={candidate.reference_id}" in answer.content.decode()


def test_an_empty_note_is_refused(as_, curator):
    answer = as_(curator).post(address(CandidateFactory(), "notes"), {"text": " "})
    assert (answer.status_code, "Write something" in text(answer)) == (422, True)


def test_any_reference_is_put_into_triage_from_its_page(as_, curator):
    reference = ReferenceFactory(reference_type=ReferenceType.PREPRINT)
    client = as_(curator)
    page = f"/workbench/references/{reference.pk}/"
    assert f'action="{page}triage/"' in client.get(page).content.decode()
    answer = client.post(f"{page}triage/")
    candidate = Candidate.objects.get()
    assert answer.headers["Location"] == address(candidate)
    assert address(candidate) in client.get(page).content.decode()


# --- two who screen ----------------------------------------------------------------------------


def test_nobody_sees_the_others_vote_before_voting(as_, curator, other_curator):
    candidate = make_screened()
    services.vote_on_candidate(
        actor=other_curator, candidate=candidate, verdict=Verdict.EXCLUDE, reason="language", text="In Volapük."
    )
    for path in (QUEUE, address(candidate)):
        page = text(as_(curator).get(path))
        assert "One of two people has voted" in page
        assert "Volapük" not in page
    mine = text(as_(other_curator).get(address(candidate)))
    assert "You voted to exclude" in mine
    assert "Volapük" in mine


def test_two_votes_on_the_page(as_, curator, other_curator):
    candidate = make_screened((other_curator, Verdict.INCLUDE))
    as_(curator).post(address(candidate, "vote"), {"verdict": "exclude", "reason": "not_cancer"})
    assert fresh(candidate).screening == "conflict"
    page = text(as_(curator).get(address(candidate)))
    assert "Omar Curator: include" in page
    assert "Decide between the two" not in page


def test_a_third_one_decides_on_the_page(as_, editor, curator, other_curator):
    candidate = make_screened((curator, Verdict.INCLUDE))
    services.vote_on_candidate(actor=other_curator, candidate=candidate, verdict=Verdict.EXCLUDE, reason="language")
    client = as_(editor)
    assert "Decide between the two" in text(client.get(address(candidate)))
    client.post(address(candidate, "resolve"), {"verdict": "include"})
    assert fresh(candidate).screening == "included"


def test_a_vote_says_include_or_exclude(as_, curator):
    candidate = make_screened()
    answer = as_(curator).post(address(candidate, "vote"), {"verdict": "perhaps"})
    assert answer.status_code == 422
    assert not candidate.votes.exists()


# --- several at once ---------------------------------------------------------------------------


def test_those_ticked_are_claimed_and_refusals_are_told(as_, curator, other_curator):
    first, second, third = ranked(3, 2, 1)
    taken = make_claimed(other_curator)
    answer = as_(curator).post(
        BULK, {"verb": "claim", "candidate": [first.pk, second.pk, taken.pk], "next": QUEUE}, follow=True
    )
    assert [fresh(each).state for each in (first, second, third)] == ["claimed", "claimed", "new"]
    assert "2 candidates claimed." in text(answer)
    assert "1 left as it was: It cannot be claimed now: Omar Curator has claimed it." in text(answer)


def test_the_whole_page_is_rejected_for_one_reason(as_, curator):
    candidates = ranked(3, 2, 1)
    client = as_(curator)
    everything = {"everything": "on", "shown": client.get(QUEUE).context["shown"]}
    client.post(BULK, {"verb": "reject", "reason": "not_cancer", "text": "Fish.", **everything})
    assert {(fresh(each).state, fresh(each).reason_text) for each in candidates} == {("rejected", "Fish.")}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"verb": "claim"}, "Tick at least one"),
        ({"verb": "eat", "candidate": "1"}, "eat"),
        ({"verb": "claim", "candidate": ["x", "9" * 30]}, "Tick at least one"),
        ({"verb": "claim", "candidate": list(range(1, 102))}, "at most 100"),
    ],
)
def test_what_cannot_be_done_with_several_is_told(as_, curator, given, says):
    assert says in text(as_(curator).post(BULK, given, follow=True))


def test_page_size_fits_what_may_be_done_at_once():
    assert access.PAGE_SIZE <= MOST_AT_ONCE
