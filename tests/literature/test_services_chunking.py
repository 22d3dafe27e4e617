"""Chunks of a run: read ahead by a process of its own, handed out as if each were read when it is asked for."""

import os
import signal
import time
from contextlib import closing

import pytest

from apps.literature import services
from apps.literature.formats import Citation, Problem, RawRecord
from apps.literature.models import ImportOutcomes, Reference, SourceRecord
from apps.literature.services import apart, chunking, reading, running
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db


class Records:
    """A reader of so many records, each parsed as an article; what stands in ``trouble`` happens in its place.

    The title of each is the process that parsed it.
    """

    reads_apart = True
    bytes_read = 0

    def __init__(self, count: int, trouble: dict[int, Exception | Problem] | None = None):
        self.count = count
        self.trouble = trouble or {}

    def records(self):
        for position in range(1, self.count + 1):
            if isinstance(error := self.trouble.get(position), Exception):
                raise error
            self.bytes_read += 10
            yield RawRecord(position, position, position.to_bytes(16), b"payload")

    def parse_in_order(self, batch):
        for item in batch:
            yield self.trouble.get(item.position) or Citation(item.position, pmid=item.position, title=str(os.getpid()))


def no_sign():
    raise AssertionError("not needed")


def read(reader, most=3, keep_alive=no_sign):
    with closing(chunking.chunks(reader, most, keep_alive=keep_alive)) as chunks:
        yield from chunks


def positions(chunks):
    return [[item.position for item in chunk.batch] for chunk in chunks]


def test_everything_is_handed_out_in_order_and_parsed_by_another_process():
    chunks = list(read(Records(8)))
    assert positions(chunks) == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert [[item.pmid for item in chunk.items] for chunk in chunks] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert [chunk.bytes_read for chunk in chunks] == [30, 60, 80]
    parsed_by = {item.title for chunk in chunks for item in chunk.items}
    assert len(parsed_by) == 1
    assert parsed_by != {str(os.getpid())}


def test_the_next_chunk_is_parsed_while_the_one_before_is_stored(tmp_path):
    class Noting(Records):
        def parse_in_order(self, batch):
            for item in super().parse_in_order(batch):
                (tmp_path / str(item.position)).touch()
                yield item

    chunks = read(Noting(9))
    next(chunks)
    for _ in range(400):
        if len(list(tmp_path.iterdir())) == 6:
            break
        time.sleep(0.01)
    assert {int(path.name) for path in tmp_path.iterdir()} == {1, 2, 3, 4, 5, 6}
    chunks.close()


def test_nothing_to_read_is_no_chunk():
    assert list(read(Records(0))) == []


def test_an_error_is_raised_only_after_what_came_before_it():
    chunks = read(Records(9, {5: OSError("gone")}))
    assert [item.position for item in next(chunks).batch] == [1, 2, 3]
    with pytest.raises(OSError, match="gone"):
        next(chunks)


def test_an_error_at_the_start_is_raised_at_once():
    with pytest.raises(OSError, match="gone"):
        next(read(Records(9, {1: OSError("gone")})))


def test_where_an_error_happened_is_told():
    with pytest.raises(KeyError) as error:
        next(read(Records(9, {1: KeyError("surprise")})))
    assert "in records" in "".join(error.value.__notes__)


def test_parsing_ends_at_a_fatal_problem():
    fatal = Problem(5, "", "Damaged.", fatal=True)
    chunks = list(read(Records(7, {5: fatal})))
    assert [item.position for item in chunks[1].items] == [4, 5]
    assert chunks[1].items[-1] == fatal


def test_no_process_is_left_when_reading_ends_early():
    chunks = read(Records(100))
    reader = int(next(chunks).items[0].title)
    os.kill(reader, 0)  # it is there
    chunks.close()
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)


def test_a_file_whose_reader_was_killed_is_not_called_unreadable(monkeypatch):
    monkeypatch.setattr(reading, "SMALL", 0)
    run = make_run(many(4))
    parse = chunking._parsed

    def deadly(*args):
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(chunking, "_parsed", deadly)
    with pytest.raises(apart.Died):
        services.run_import(run.pk)
    monkeypatch.setattr(chunking, "_parsed", parse)
    services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created) == ("finished", 4)


def test_a_sign_of_life_is_given_while_a_chunk_is_long_in_coming(monkeypatch, tmp_path):
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    given = tmp_path / "given"

    class Slow(Records):
        def parse_in_order(self, batch):
            for _ in range(1000):
                if given.exists():
                    break
                time.sleep(0.01)
            assert given.exists()
            return super().parse_in_order(batch)

    assert positions(read(Slow(2), keep_alive=given.touch)) == [[1, 2]]


def test_what_was_read_before_is_not_parsed_again(monkeypatch):
    monkeypatch.setattr(reading, "SMALL", 0)
    imported(many(4))
    run = make_run(many(6))
    assert SourceRecord.objects.count() == 4
    services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.created, run.unchanged) == (2, 4)


@pytest.mark.parametrize("small", [0, reading.SMALL], ids=["apart", "in turn"])
@pytest.mark.parametrize("most", [1, 2, 3, 500])
def test_a_record_that_stands_twice_is_read_once_however_the_file_is_cut(most, small, monkeypatch):
    """The second is unchanged, even where a third one between them says something else by then."""
    monkeypatch.setattr(running, "CHUNK", most)
    monkeypatch.setattr(reading, "SMALL", small)
    one, other = article(1, "First title"), article(1, "Second title")
    run = imported(article_set(one, article(2), one, other, one))
    assert (run.created, run.updated, run.unchanged) == (2, 1, 2)
    assert Reference.objects.get(pmid=1).title == "Second title"
    letters = "".join(ImportOutcomes.objects.order_by("pk").values_list("outcomes", flat=True))
    assert letters == "ccsus"
