"""The folder of a release: a BagIt bag with the entries in every format, what changed, and how to cite it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from ..document import to_json
from ..formats import STREAMS, bags, citing, packing
from ..models import Entry, Release, ReleasedEntry
from ..querysets import stream


def folder_of(release: Release) -> Path:
    return Path(settings.RELEASES_ROOT) / release.name


def draft_of(release: Release) -> Path:
    """Where the files are written before the release is published; no address leads there."""
    return Path(settings.RELEASES_ROOT) / f".{release.name}"


def write_folder(release: Release, before: Release | None, folder: Path) -> dict[str, Any]:
    """Write all files of a release into a new folder; what is told of the release, digests included."""
    data = folder / bags.PAYLOAD
    data.mkdir(parents=True)
    files = [_entries(release, name, data) for name in STREAMS]
    counts: Counter[str] = Counter()
    changes = data / "changes.ndjson"
    files.append(_written(changes, _changes(release, before, counts), "ndjson", "application/x-ndjson"))
    told: dict[str, Any] = {
        "name": release.name,
        "number": release.number,
        "cut_at": release.cut_at,
        "sequence": release.sequence,
        "entry_count": release.entry_count,
        "note": release.note,
        "previous": before.name if before else None,
        "changes": {kind: counts[kind] for kind in ("added", "revised", "updated", "retracted", "merged")},
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
        "publisher": settings.SITE_NAME,
        "url": f"{settings.SITE_URL}/releases/{release.name}/",
    }
    told["citation"] = citing.citation(told)
    for name, text, media_type in (
        ("CHANGELOG.md", citing.changelog(told), "text/markdown"),
        ("CITATION.txt", told["citation"] + "\n", "text/plain"),
        ("datacite.json", to_json(citing.datacite(told)) + "\n", "application/json"),
        ("dataset.jsonld", to_json(citing.dataset(told, files)) + "\n", "application/ld+json"),
    ):
        files.append(_written(data / name, [text.encode()], name.rpartition(".")[2], media_type))
    manifest = to_json(told | {"files": files}) + "\n"
    files.append(_written(data / "manifest.json", [manifest.encode()], "json", "application/json"))
    for name, text in bags.tag_files(told, files):
        files.append(_written(folder / name, [text.encode()], "bagit", "text/plain"))
    return told | {"files": [one | {"url": f"{told['url']}files/{one['path']}"} for one in files]}


def _entries(release: Release, name: str, data: Path) -> dict[str, Any]:
    one = STREAMS[name]
    rows = ReleasedEntry.objects.in_release(release.number).order_by("number")
    blocks = one.write(stream(rows), settings.SITE_URL)
    if one.packs:
        return _written(data / f"{one.file_name}.gz", packing.gzipped(blocks), name, "application/gzip")
    return _written(data / one.file_name, blocks, name, one.media_type)


def _written(path: Path, blocks: Iterable[bytes], format_name: str, media_type: str) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for block in blocks:
            digest.update(block)
            size += file.write(block)
    inside = path.parent.name == bags.PAYLOAD
    return {
        "path": f"{bags.PAYLOAD}/{path.name}" if inside else path.name,
        "format": format_name,
        "media_type": media_type,
        "bytes": size,
        "sha256": digest.hexdigest(),
    }


def _changes(release: Release, before: Release | None, counts: Counter[str]) -> Iterator[bytes]:
    """Line by line, what differs from the release before; ``counts`` gains the number of each kind."""
    new, columns = ReleasedEntry.objects.new_in(release.number), ("accession", "version", "sequence")
    if before is None:
        # All of the first release is new: its entries say it better than a second list of them.
        counts["added"] = release.entry_count
        return
    left = {
        accession: (version, sequence)
        for accession, version, sequence in ReleasedEntry.objects.left_after(before.number).values_list(*columns)
    }
    for accession, version, sequence in new.order_by("number").values_list(*columns).iterator():
        was = left.pop(accession, None)
        # Where only the ontologies around it changed, the entry itself is as it was.
        if was is None or was[1] != sequence:
            kind = "added" if was is None else "revised" if was[0] != version else "updated"
            yield _line(counts, kind, accession, was[0] if was else None, version)
    ended = Entry.objects.filter(accession__in=left).order_by("number")
    told = ("accession", "status", "tombstone_reason", "successor__accession")
    for accession, status, reason, successor in ended.values_list(*told):
        yield _line(counts, status, accession, left[accession][0], None, reason=reason, successor=successor)


def _line(
    counts: Counter[str], kind: str, accession: str, was: int | None, version: int | None, **more: str | None
) -> bytes:
    counts[kind] += 1
    return to_json({"change": kind, "accession": accession, "from": was, "to": version, **more}).encode() + b"\n"
