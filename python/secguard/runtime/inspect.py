"""Looks into files, and into what they hold, as deep as is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Callable, Iterator

from secguard.runtime.archives import Member, ar, git_pack, is_tar, tar, zip_file
from secguard.runtime.content import Content, Hit
from secguard.runtime.spots import Needles
from secguard.runtime.stream import Budget, Damaged, Over, Stream
from secguard.runtime.unpack import BZIP2, GZIP, XZ, ZLIB, ZSTD, Codec, codec, unpacked

_MOST_LAYERS = 10
_HEAD = 512
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_PACKED = ((GZIP, "gzip"), (XZ, "xz"), (ZSTD, "zstd"))
# Archives that nothing in Python's standard library reads.
_CLOSED = (
    (b"7z\xbc\xaf'\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b'\x04"M\x18', "LZ4"),
    (b"MSCF\0\0\0\0", "CAB"),
    (b"\xed\xab\xee\xdb", "RPM"),
    (b"hsqs", "squashfs"),
    (b"\x1f\x9d", "compress"),
    (b"LZIP\x01", "lzip"),
    (b"\x89LZO\0", "lzop"),
)
_LOOSE_OBJECT = re.compile(r"(?:^|/)objects/[0-9a-f]{2}/[0-9a-f]{38,62}$")
_SETTINGS = re.compile(
    r"(?:^|[/!])(?:\.env[^/]*|\.npmrc|\.netrc|\.pypirc|\.dockercfg|\.git-credentials|credentials"
    r"|config|[^/]*\.(?:env|properties|tfvars|tfstate|ini|cfg|conf|toml|ya?ml))$"
)

_Reader = Callable[[Stream, Callable[[bytes], None], Budget], Iterator[Member]]


@dataclass(frozen=True)
class Closed:
    """Something that was not looked into."""

    uri: str
    why: str
    is_file: bool = True
    """False for what has no content to be looked into: devices, sockets, links."""


class Inspector:
    """Looks into one file after the other."""

    def __init__(self, needles: Needles, most: int, is_late: Callable[[], bool]) -> None:
        """Look for needles in at most so many bytes of each file, until it is late."""
        self.hits: list[Hit] = []
        self.closed: list[Closed] = []
        self.size = 0
        """How many bytes were searched."""
        self.members = 0
        """How many members of archives were."""
        self._needles = needles
        self._most = most
        self._is_late = is_late

    def look(
        self,
        name: str,
        read: Callable[[int], bytes],
        size: int,
        line_ends: Callable[[int], int] | None = None,
    ) -> None:
        """Look into a file of some size; somebody may say how many line ends a place has before."""
        uri = self.name(name)
        budget = Budget(size, self._most, self._is_late)

        def counted(most: int) -> bytes:
            data = read(most)
            budget.take(len(data))
            return data

        try:
            self._inspect(Stream(counted), name, uri, 0, budget, line_ends)
        except (Damaged, Over) as error:
            self.closed.append(Closed(uri, str(error)))

    def name(self, name: str, within: str = "") -> str:
        """Search a name, and give it as it may be shown."""
        shown, spots = self._needles.clean(name)
        uri = f"{within}!{shown}" if within else shown
        self.hits += dict.fromkeys(Hit.of(uri, spot, True) for spot in spots)
        return uri

    def _inspect(
        self,
        stream: Stream,
        name: str,
        uri: str,
        layer: int,
        budget: Budget,
        line_ends: Callable[[int], int] | None = None,
    ) -> None:
        reader, why = _reader(stream, name)
        if reader and layer >= _MOST_LAYERS:
            reader, why = None, "it is nested too deep"
        if why:
            self.closed.append(Closed(uri, why))
        is_settings = _SETTINGS.search(name) is not None
        # What stands beside the members of an archive is not all that the file has.
        content = Content(self._needles, uri, is_settings, line_ends=None if reader else line_ends)
        known = len(self.hits)
        try:
            if reader:
                self._unpack(reader(stream, content.feed, budget), name, uri, layer, budget)
            for data in stream.rest():
                content.feed(data)
        finally:
            hits = content.close()
            self.size += content.size
            if reader:
                # What stands beside the members says again what is in them.
                names = {hit.names for hit in self.hits[known:]}
                hits = tuple(
                    replace(hit, offset=-1, line=0) for hit in hits if hit.names not in names
                )
            self.hits += hits

    def _unpack(
        self, members: Iterator[Member], name: str, uri: str, layer: int, budget: Budget
    ) -> None:
        try:
            for member in members:
                budget.member()
                self.members += bool(member.name)
                self._member(member, name, uri, layer + 1, budget)
        except Damaged as error:
            self.closed.append(Closed(uri, str(error)))

    def _member(self, member: Member, name: str, uri: str, layer: int, budget: Budget) -> None:
        if member.name:
            name = member.name.decode("utf-8", "surrogateescape")
            uri = self.name(name, uri)
        if member.stream is None:
            self.closed.append(Closed(uri, member.why))
            return
        try:
            self._inspect(member.stream, name, uri, layer, budget)
        except Damaged as error:
            self.closed.append(Closed(uri, str(error)))


def _reader(stream: Stream, name: str) -> tuple[_Reader | None, str]:
    """Give what takes a stream apart, or why nothing does though something should."""
    head = stream.peek(_HEAD)
    if head.startswith(b"PK\x03\x04") or (head.startswith(b"#!") and b"PK\x03\x04" in head):
        return zip_file, ""
    if is_tar(head):
        return (lambda stream, outer, budget: tar(stream, outer)), ""
    if head.startswith(b"!<arch>\n"):
        return (lambda stream, outer, budget: ar(stream)), ""
    if head.startswith(b"PACK\0\0\0") and name.endswith(".pack"):
        return (lambda stream, outer, budget: git_pack(stream, budget)), ""
    if head[:1] == b"x" and _LOOSE_OBJECT.search(name):
        return _packed(ZLIB, b""), ""
    magic = BZIP2 if _BZIP2.match(head) else b""
    magic = next((one for one, _ in _PACKED if head.startswith(one)), magic)
    found = codec(magic) if magic else None
    if found:
        return _packed(found, magic), ""
    kinds = (*_CLOSED, *_PACKED, (BZIP2, "bzip2")) if magic else _CLOSED
    kind = next((kind for one, kind in kinds if head.startswith(one)), "")
    return None, f"nothing here reads {kind}" if kind else ""


def _packed(codec: Codec, magic: bytes) -> _Reader:
    def read(stream: Stream, outer: Callable[[bytes], None], budget: Budget) -> Iterator[Member]:
        if magic == GZIP:
            outer(stream.peek(_HEAD))
        yield Member(b"", unpacked(stream, codec, budget, magic))

    return read
