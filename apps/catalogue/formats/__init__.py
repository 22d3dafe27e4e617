"""The published formats beside JSON.

A *stream* of entries is an iterable of blocks; a block is whole lines of NDJSON, as bytes. Every format of
``STREAMS`` turns such a stream into blocks of its own and keeps no more than a block in memory, so that a
download, a filtered set and a file of a release are made by the same few lines.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import tables
from .tables import TABLES, table

Blocks = Iterable[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A format of many entries. ``write`` takes the blocks and the address of the site, for resolvable ids."""

    name: str
    title: str
    about: str
    media_type: str
    stem: str = "entries"
    extension: str
    write: Callable[[Blocks, str], Iterator[bytes]]
    #: Whether its bytes are worth a gzip.
    packs: bool = True

    @property
    def file_name(self) -> str:
        return f"{self.stem}.{self.extension}"


def _as_they_are(blocks: Blocks, site: str) -> Iterator[bytes]:
    yield from blocks


STREAMS: dict[str, Stream] = {
    one.name: one
    for one in (
        Stream(
            name="ndjson",
            title="NDJSON",
            about="the published documents, one on each line",
            media_type="application/x-ndjson",
            extension="ndjson",
            write=_as_they_are,
        ),
        Stream(
            name="tsv",
            title="TSV",
            about="a table with one row for each entry",
            media_type="text/tab-separated-values",
            extension="tsv",
            write=tables.write,
        ),
    )
}


def lines(texts: Iterable[str]) -> str:
    """One JSON document per line (NDJSON)."""
    return "".join(f"{text}\n" for text in texts)


__all__ = ["STREAMS", "TABLES", "Blocks", "Stream", "lines", "table"]
