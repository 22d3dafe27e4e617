"""The feed of changes: whoever follows it has exactly what is published, and knows what was re-scored."""

import random
from datetime import UTC, datetime

import pytest

from apps.catalogue import services
from apps.catalogue.models import Entry, TargetDossier
from tests.factories.catalogue import PD1, VEGFA, published

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes/"


def changes(client, query=""):
    answer = client.get(f"{CHANGES}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


class Follower:
    """Keeps the entries in force and the scores of targets by nothing but the feed."""

    def __init__(self, client):
        self.client, self.after = client, 0
        self.entries, self.scores = {}, {}

    def read(self, size=3):
        while news := changes(self.client, f"after={self.after}&about=entries,targets&page_size={size}"):
            for change in news:
                assert change["sequence"] > self.after
                self.after = change["sequence"]
                if change["change"] == "rescored":
                    self.scores[change["target"]] = (change["score"], change["tier"])
                elif change["change"] in {"retracted", "merged"}:
                    assert change["reason"]
                    self.entries.pop(change["accession"], None)
                else:
                    self.entries[change["accession"]] = change["version"]


@pytest.mark.parametrize("seed", range(4))
def test_who_follows_the_feed_has_exactly_what_is_published(client, seed):
    chance = random.Random(seed)
    follower = Follower(client)
    for _ in range(25):
        current = list(Entry.objects.current().order_by("pk"))
        step = chance.choice(["create", "create", "revise", "retract", "merge", "review", "read"])
        if step == "create" or len(current) < 2:
            published(target=chance.choice([PD1, VEGFA]), evidence__level=chance.choice(["A", "D1", "E"]))
        elif step == "revise":
            published(accession=chance.choice(current).accession, target=chance.choice([PD1, VEGFA]))
        elif step == "retract":
            services.retract(accession=chance.choice(current).accession, reason="Withdrawn.")
        elif step == "merge":
            one, other = chance.sample(current, 2)
            services.merge(accession=one.accession, successor=other.accession, reason="The same.")
        elif step == "review":
            services.note_retraction(accession=chance.choice(current).accession, state="corrected")
        else:
            follower.read(size=chance.randint(1, 5))
    follower.read()
    assert follower.entries == dict(Entry.objects.current().values_list("accession", "version"))
    # A target that lost its last entry, and is not in the vocabulary, has no dossier any more.
    assert {target: score for target, score in follower.scores.items() if score[1]} == {
        target: (score, tier)
        for target, score, tier in TargetDossier.objects.rescored().values_list("target", "score", "tier")
    }
    assert services.rebuild(check_only=True).equal


def test_a_target_is_rescored_with_its_score_of_before(client):
    published(evidence__level="E", study__system="in_silico")
    (first,) = changes(client, "about=targets")
    assert (first["change"], first["accession"], first["target"]) == ("rescored", None, PD1.id)
    assert (first["score_before"], first["tier_before"]) == (0, "")
    entry = published()
    (second,) = changes(client, "about=targets")
    assert second["sequence"] > first["sequence"]
    assert (second["score_before"], second["tier_before"]) == (first["score"], first["tier"])
    assert second["score"] > first["score"]
    assert changes(client, f"after={first['sequence']}&about=targets") == [second]
    assert changes(client, f"after={second['sequence']}&about=targets,entries") == []
    services.retract(accession=entry.accession, reason="Withdrawn.")
    services.note_flags(accession="TMEE:0000001", reasons=["other"])
    (third,) = changes(client, "about=targets")
    assert third["score"] == first["score"]
    assert changes(client, "about=targets&changed_since=2999-01-01") == []


def test_entries_alone_are_told_of_unless_one_asks(client):
    published()
    assert [one["change"] for one in changes(client)] == ["created"]
    assert [one["change"] for one in changes(client, "about=entries,targets")] == ["created", "rescored"]
    assert [one["change"] for one in changes(client, "about=!targets")] == ["created"]
    answer = client.get(f"{CHANGES}?about=people")
    assert answer.status_code == 400
    assert "“people”" in answer.json()["errors"][0]["message"]


def test_the_feed_can_be_walked_both_ways_over_entries_and_targets(client):
    for _ in range(4):
        published(target=VEGFA), published()
    url = f"{CHANGES}?about=entries,targets&page_size=3"
    everything = changes(client, "about=entries,targets")
    pages = [client.get(url).json()]
    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())
    assert [one for page in pages for one in page["results"]] == everything
    assert len(everything) == 10
    assert client.get(pages[-1]["previous"]).json()["results"] == pages[-2]["results"]
    assert client.get(pages[1]["previous"]).json()["results"] == pages[0]["results"]
    assert client.get(f"{url}&cursor=abc").json()["errors"][0]["field"] == "cursor"


def test_the_score_is_the_same_one_by_one_and_all_at_once():
    chance = random.Random(5)
    for number in range(12):
        published(
            target=chance.choice([PD1, VEGFA]),
            evidence__level=chance.choice(["A", "B", "C", "D1", "D2", "E"]),
            evidence__direction=chance.choice(["supports", "contradicts", "no_effect"]),
            study__cohort_key=chance.choice(["", "one", "two"]),
            published_at=datetime(2026, 1, 1 + number, tzinfo=UTC),
        )
    one_by_one = list(TargetDossier.objects.order_by("target").values("target", "score", "tier", "document"))
    assert services.rebuild(check_only=True).equal
    TargetDossier.objects.update(score=1, tier="limited")
    assert services.rebuild().different["targets"] == 2
    assert list(TargetDossier.objects.order_by("target").values("target", "score", "tier", "document")) == one_by_one
