"""Takes archives apart as they are read: nothing is sought, kept whole or written anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Iterator

from secguard.runtime.stream import Budget, Damaged, Stream
from secguard.runtime.unpack import BZIP2, INFLATE, ZLIB, ZSTD, Codec, codec, unpacked

_BLOCK = 512
_MOST_METADATA = 1 << 20
_LOCAL, _DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"
_EMPTY = _DESCRIPTOR + bytes(8)
_UNKNOWN = 0xFFFFFFFF
_ENCRYPTED, _SIZE_FOLLOWS = 1, 8
# Kinds of objects in a git pack: commits, trees, blobs, tags; differences, by what they name.
_OBJECTS = (1, 2, 3, 4)
_BY_OFFSET, _BY_NAME = 6, 7
_NAME_SIZE = 20


@dataclass(frozen=True)
class Member:
    """A part of an archive."""

    name: bytes
    stream: Stream | None = None
    """What it holds, to be read before the next member; None where it cannot be read."""
    why: str = ""
    """Why it cannot be read."""


Outer = Callable[[bytes], None]
"""Takes what stands in an archive beside its members' names and contents."""


def is_tar(head: bytes) -> bool:
    """Return whether a tar header begins here, by its checksum."""
    if len(head) < _BLOCK or not head[0]:
        return False
    field = head[148:156].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", field):
        return False
    others = head[:148] + b" " * 8 + head[156:_BLOCK]
    # Some write the sum of the bytes as signed numbers.
    return int(field, 8) in (sum(others), sum(others) - 256 * sum(byte > 127 for byte in others))


def tar(stream: Stream, outer: Outer) -> Iterator[Member]:
    """Give the members of a tar archive."""
    name, length = b"", -1
    while stream.peek(1):
        header = stream.exactly(_BLOCK)
        if not header.strip(b"\0"):
            return
        if not is_tar(header):
            raise Damaged("it is damaged")
        kind, size = header[156:157], _number(header[124:136])
        if kind in (b"L", b"K", b"x", b"g", b"X"):
            if size > _MOST_METADATA:
                raise Damaged("a header is too long")
            data = stream.exactly(-(-size // _BLOCK) * _BLOCK)[:size]
            if kind == b"L":
                name = data.rstrip(b"\0")
                continue
            outer(data)
            if kind == b"x":
                name, length = _extended(data, name, length)
            continue
        outer(header[157:345])
        more = kind == b"S" and header[482]
        while more:
            block = stream.exactly(_BLOCK)
            more = block[504]
        size = size if length < 0 else length
        size = 0 if kind in (b"1", b"2", b"3", b"4", b"5", b"6") else size
        prefix = header[345:500].rstrip(b"\0") if header[257:262] == b"ustar" else b""
        short = header[:100].partition(b"\0")[0]
        part = stream.part(size)
        yield Member(name or (prefix + b"/" + short if prefix else short), part)
        stream.exactly(-size % _BLOCK)
        name, length = b"", -1


def _octal(field: bytes) -> int:
    try:
        return int(field or b"0", 8)
    except ValueError:
        raise Damaged("it is damaged") from None


def _number(field: bytes) -> int:
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    return abs(_octal(field.partition(b"\0")[0].strip()))


def _extended(data: bytes, name: bytes, length: int) -> tuple[bytes, int]:
    """Read the name and the size that an extended header has for the next member."""
    for record in re.finditer(rb"(?:^|\n)\d{1,7} (path|size)=([^\n]*)", data):
        if record[1] == b"path":
            name = record[2]
        elif record[2].isdigit():
            length = int(record[2])
    return name, length


def zip_file(stream: Stream, outer: Outer, budget: Budget) -> Iterator[Member]:
    """Give the members of a zip archive, in the order in which they lie there."""
    if stream.peek(2) == b"#!":
        head = stream.peek(_MOST_METADATA)
        outer(stream.exactly(max(head.find(_LOCAL), 0)))
    while stream.peek(4) == _LOCAL:
        header = stream.exactly(30)
        flags, method, size, name_size, extra_size = (
            int.from_bytes(header[at : at + width], "little")
            for at, width in ((6, 2), (8, 2), (18, 4), (26, 2), (28, 2))
        )
        name, extra = stream.exactly(name_size), stream.exactly(extra_size)
        outer(extra)
        if size == _UNKNOWN:
            size = _size_in(extra)
        is_open = flags & _SIZE_FOLLOWS and not size and stream.peek(12) != _EMPTY
        if is_open and (method == 0 or flags & _ENCRYPTED):
            raise Damaged("where its members end is not known")
        part = stream if is_open else stream.part(size)
        if flags & _ENCRYPTED:
            member = Member(name, None, "it is encrypted")
        elif method == 0:
            member = Member(name, part)
        else:
            found = _METHODS.get(method, lambda: None)()
            unknown = "this Python cannot read its compression"
            inner = unpacked(part, found, budget) if found else None
            member = Member(name, inner, "" if found else unknown)
        yield member
        if not is_open:
            for _ in part.rest():
                pass
        elif member.stream is None:
            raise Damaged("where its members end is not known")
        if flags & _SIZE_FOLLOWS:
            _skip_descriptor(stream)
    if not stream.peek(1):
        raise Damaged("it ends early")


_METHODS: dict[int, Callable[[], Codec | None]] = {
    8: lambda: INFLATE,
    12: lambda: codec(BZIP2),
    93: lambda: codec(ZSTD),
}


def _size_in(extra: bytes) -> int:
    """Read the packed size from the extra field for large files, where it is the second number."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = extra[at : at + 2], int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == b"\1\0" and size >= 16:
            return int.from_bytes(extra[at + 12 : at + 20], "little")
        at += 4 + size
    raise Damaged("where its members end is not known")


def _skip_descriptor(stream: Stream) -> None:
    head = stream.peek(28)
    signature = 4 if head.startswith(_DESCRIPTOR) else 0
    long = head[signature + 12 : signature + 14] != b"PK"
    stream.exactly(signature + (20 if long else 12))


def ar(stream: Stream) -> Iterator[Member]:
    """Give the members of an ar archive, such as a Debian package."""
    stream.exactly(8)
    while stream.peek(1):
        header = stream.exactly(60)
        size = header[48:58].strip()
        if header[58:] != b"`\n" or not size.isdigit():
            raise Damaged("it is damaged")
        name = header[:16].rstrip()
        yield Member(name.rstrip(b"/") or name, stream.part(int(size)))
        if int(size) % 2:
            stream.read(1)


def git_pack(stream: Stream, budget: Budget) -> Iterator[Member]:
    """Give the objects of a git pack; of one that is a difference, what it adds."""
    header = stream.exactly(12)
    for _ in range(int.from_bytes(header[8:], "big")):
        place = stream.position
        first = byte = stream.exactly(1)[0]
        while byte & 0x80:
            byte = stream.exactly(1)[0]
        kind = first >> 4 & 7
        if kind == _BY_OFFSET:
            while stream.exactly(1)[0] & 0x80:
                pass
        elif kind == _BY_NAME:
            stream.exactly(_NAME_SIZE)
        elif kind not in _OBJECTS:
            raise Damaged("it is damaged")
        yield Member(b"object at %d" % place, unpacked(stream, ZLIB, budget))
