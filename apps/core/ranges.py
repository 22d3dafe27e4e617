"""A file as an answer: whole, a part of it, or nothing where the caller has it already (RFC 9110)."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

_BLOCK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def send_file(request: HttpRequest, path: Path, *, digest: str, media_type: str) -> HttpResponseBase:
    """A file that never changes, known by the SHA-256 of its bytes.

    One range is served as a part (206), so that a download goes on where it broke off; several at once, or one
    of another version of the file (``If-Range``), are answered with the whole, as the standard allows.
    """
    size, etag = path.stat().st_size, f'"{digest}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{path.name}"',
    }
    given = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if "*" in given or etag in {one.removeprefix("W/") for one in given}:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    asked = request.META.get("HTTP_RANGE", "") if request.META.get("HTTP_IF_RANGE", etag) == etag else ""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or not any(found.groups()):
        return FileResponse(path.open("rb"), headers=headers | {"Content-Length": str(size)}, content_type=media_type)
    first, last = _bounds(found[1], found[2], size)
    if first >= size or first > last:
        headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    part = _part(path, first, last - first + 1)
    return FileResponse(part, status=HTTPStatus.PARTIAL_CONTENT, headers=headers, content_type=media_type)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """``-500`` are the last 500 bytes; an open or too far end is that of the file."""
    if not first:
        return max(size - int(last), 0) if int(last) else size, size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(path: Path, offset: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while length and (block := file.read(min(_BLOCK, length))):
            length -= len(block)
            yield block
