"""Broken files through the whole service: what cannot be read is told, what is stored is whole, and stays so."""

import io
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from apps.core.exceptions import Refused
from apps.literature import services
from apps.literature.models import (
    Candidate,
    ImportOutcomes,
    ImportRun,
    Reference,
    ReferenceLink,
    ReferenceText,
    SourceRecord,
)
from apps.literature.services import running
from tests.factories.literature import article, article_set
from tests.literature.fuzzing import GOOD, NAMES, assert_words, mutated, seeds

pytestmark = pytest.mark.django_db
State, Outcome = ImportRun.State, ImportOutcomes.Outcome
SEEDS = seeds()
#: All that an import may change beside its own run.
KEPT = ["reference", "referencelink", "sourcerecord", "candidate"]


@pytest.fixture(autouse=True)
def known_elsewhere(services_stub, slept):
    """Lists of identifiers are asked for: some of theirs are known, others are not."""
    services_stub.know(1, 2, 11111, 33333)
    services_stub.know_elsewhere({"pmid": "22", "pmcid": "PMC22222", "doi": "10.5555/a"})
    services_stub.know_works("10.5555/b")


def try_files(contents: Iterable[bytes], curator: Any, chance: random.Random) -> Counter[str]:
    """Import each of these twice, into what the ones before it left; how many of the runs ended how."""
    ended: Counter[str] = Counter()
    for content in contents:
        format = "auto" if chance.random() < 0.7 else chance.choice(NAMES)
        try:
            ended[try_file(content, format, curator)] += 1
        except BaseException as error:
            error.add_note(f"The file, read as {format}, was {content!r}")
            raise
    return ended


def try_file(content: bytes, format: str, curator: Any) -> str:
    before = Reference.objects.count()
    first = taken(content, format, curator)
    if first is None:
        assert Reference.objects.count() == before
        return "refused"
    assert_told(first)
    assert Reference.objects.count() == before + first.created
    assert_whole()
    left = everything()
    second = taken(content, format, curator)
    assert second is not None
    assert_told(second)
    assert (second.state, second.error) == (first.state, first.error)
    assert (second.created, second.updated, second.failed) == (0, 0, first.failed), said(second)
    assert second.records == first.records
    # Of the same records; in other words where what came after them in the file changed whose an identifier is.
    assert [row[:2] for row in said(second)] == [row[:2] for row in said(first)]
    assert everything() == left, "the same bytes again change nothing"
    return first.state


def taken(content: bytes, format: str, curator: Any) -> ImportRun | None:
    """The run of this file once it is over; None where the file is refused, in words."""
    kept = ImportRun.objects.count()
    try:
        run = services.request_import(
            requested_by=curator, file=io.BytesIO(content), file_name="a", format=format, to_triage=True
        )
    except Refused as refusal:
        assert_words(refusal.reason)
        assert ImportRun.objects.count() == kept
        return None
    services.run_import(run.pk)
    run.refresh_from_db()
    if run.file:
        default_storage.delete(run.file.name)
    return run


def said(run: ImportRun) -> list[tuple[Any, ...]]:
    return list(run.issues.order_by("position", "identifier").values_list("position", "identifier", "reason"))


def assert_told(run: ImportRun) -> None:
    """Over, and of every record it is known what became of it; of one that failed, why."""
    assert run.state in {State.FINISHED, State.FAILED}, run.error
    assert bool(run.error) == (run.state == State.FAILED)
    if run.error:
        assert_words(run.error)
    rows = [
        row
        for chunk in run.outcomes.all()
        for row in zip(chunk.positions, chunk.outcomes, chunk.reference_ids, strict=True)
    ]
    letters = Counter(letter for _, letter, _ in rows)
    counted = (letters[Outcome.CREATED], letters[Outcome.UPDATED], letters[Outcome.UNCHANGED], letters[Outcome.FAILED])
    assert counted == (run.created, run.updated, run.unchanged, run.failed)
    assert len({position for position, _, _ in rows}) == len(rows), "each record once"
    taken_into = {pk for _, letter, pk in rows if letter != Outcome.FAILED}
    assert Reference.objects.filter(pk__in=taken_into).count() == len(taken_into)
    explained = set()
    for position, _, reason in said(run):
        assert_words(reason)
        explained.add(position)
    assert {position for position, letter, _ in rows if letter == Outcome.FAILED} <= explained
    assert rows or run.error or explained, "never nothing at all"


def assert_whole() -> None:
    """What every page relies on, of all that is stored; and that words and scores can be found of it."""
    assert not Reference.objects.filter(title="").exists()
    assert not Reference.objects.filter(merged_into__merged_into__isnull=False).exists(), "chains are flat"
    current = Reference.objects.current()
    services.index_texts()
    assert ReferenceText.objects.filter(reference__in=current).count() == current.count()
    assert not SourceRecord.objects.filter(reference__merged_into__isnull=False).exists()
    assert not Candidate.objects.filter(reference__merged_into__isnull=False).exists()
    assert not Reference.objects.filter(preprint_of=F("pk")).exists()
    others = current.filter(pmid=OuterRef("pmid")).exclude(pk=OuterRef("reference"))
    assert not ReferenceLink.objects.filter(Exists(others), other=None).exists(), "who is here is found"


def everything() -> list[str]:
    with connection.cursor() as cursor:
        told = []
        for name in KEPT:
            cursor.execute(f"SELECT md5(string_agg(one::text, '|' ORDER BY one::text)) FROM literature_{name} AS one")
            told += cursor.fetchone()
        cursor.execute("SELECT count(*)::text FROM accounts_event WHERE object_type = 'reference'")
        return [*told, *cursor.fetchone()]


def mutations(name: str, cases: int, chance: random.Random) -> Iterator[bytes]:
    others = [chance.choice(chance.choice(list(SEEDS.values()))) for _ in range(20)]
    for _ in range(cases):
        yield mutated(chance.choice(SEEDS[name]), chance, others)


def assert_shown(client: Any, curator: Any) -> None:
    """The pages and the API show whatever came of it."""
    services.score_candidates()
    client.force_login(curator)
    run = ImportRun.objects.order_by("-failed").first()
    assert run is not None
    for name in ("import-detail", "import-report", "import-rows-csv"):
        answer = client.get(reverse(f"literature:{name}", args=[run.pk]))
        assert answer.status_code == 200
        assert answer.getvalue() if answer.streaming else answer.content
    for pk in Reference.objects.order_by("-changed_at").values_list("pk", flat=True)[:5]:
        assert client.get(reverse("literature:reference-detail", args=[pk])).status_code in {200, 302}
    assert client.get(reverse("literature:triage-queue")).status_code == 200


class Entangled:
    """Records that share, swap and contradict each other's identifiers, dates and notices."""

    KINDS = ("RetractionIn", "RetractionOf", "ErratumFor", "UpdateIn", "UpdateOf", "ExpressionOfConcernIn")
    TYPES = ("Journal Article", "Journal Article", "Preprint", "Retracted Publication", "Published Erratum")

    def __init__(self, chance: random.Random, family: int) -> None:
        self.chance, self.any = chance, chance.choice
        self.pmids = [family * 10 + n for n in range(1, 6)]
        self.dois = [f"10.5/{family}.{letter}" for letter in "abc"]
        self.pmcids = [f"PMC{family * 10 + n}" for n in range(1, 4)]

    def file(self) -> bytes:
        count = self.chance.randint(2, 9)
        if self.chance.random() < 0.5:
            return article_set(*(self.article() for _ in range(count)))
        return json.dumps([self.item() for _ in range(count)]).encode()

    def article(self) -> str:
        named = self.any((f"<PMID>{self.any(self.pmids)}</PMID>", f"<RefSource>doi: {self.any(self.dois)}</RefSource>"))
        notice = f'<CommentsCorrections RefType="{self.any(self.KINDS)}">{named}</CommentsCorrections>'
        return article(
            self.any((*self.pmids, "x")),
            self.any(("One", "One and more", "Two", "Three", "")),
            doi=self.any(("", "no doi", *self.dois)),
            pmcid=self.any(("", "", *self.pmcids)),
            abstract=self.any(("", "Text.", "Text. And more.")),
            revised=self.any(("", "2020-01-01", "2021-01-01")),
            version=self.chance.randint(1, 2),
            types=(self.any(self.TYPES),),
            links=notice if self.chance.random() < 0.4 else "",
        )

    def item(self) -> dict[str, str]:
        return {
            "type": self.any(("article-journal", "article-journal", "article")),
            "title": self.any(("One", "One and more", "Two", "Three")),
            "DOI": self.any(("", "no doi", *self.dois)),
            "PMCID": self.any(("", *self.pmcids)),
            "PMID": self.any(("", "", str(self.any(self.pmids)))),
        }


def try_entangled(cases: int, chance: random.Random, curator: Any) -> None:
    """Three files about each family of publications, one after the other.

    What was refused for the sake of others may be taken once these say something else: so it goes on
    until a file says nothing new of itself, and then it changes nothing.
    """
    for number in range(cases):
        content = Entangled(chance, number // 3).file()
        said_last = None
        while (run := taken(content, "auto", curator)) and said_last != said(run):
            assert_told(run)
            said_last = said(run)
        try_file(content, "auto", curator)


@pytest.mark.parametrize("size", [2, 500])
def test_entangled_records_are_told_apart_once_and_for_all(size, curator, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", size)
    try_entangled(9, random.Random(size), curator)


@pytest.mark.parametrize("name", NAMES)
def test_a_mutated_file_is_stored_whole_or_told(name, curator, client):
    chance = random.Random(name)
    ended = try_files([GOOD[name], *mutations(name, 5, chance)], curator, chance)
    assert ended[State.FINISHED]
    assert ended.total() == 6
    assert_shown(client, curator)


# --- in full ----------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_hundreds_of_mutated_files_are_stored_whole_or_told(name, curator, client):
    for seed in range(10):
        chance = random.Random(f"{name} {seed}")
        with transaction.atomic():
            try_files(mutations(name, 30, chance), curator, chance)
            assert_shown(client, curator)
            transaction.set_rollback(True)


@pytest.mark.soak
@pytest.mark.parametrize("size", [1, 2, 3, 500])
def test_hundreds_of_entangled_files_are_told_apart_once_and_for_all(size, curator, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", size)
    for seed in range(10):
        with transaction.atomic():
            try_entangled(30, random.Random(f"{size} {seed}"), curator)
            transaction.set_rollback(True)
