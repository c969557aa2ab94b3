"""Decompresses streams, a piece at a time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Callable, Iterator

from secguard.runtime.stream import PIECE, Budget, Damaged, Stream

GZIP = b"\x1f\x8b\x08"
"""How a gzip stream begins."""
BZIP2 = b"BZh"
"""How a bzip2 stream begins."""
XZ = b"\xfd7zXZ\0"
"""How an xz stream begins."""
ZSTD = b"\x28\xb5\x2f\xfd"
"""How a zstd frame begins."""

_INPUT = 1 << 14
_MEMORY = 256 << 20


@dataclass(frozen=True)
class Codec:
    """What decompresses streams of one kind."""

    make: Callable[[], Any]
    """Begins a stream."""
    error: type[Exception]
    """What it raises for a stream that is damaged."""


INFLATE = Codec(lambda: zlib.decompressobj(-15), zlib.error)
"""Deflated members of zips."""
ZLIB = Codec(lambda: zlib.decompressobj(15), zlib.error)
"""Objects of git."""


def codec(magic: bytes) -> Codec | None:
    """Give the codec for streams that begin like this, if this Python has it."""
    try:
        if magic == GZIP:
            return Codec(lambda: zlib.decompressobj(31), zlib.error)
        if magic == BZIP2:
            return Codec(import_module("bz2").BZ2Decompressor, OSError)
        if magic == XZ:
            lzma = import_module("lzma")
            limit = {"format": lzma.FORMAT_XZ, "memlimit": _MEMORY}
            return Codec(lambda: lzma.LZMADecompressor(**limit), lzma.LZMAError)
        zstd = import_module("compression.zstd")
        return Codec(zstd.ZstdDecompressor, zstd.ZstdError)
    except ImportError:
        return None


def unpacked(stream: Stream, codec: Codec, budget: Budget, again: bytes = b"") -> Stream:
    """Give what a compressed stream holds; what follows it is left to be read.

    `again` is how a further stream begins that belongs to it.
    """
    return Stream.of(_pieces(stream, codec, budget, again))


def _pieces(stream: Stream, codec: Codec, budget: Budget, again: bytes) -> Iterator[bytes]:
    while True:
        engine, tail = codec.make(), b""
        while not engine.eof:
            if not tail and getattr(engine, "needs_input", True):
                tail = stream.read(_INPUT)
            try:
                data = engine.decompress(tail, PIECE)
            except codec.error as error:
                raise Damaged("it is damaged") from error
            if not (data or tail or engine.eof):
                raise Damaged("it ends early")
            tail = getattr(engine, "unconsumed_tail", b"")
            if data:
                budget.take(len(data))
                yield data
        stream.unread(len(engine.unused_data))
        if not again or stream.peek(len(again)) != again:
            return
