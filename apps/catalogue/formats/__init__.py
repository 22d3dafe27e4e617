"""The published formats beside JSON.

A *stream* of entries is an iterable of blocks; a block is whole lines of NDJSON, as bytes. Every format of
``STREAMS`` turns such a stream into blocks of its own and keeps no more than a block in memory, so that a
download, a filtered set and a file of a release are made by the same few lines.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import jsonld, kgx, nanopubs, parquet, statements, tables
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
        Stream(
            name="parquet",
            title="Parquet",
            about="the same table with typed columns, for pandas, R, DuckDB and the like",
            media_type="application/vnd.apache.parquet",
            extension="parquet",
            write=parquet.write,
            packs=False,
        ),
        Stream(
            name="jsonld",
            title="JSON-LD",
            about="the documents as linked data, one on each line",
            media_type="application/ld+json",
            extension="jsonld.ndjson",
            write=jsonld.write,
        ),
        Stream(
            name="va",
            title="GA4GH VA-Spec statements",
            about="one statement on each line, with its proposition, evidence and contributions",
            media_type="application/vnd.ga4gh.va+x-ndjson",
            stem="statements",
            extension="ndjson",
            write=statements.write,
        ),
        Stream(
            name="kgx-nodes",
            title="Knowledge graph, nodes (KGX)",
            about="what the entries are about, in terms of the Biolink model",
            media_type="application/vnd.kgx.nodes+x-ndjson",
            stem="kgx_nodes",
            extension="jsonl",
            write=kgx.write_nodes,
        ),
        Stream(
            name="kgx-edges",
            title="Knowledge graph, edges (KGX)",
            about="what the entries say of them, in terms of the Biolink model",
            media_type="application/vnd.kgx.edges+x-ndjson",
            stem="kgx_edges",
            extension="jsonl",
            write=kgx.write_edges,
        ),
        Stream(
            name="trig",
            title="Nanopublications (TriG)",
            about="one for each entry, with assertion, provenance and publication info",
            media_type="application/trig",
            stem="nanopubs",
            extension="trig",
            write=nanopubs.write,
        ),
    )
}


def lines(texts: Iterable[str]) -> str:
    """One JSON document per line (NDJSON)."""
    return "".join(f"{text}\n" for text in texts)


__all__ = ["STREAMS", "TABLES", "Blocks", "Stream", "jsonld", "lines", "table"]
