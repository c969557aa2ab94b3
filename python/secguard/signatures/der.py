"""Reads ASN.1 in its one canonical form (DER, X.690) and refuses every other."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import NamedTuple

from secguard.signatures.refused import Refused

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8, UTC_TIME, TIME, SEQUENCE, SET = 0x0C, 0x17, 0x18, 0x30, 0x31
MAX_SIZE = 64 * 1024
MAX_DEPTH = 24
MAX_ELEMENTS = 4_000

_CONSTRUCTED = 0x20
_TIMES = {
    UTC_TIME: re.compile(rb"[0-9]{12}Z"),
    TIME: re.compile(rb"[0-9]{14}(?:\.[0-9]{0,5}[1-9])?Z"),
}


class Element(NamedTuple):
    """One value with its tag."""

    tag: int
    content: bytes
    raw: bytes
    """Tag, length and content."""

    def is_(self, tag: int) -> Element:
        """Give the element itself; refuse it where it has another tag."""
        if self.tag != tag:
            raise Refused("its ASN.1 has another structure than it should")
        return self

    def parts(self, tag: int = SEQUENCE, least: int = 0) -> list[Element]:
        """List what the element consists of; refuse fewer parts than wanted."""
        self.is_(tag)
        found, at = [], 0
        while at < len(self.content):
            part, at = _element(self.content, at)
            found.append(part)
        if len(found) < least:
            raise Refused("its ASN.1 has another structure than it should")
        return found

    def exactly(self, count: int, tag: int = SEQUENCE) -> list[Element]:
        """List what the element consists of; refuse another number of parts."""
        found = self.parts(tag)
        if len(found) != count:
            raise Refused("its ASN.1 has another structure than it should")
        return found

    def named(self) -> tuple[str, list[Element]]:
        """Give the object identifier that a sequence begins with, and the rest."""
        first, *rest = self.parts(least=1)
        return first.oid(), rest

    def integer(self) -> int:
        """Give the number."""
        return int.from_bytes(self.is_(INTEGER).content, "big", signed=True)

    def oid(self) -> str:
        """Give the object identifier with dots."""
        numbers, value = [], 0
        for byte in self.is_(OID).content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))

    def bits(self) -> bytes:
        """Give a string of bits that is a string of bytes."""
        if self.is_(BITS).content[0]:
            raise Refused("its ASN.1 has bits that fill no byte")
        return self.content[1:]

    def time(self) -> datetime:
        """Give the moment."""
        pattern = _TIMES.get(self.tag)
        if pattern is None or not pattern.fullmatch(self.content):
            raise Refused("its ASN.1 has a time that is none")
        text = self.content[:-1].decode("ascii")
        if self.tag == UTC_TIME:
            text = ("19" if text >= "50" else "20") + text
        whole, _, fraction = text.partition(".")
        try:
            moment = datetime.strptime(whole, "%Y%m%d%H%M%S")
        except ValueError:
            raise Refused("its ASN.1 has a time that is none") from None
        return moment.replace(microsecond=int(fraction.ljust(6, "0")), tzinfo=timezone.utc)


def parse(data: bytes) -> Element:
    """Read one element that is all of the data, and everything in it."""
    if len(data) > MAX_SIZE:
        raise Refused("its ASN.1 is too long")
    element, end = _element(data, 0)
    if end != len(data):
        raise Refused("its ASN.1 goes on behind its end")
    todo, count = [(element, 1)], 0
    while todo:
        one, depth = todo.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise Refused("its ASN.1 has too many parts")
        if one.tag & _CONSTRUCTED:
            parts = one.parts(one.tag)
            raws = [part.raw for part in parts]
            if one.tag == SET and raws != sorted(raws):
                raise _not_canonical()
            todo += [(part, depth + 1) for part in parts]
        elif not _is_canonical(one.tag, one.content):
            raise _not_canonical()
    return element


def encode(tag: int, *parts: bytes) -> bytes:
    """Write one element."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _element(data: bytes, at: int) -> tuple[Element, int]:
    if at + 2 > len(data):
        raise _cut_short()
    tag, size = data[at], data[at + 1]
    start = at + 2
    if tag & 0x1F == 0x1F or tag == 0:
        raise Refused("its ASN.1 has a tag that is not used here")
    if size >= 0x80:
        length = data[start : start + size - 0x80]
        start += len(length)
        # NOTE: 0x80 alone would leave the end open, which only other encodings than DER do.
        if len(length) != size - 0x80 or not 1 <= len(length) <= 4:
            raise _cut_short()
        size = int.from_bytes(length, "big")
        if size < 0x80 or not length[0]:
            raise _not_canonical()
    end = start + size
    if end > len(data):
        raise _cut_short()
    return Element(tag, data[start:end], data[at:end]), end


def _is_canonical(tag: int, content: bytes) -> bool:
    if tag == BOOLEAN:
        return content in (b"\x00", b"\xff")
    if tag in (INTEGER, 0x0A):
        long = len(content) > 1 and (content[0], content[1] >> 7) in ((0, 0), (0xFF, 1))
        return bool(content) and not long
    if tag == BITS:
        unused = content[0] if content else 8
        rest = content[-1] & ((1 << unused) - 1) if len(content) > 1 and unused < 8 else unused
        return unused < 8 and not rest
    if tag == NULL:
        return not content
    if tag == OID:
        starts = b"\x00" + bytes(byte & 0x80 for byte in content[:-1])
        padded = any(byte == 0x80 and not starts[at] for at, byte in enumerate(content))
        return bool(content) and len(content) <= 64 and not content[-1] & 0x80 and not padded
    # A sequence or a set must be marked as one that has parts.
    return tag not in (SEQUENCE & 0x1F, SET & 0x1F)


def _cut_short() -> Refused:
    return Refused("its ASN.1 is cut short")


def _not_canonical() -> Refused:
    return Refused("its ASN.1 is not canonical")
