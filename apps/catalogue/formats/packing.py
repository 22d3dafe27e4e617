"""Gzip at the speed of the network: isal's, several times as fast as zlib's for little more room."""

from collections.abc import Iterable, Iterator

from isal import isal_zlib

_WITH_HEADER = 31
_LEVEL = 1


def gzipped(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as one gzip member without a time or a name: the same blocks give the same bytes."""
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _WITH_HEADER)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()
