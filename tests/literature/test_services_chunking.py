"""Chunks of a run: read ahead in a thread, handed out as if each were read when it is asked for."""

import threading
from contextlib import closing

import pytest

from apps.literature import services
from apps.literature.formats import Citation, Problem, RawRecord
from apps.literature.models import ImportOutcomes, Reference, SourceRecord
from apps.literature.services import chunking, running
from tests.factories.literature import article, article_set, imported, make_run, many

pytestmark = pytest.mark.django_db


class Records:
    """A reader of so many records, each parsed as an article; what stands in ``trouble`` happens in its place."""

    reads_ahead = True
    bytes_read = 0

    def __init__(self, count: int, trouble: dict[int, Exception | Problem] | None = None):
        self.count = count
        self.trouble = trouble or {}
        self.parsed_by = set()
        self.parsed = []

    def records(self):
        for position in range(1, self.count + 1):
            if isinstance(error := self.trouble.get(position), Exception):
                raise error
            self.bytes_read += 10
            yield RawRecord(position, position, position.to_bytes(16), b"")

    def parse_in_order(self, batch):
        for item in batch:
            self.parsed_by.add(threading.current_thread())
            self.parsed.append(item.position)
            yield self.trouble.get(item.position) or Citation(item.position, pmid=item.position)


def no_sign():
    raise AssertionError("not needed")


def read(reader, most=3, keep_alive=no_sign):
    with closing(chunking.chunks(reader, most, keep_alive=keep_alive)) as chunks:
        yield from chunks


def positions(chunks):
    return [[item.position for item in chunk.batch] for chunk in chunks]


def test_everything_is_handed_out_in_order_and_parsed_by_another_thread():
    reader = Records(8)
    chunks = list(read(reader))
    assert positions(chunks) == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert [[item.pmid for item in chunk.items] for chunk in chunks] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert [chunk.bytes_read for chunk in chunks] == [30, 60, 80]
    assert threading.current_thread() not in reader.parsed_by


def test_the_next_chunk_is_parsed_while_the_one_before_is_stored():
    reader = Records(9)
    chunks = read(reader)
    next(chunks)
    for _ in range(200):
        if len(reader.parsed) == 6:
            break
        threading.Event().wait(0.01)
    assert reader.parsed == [1, 2, 3, 4, 5, 6]
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


def test_parsing_ends_at_a_fatal_problem():
    fatal = Problem(5, "", "Damaged.", fatal=True)
    chunks = list(read(Records(7, {5: fatal})))
    assert chunks[1].items == [Citation(4, pmid=4), fatal]


def test_no_thread_is_left_when_reading_ends_early():
    before = threading.active_count()
    chunks = read(Records(100))
    next(chunks)
    assert threading.active_count() == before + 1
    chunks.close()
    assert threading.active_count() == before


def test_a_sign_of_life_is_given_while_a_chunk_is_long_in_coming(monkeypatch):
    monkeypatch.setattr(chunking, "PATIENCE", 0.01)
    given = threading.Event()
    reader = Records(2)
    parse = reader.parse_in_order

    def slowly(batch):
        assert given.wait(10)
        return parse(batch)

    reader.parse_in_order = slowly
    assert positions(read(reader, keep_alive=given.set)) == [[1, 2]]


def test_what_was_read_before_is_not_parsed_again():
    imported(many(4))
    run = make_run(many(6))
    assert SourceRecord.objects.count() == 4
    services.run_import(run.pk)
    run.refresh_from_db()
    assert (run.created, run.unchanged) == (2, 4)


@pytest.mark.parametrize("most", [1, 2, 3, 500])
def test_a_record_that_stands_twice_is_read_once_however_the_file_is_cut(most, monkeypatch):
    """The second is unchanged, even where a third one between them says something else by then."""
    monkeypatch.setattr(running, "CHUNK", most)
    one, other = article(1, "First title"), article(1, "Second title")
    run = imported(article_set(one, article(2), one, other, one))
    assert (run.created, run.updated, run.unchanged) == (2, 1, 2)
    assert Reference.objects.get(pmid=1).title == "Second title"
    letters = "".join(ImportOutcomes.objects.order_by("pk").values_list("outcomes", flat=True))
    assert letters == "ccsus"
