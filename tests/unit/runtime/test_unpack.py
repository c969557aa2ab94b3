"""Compressed streams give what was packed, a piece at a time, or say what is wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zlib
from typing import Callable

import pytest

from secguard.runtime.stream import Budget, Damaged, Over, Stream
from secguard.runtime.unpack import BZIP2, GZIP, XZ, ZLIB, codec, unpacked

DATA = os.urandom(300_000) + b"x" * 2_000_000 + os.urandom(1000)
PACKERS: dict[bytes, Callable[[bytes], bytes]] = {
    GZIP: gzip.compress,
    BZIP2: bz2.compress,
    XZ: lzma.compress,
}


def budget(size: int = 1 << 20, most: int = 1 << 40) -> Budget:
    return Budget(size, most, lambda: False)


def stream(data: bytes) -> Stream:
    return Stream(io.BytesIO(data).read)


def unpack(magic: bytes, data: bytes) -> tuple[bytes, bytes]:
    found = codec(magic)
    assert found is not None
    source = stream(data)
    inner = unpacked(source, found, budget(len(data)), magic)
    return b"".join(inner.rest()), b"".join(source.rest())


@pytest.mark.parametrize("magic", PACKERS)
def test_a_stream_gives_what_was_packed_and_leaves_the_rest(magic: bytes) -> None:
    packed = PACKERS[magic](DATA)
    assert packed.startswith(magic)
    assert unpack(magic, packed + b"trailing") == (DATA, b"trailing")
    assert unpack(magic, packed + PACKERS[magic](b"more") + b"\0") == (DATA + b"more", b"\0")
    assert unpack(magic, PACKERS[magic](b"")) == (b"", b"")


@pytest.mark.parametrize("magic", PACKERS)
def test_a_stream_that_ends_early_is_damaged(magic: bytes) -> None:
    packed = PACKERS[magic](DATA)
    for size in (len(magic), len(packed) // 2, len(packed) - 1):
        with pytest.raises(Damaged):
            unpack(magic, packed[:size])


@pytest.mark.parametrize("magic", PACKERS)
def test_a_stream_of_something_else_is_damaged(magic: bytes) -> None:
    with pytest.raises(Damaged):
        unpack(magic, magic + b"9" * 1000)


@pytest.mark.parametrize("magic", PACKERS)
def test_a_bomb_is_stopped_before_it_grows(magic: bytes) -> None:
    found = codec(magic)
    assert found is not None
    bomb = PACKERS[magic](bytes(200 << 20))
    with pytest.raises(Over, match="times its size"):
        for _ in unpacked(stream(bomb), found, budget(len(bomb))).rest():
            pass
    with pytest.raises(Over, match="max-bytes"):
        for _ in unpacked(stream(bomb), found, budget(len(bomb), 1000)).rest():
            pass


def test_what_git_keeps_is_zlib() -> None:
    inner = unpacked(stream(zlib.compress(b"blob 3\0abc")), ZLIB, budget())
    assert b"".join(inner.rest()) == b"blob 3\0abc"


def test_time_and_members_are_limited() -> None:
    with pytest.raises(Over, match="max-seconds"):
        Budget(1, 1000, lambda: True).take(1)
    limited = budget()
    with pytest.raises(Over, match="members"):
        for _ in range(1_000_001):
            limited.member()


def test_a_stream_can_look_ahead_and_take_back() -> None:
    one = stream(bytes(range(200)))
    assert one.peek(3) == b"\0\1\2"
    assert one.read(2) == b"\0\1"
    one.unread(1)
    assert (one.position, one.exactly(2)) == (1, b"\1\2")
    assert one.peek(1000)[-1] == 199
    part = one.part(5)
    assert b"".join(part.rest()) == bytes(range(3, 8))
    with pytest.raises(Damaged):
        one.exactly(1000)
    with pytest.raises(Damaged):
        b"".join(one.part(1000).rest())
