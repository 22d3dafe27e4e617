"""The files of a ZIP archive that may hold citations, without unpacking it."""

import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # of an archive, and of an empty one
MOST_FILES = 100
# The directory of an archive is read as a whole, so its size is looked at before.
DIRECTORY_LIMIT = 1024**2
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
LARGE_DIRECTORY = struct.Struct("<4sLQL")  # points to one of more than 65,535 files, which would overrule the other
LONGEST_COMMENT = 0xFFFF
READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
UNUSUAL = "The ZIP archive is packed in an unusual way: please unpack it first."
# Only these documents name their parts so.
DOCUMENTS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")


class Unusable(Exception):
    """The archive cannot be read; the words are for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; ``open`` gives the function that reads it."""

    name: str
    open: Callable[[], Callable[[int], bytes]]


def members(file: Any) -> tuple[int, list[Member]]:
    """The size of the archive, and its files in order (folders and what systems add left out)."""
    size = _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error):
        raise Unusable("The ZIP archive is damaged: it was probably not downloaded or copied completely.") from None
    infos = archive.infolist()
    if any(info.filename in DOCUMENTS for info in infos):
        raise Unusable(
            "This is an Office document or a program, not citations: please export them as RIS, BibTeX or nbib."
        )
    infos = [info for info in infos if not _is_chaff(info)]
    if not infos:
        raise Unusable("The ZIP archive holds no file.")
    if len(infos) > MOST_FILES:
        raise Unusable(f"The ZIP archive holds more than {MOST_FILES} files: please send them in several archives.")
    for info in infos:
        if info.flag_bits & 1:
            raise Unusable("The ZIP archive is locked with a password: please unpack it first.")
        if info.compress_type not in READABLE:
            raise Unusable(UNUSUAL)
    return size, [_member(archive, info) for info in infos]


def _check_directory(file: Any) -> int:
    size = int(file.seek(0, 2))
    file.seek(max(0, size - END_OF_DIRECTORY.size - LONGEST_COMMENT))
    tail = file.read(END_OF_DIRECTORY.size + LONGEST_COMMENT)
    file.seek(0)
    at = tail.rfind(MAGIC[1])
    if at >= 0 and len(tail) - at >= END_OF_DIRECTORY.size:
        if tail[max(0, at - LARGE_DIRECTORY.size) : at].startswith(b"PK\x06\x07"):
            raise Unusable(UNUSUAL)
        if END_OF_DIRECTORY.unpack_from(tail, at)[5] > DIRECTORY_LIMIT:
            raise Unusable("The ZIP archive lists far too many files: please unpack it first.")
    return size


def _is_chaff(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    return info.is_dir() or info.file_size == 0 or parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    def open_it() -> Callable[[int], bytes]:
        try:
            return cast(zipfile.ZipExtFile, archive.open(info)).read1
        # The two places that name the file disagree, or one of them lies where there is no place.
        except (RuntimeError, NotImplementedError, ValueError) as error:
            raise zipfile.BadZipFile(str(error)) from None

    return Member(info.filename.rsplit("/", 1)[-1], open_it)
