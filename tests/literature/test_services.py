"""Import runs: asked for, run, cancelled, taken over; each record stored once, whatever happens."""

import gzip
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, InternalError, OperationalError, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.core.uploads import clean_file_name
from apps.literature import services
from apps.literature.formats import Citation, Problem, Reader
from apps.literature.models import ImportIssue, ImportRun, Reference, ReferenceText, SourceRecord
from apps.literature.services import leasing, reading, running
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db
State = ImportRun.State


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.failed


def verbs(run: ImportRun) -> list[str]:
    return list(Event.objects.of_object(run).values_list("verb", flat=True))


def stored_files() -> list[str]:
    try:
        months = [f"imports/{year}/{month}" for year in default_storage.listdir("imports")[0]
                  for month in default_storage.listdir(f"imports/{year}")[0]]  # fmt: skip
    except FileNotFoundError:
        return []
    return sorted(name for month in months for name in default_storage.listdir(month)[1])


# --- asking for an import ---------------------------------------------------------------------


def test_a_request_stores_the_file_and_says_what_it_is(curator):
    content = gzip.compress(many(2))
    run = services.request_import(
        requested_by=curator, file=io.BytesIO(content), file_name="C:\\data\\my export.xml.gz"
    )
    assert (run.state, run.format, run.bytes_total) == (State.QUEUED, "pubmed_xml", len(content))
    assert run.file_name == "my export.xml.gz"
    assert "export" not in run.file.name
    with run.file.open("rb") as stored:
        assert stored.read() == content
    assert len(run.file_sha256) == 64
    event = Event.objects.of_object(run).get()
    assert (event.actor, event.verb, event.to_state) == (curator, "request", "queued")


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\x00b\n\u202ec.xml", "abc.xml"), ("", "unnamed"), ("x" * 300, "x" * 255)],
)
def test_a_file_name_is_only_a_name(name, kept):
    assert clean_file_name(name) == kept


def test_a_file_above_the_limit_is_refused_and_not_kept(curator, settings):
    before = stored_files()
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    with pytest.raises(Refused, match="larger than 1 MB"):
        services.request_import(requested_by=curator, file=io.BytesIO(b"<" * 3 * 1024 * 1024), file_name="a")
    assert stored_files() == before


def test_a_file_of_another_kind_is_refused_and_not_kept(curator):
    before = stored_files()
    with pytest.raises(Refused, match="PDF") as refusal:
        services.request_import(requested_by=curator, file=io.BytesIO(b"%PDF-1.4"), file_name="a.xml")
    assert refusal.value.field == "file"
    assert stored_files() == before
    assert not ImportRun.objects.exists()


def test_a_visitor_may_not_import(visitor):
    with pytest.raises(Refused) as refusal:
        services.request_import(requested_by=visitor, file=io.BytesIO(many(1)), file_name="a")
    assert refusal.value.code == "forbidden"


def test_an_unknown_format_is_refused(curator):
    with pytest.raises(Refused, match="no format “word”"):
        services.request_import(requested_by=curator, file=io.BytesIO(many(1)), file_name="a", format="word")


def test_a_full_disk_is_told(curator, monkeypatch):
    def no_space(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", no_space)
    with pytest.raises(Refused, match="disk is full"):
        services.request_import(requested_by=curator, file=io.BytesIO(many(1)), file_name="a")


# --- running it -------------------------------------------------------------------------------


def test_a_run_stores_every_record_and_finishes(curator):
    run = imported(many(1200), requested_by=curator, compressed=True)
    assert run.state == State.FINISHED
    assert counts(run) == (1200, 0, 0, 0)
    assert (run.checkpoint, run.bytes_read, run.lease_holder) == (1200, run.bytes_total, "")
    assert Reference.objects.count() == SourceRecord.objects.count() == 1200
    assert verbs(run) == ["request", "start", "finish"]


def test_the_same_file_again_changes_nothing():
    content = article_set(
        article(1, "One", doi="10.1000/shared"),
        article(2, "Two", doi="10.1000/shared"),
        article(3, "Old", revised="2020-01-01"),
        article(3, "New", revised="2021-01-01"),
        article(4, "First of two"),
        article(4, "Second of two"),
        article(5, ""),
    )
    first = imported(content)
    assert counts(first) == (4, 2, 0, 1)
    before = list(Reference.objects.order_by("pk").values())
    second = imported(content, compressed=True)
    assert counts(second) == (0, 0, 6, 1)
    assert list(Reference.objects.order_by("pk").values()) == before
    told = [list(run.issues.values_list("position", "identifier", "reason")) for run in (first, second)]
    assert told[0] == told[1]
    assert [each[0] for each in told[0]] == [2, 7]


def test_what_could_not_be_taken_whole_is_not_taken_again_over_what_came_later():
    content = article_set(
        article(1, "Has it", doi="10.1000/shared"),
        article(2, "Before", doi="10.1000/shared"),
        article(2, "After"),
    )
    first, second, third = (imported(content) for _ in range(3))
    assert counts(first) == (2, 1, 0, 0)
    assert counts(second) == counts(third) == (0, 0, 3, 0)
    assert Reference.objects.get(pmid=2).title == "After"
    told = [list(run.issues.values_list("position", "reason")) for run in (first, second, third)]
    assert [position for position, _ in told[0]] == [2]
    assert told[0] == told[1] == told[2]


def test_a_record_that_changed_is_updated_and_tells_its_run(curator):
    imported(article_set(article(1), article(2, "Before", revised="2020-01-01")))
    run = imported(article_set(article(1), article(2, "After", revised="2020-01-02")), requested_by=curator)
    assert counts(run) == (0, 1, 1, 0)
    event = Event.objects.get(object_type="reference")
    assert (event.actor, event.data["run"]) == (curator, run.pk)


def outcomes(run: ImportRun) -> list[list[tuple[int, str, int | None]]]:
    """What the run says became of each record, chunk by chunk; references by their PMID."""
    pmids = dict(Reference.objects.values_list("pk", "pmid"))
    return [
        [
            (position, letter, pmids.get(pk))
            for position, letter, pk in zip(each.positions, each.outcomes, each.reference_ids, strict=True)
        ]
        for each in run.outcomes.all()
    ]


def test_a_run_knows_what_became_of_each_record(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 3)
    imported(article_set(article(1), article(2, "Before", revised="2020-01-01")))
    run = imported(
        article_set(article(3), article(1), article(4, ""), article(2, "After", revised="2020-01-02"), article(1))
    )
    assert outcomes(run) == [[(1, "c", 3), (2, "s", 1), (3, "f", None)], [(4, "u", 2), (5, "s", 1)]]
    assert counts(run) == (1, 1, 2, 1)


def test_a_record_that_could_not_be_read_has_failed(monkeypatch):
    def one_is_unreadable(self, raw_records):
        for record in raw_records:
            if record.position == 2:
                yield Problem(2, "", "It cannot be read.")
            else:
                yield Citation(record.position, pmid=record.position, title="T")

    monkeypatch.setattr(Reader, "parse", one_is_unreadable)
    run = imported(many(3))
    assert outcomes(run) == [[(1, "c", 1), (2, "f", None), (3, "c", 3)]]
    assert (run.state, counts(run)) == (State.FINISHED, (2, 0, 0, 1))


def test_a_cut_file_keeps_what_came_before_and_fails_with_the_line():
    content = many(800)
    run = imported(content[: int(len(content) * 0.9)])
    assert run.state == State.FAILED
    assert 600 < run.created < 800
    assert "probably cut off" in run.error
    assert run.issues.get().reason == run.error
    assert verbs(run)[-1] == "fail"


def test_a_damaged_record_far_into_a_file_keeps_all_before_it():
    pieces = [article(n, f"Title {n}") for n in range(1, 701)]
    pieces[649] = pieces[649].replace("<Article ", "<Article broken ")
    run = imported(article_set(*pieces))
    assert (run.state, run.created) == (State.FAILED, 649)
    assert "not well-formed XML on line" in run.error


def test_a_damaged_file_that_is_tried_again_says_the_same_and_passes_nothing_over(curator):
    pieces = [article(n) for n in range(1, 6)]
    pieces[2] = pieces[2].replace("</Article>", "</Artikel>")
    run = imported(article_set(*pieces), requested_by=curator)
    assert (run.state, counts(run), run.checkpoint) == (State.FAILED, (2, 0, 0, 0), 2)
    services.retry_import(actor=curator, run=run)
    services.run_import(run.pk)
    again = ImportRun.objects.get(pk=run.pk)
    assert (again.state, again.error, counts(again)) == (run.state, run.error, counts(run))
    assert run.issues.count() == 1


def test_a_damaged_record_hides_behind_known_ones_but_stays_found():
    pieces = [article(n) for n in range(1, 6)]
    imported(article_set(*pieces))
    broken = [*pieces[:2], article(9).replace("</Article>", "</Artikel>"), *pieces[2:]]
    run = imported(article_set(*broken))
    assert (run.state, counts(run)) == (State.FAILED, (0, 0, 2, 0))


def test_deleted_citations_are_issues_not_failures():
    run = imported(article_set(article(1), tail="<DeleteCitation><PMID>7</PMID><PMID>8</PMID></DeleteCitation>"))
    assert (run.state, counts(run)) == (State.FINISHED, (1, 0, 0, 0))
    assert list(run.issues.values_list("position", "identifier")) == [(None, "PMID 7"), (None, "PMID 8")]


def test_a_finished_run_is_not_run_again():
    run = imported(many(3))
    services.run_import(run.pk)
    assert verbs(run) == ["request", "start", "finish"]


def test_a_lost_file_fails_the_run_in_words():
    run = make_run(many(3))
    default_storage.delete(run.file.name)
    services.run_import(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.error.startswith("The stored file cannot be read any more")


def test_a_run_knows_how_long_it_was_worked_on_and_how_fast_it_is(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    run = make_run(many(30))
    ImportRun.objects.update(requested_at=timezone.now() - timedelta(days=1))
    services.run_import(run.pk)
    run.refresh_from_db()
    assert 0 < run.seconds_worked < 60
    assert 0.1 < run.pace / (30 / run.seconds_worked) < 10


@pytest.mark.parametrize(("seconds", "pace"), [(0.1, 98.2), (5, 43.1), (60, 10.0)])
def test_the_longer_a_run_is_slower_the_more_its_pace_says_so(seconds, pace):
    assert running._pace(100, 10 * seconds, seconds) == pytest.approx(pace, abs=0.1)


# --- leases -----------------------------------------------------------------------------------


class Stopped(Exception):
    """Stands for whatever ends a worker."""


def stop_after(monkeypatch, chunks: int) -> None:
    """Let the worker die in the middle of the transaction of a later chunk."""
    taken = iter(range(chunks))
    save = running._save_progress

    def save_progress(*args, **kwargs):
        save(*args, **kwargs)
        if next(taken, None) is None:
            raise Stopped

    monkeypatch.setattr(running, "CHUNK", 100)
    monkeypatch.setattr(running, "_save_progress", save_progress)


def test_an_interrupted_run_goes_on_from_its_checkpoint(monkeypatch):
    run = make_run(many(450))
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        with pytest.raises(Stopped):
            services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.checkpoint, run.created) == (State.RUNNING, 200, 200)
    assert Reference.objects.count() == 200
    assert services.resume_imports() == [run.pk]
    services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, counts(run)) == (State.FINISHED, (450, 0, 0, 0))
    assert Reference.objects.count() == 450
    assert verbs(run) == ["request", "start", "take over", "finish"]


def test_a_run_belongs_to_one_worker_at_a_time():
    run = make_run(many(3))
    assert leasing.Lease.take(run.pk) is not None
    assert leasing.Lease.take(run.pk) is None
    services.run_import(run.pk)
    assert not Reference.objects.exists()
    assert services.resume_imports() == []


def test_a_worker_that_lost_its_lease_stores_nothing_more():
    run = make_run(many(3))
    slow = leasing.Lease.take(run.pk)
    ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    quick = leasing.Lease.take(run.pk)
    with pytest.raises(leasing.LeaseLost):
        running._import(slow)
    assert not Reference.objects.exists()
    running._import(quick)
    run.refresh_from_db()
    assert (run.state, run.created) == (State.FINISHED, 3)
    with pytest.raises(leasing.LeaseLost):
        slow.end(State.FAILED)


def test_a_run_that_never_gets_anywhere_is_given_up(monkeypatch):
    run = make_run(many(3))
    stop_after(monkeypatch, 0)
    for _ in range(leasing.MOST_ATTEMPTS):
        with pytest.raises(Stopped):
            services.run_import(run.pk)
    services.run_import(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.error.startswith("Given up")


def test_a_database_that_fails_leaves_the_run_to_be_resumed(monkeypatch):
    run = make_run(many(3))

    def lost(*args, **kwargs):
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(running, "store", lost)
        with pytest.raises(OperationalError):
            services.run_import(run.pk)
    assert services.resume_imports() == [run.pk]
    services.run_import(run.pk)
    assert Reference.objects.count() == 3


def test_a_ring_that_was_lost_is_repeated_after_a_while():
    run = make_run(many(3))
    assert services.resume_imports() == []
    ImportRun.objects.update(requested_at=timezone.now() - timedelta(minutes=1))
    assert services.resume_imports() == [run.pk]


# --- what a run reads from --------------------------------------------------------------------


def test_a_run_of_some_positions_reads_no_others():
    run = make_run(many(9))
    ImportRun.objects.update(only=[2, 5, 6])
    services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, run.checkpoint) == (State.FINISHED, 3, 3)
    assert list(Reference.objects.order_by("pk").values_list("pmid", flat=True)) == [1001, 1004, 1005]


def test_a_run_of_some_positions_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    run = make_run(many(9))
    ImportRun.objects.update(only=[2, 5, 6], checkpoint=2)
    services.run_import(run.pk)
    assert Reference.objects.get().pmid == 1005


def test_a_source_that_does_not_answer_is_asked_again_later_and_then_given_up(monkeypatch):
    run = make_run(many(3))

    def nobody_there(*args, **kwargs):
        raise reading.Unavailable("PubMed does not answer.", seconds=40)

    with monkeypatch.context() as patch:
        patch.setattr(running, "open_reader", nobody_there)
        for seconds in (40, 60, 120, 240, 480):
            services.run_import(run.pk)
            run.refresh_from_db()
            assert (run.state, run.error) == (State.RUNNING, "PubMed does not answer.")
            assert timedelta(0) < timezone.now() + timedelta(seconds=seconds) - run.lease_until < timedelta(seconds=5)
            assert services.resume_imports() == []
            ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        services.run_import(run.pk)
        run.refresh_from_db()
        assert run.state == State.FAILED
        assert run.error.endswith("without any progress. PubMed does not answer.")


def test_a_source_that_answers_again_lets_the_run_go_on():
    run = make_run(many(3))
    lease = leasing.Lease.take(run.pk)
    lease.wait("PubMed does not answer.", 0)
    ImportRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error, run.created) == (State.FINISHED, "", 3)


# --- the database's own guards ----------------------------------------------------------------


@pytest.mark.parametrize("state", ["finished", "failed"])
def test_the_database_refuses_a_step_that_does_not_exist(state):
    run = make_run(many(1))
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(state=state)


def test_the_database_refuses_to_run_without_a_lease():
    run = make_run(many(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(state="running")


# --- words for the search ---------------------------------------------------------------------


def test_words_are_searchable_after_indexing_and_follow_changes():
    imported(article_set(article(1, "Macrophages infiltrate", abstract="Perivascular niches")))
    assert services.index_texts() == 1
    assert services.index_texts() == 0
    vector = ReferenceText.objects.get().vector
    assert "'macrophag'" in vector
    assert "'perivascular'" in vector
    imported(article_set(article(1, "Fibroblasts infiltrate", abstract="Perivascular niches")))
    services.index_texts()
    assert "'fibroblast'" in ReferenceText.objects.get().vector


def test_a_very_long_abstract_can_be_indexed():
    words = " ".join(f"word{n}" for n in range(40_000))
    imported(article_set(article(1, abstract=words)))
    assert services.index_texts() == 1


def test_issues_are_stored_once_for_each_row():
    content = article_set(article(1, doi="nonsense", pmcid="nonsense"), article("x"))
    run = imported(content)
    assert ImportIssue.objects.filter(run=run).count() == 2
    first = run.issues.get(position=1)
    assert first.reason.count("“nonsense”") == 2
