"""BagIt (RFC 8493): the files beside the payload by which anybody can check a copy of a release."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

PAYLOAD = "data"


def tag_files(release: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and text of each; ``files`` are those of the payload with their paths, sizes and digests."""
    cut_at: datetime = release["cut_at"]
    info = {
        "Source-Organization": release["publisher"],
        "External-Identifier": release["url"],
        "External-Description": f"Release {release['name']}: {release['entry_count']} entries",
        "Bagging-Date": f"{cut_at:%Y-%m-%d}",
        "Payload-Oxum": f"{sum(one['bytes'] for one in files)}.{len(files)}",
    }
    made = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items()),
        "manifest-sha256.txt": "".join(f"{one['sha256']}  {one['path']}\n" for one in files),
    }
    made["tagmanifest-sha256.txt"] = "".join(
        f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in made.items()
    )
    yield from made.items()
