"""ASN.1 is read in its one canonical form, and in no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secguard.signatures.der import MAX_DEPTH, MAX_SIZE, Element, encode, parse
from secguard.signatures.refused import Refused


def der(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "cut short"),
        ("30", "cut short"),
        ("3003020101ff", "goes on"),
        ("30020201", "cut short"),
        ("3004020200010000", "goes on"),
        ("30040202 0001", "not canonical"),
        ("30040202 ff80", "not canonical"),
        ("3002 0200", "not canonical"),
        ("308103 020101", "not canonical"),
        ("30820003 020101", "not canonical"),
        ("3080 020101 0000", "cut short"),
        ("30850000000003020101", "cut short"),
        ("1f0100", "not used"),
        ("0000", "not used"),
        ("0101 01", "not canonical"),
        ("0101 ff01", "goes on"),
        ("0500", ""),
        ("0501 00", "not canonical"),
        ("0302 0801", "not canonical"),
        ("0302 0101", "not canonical"),
        ("0300", "not canonical"),
        ("0301 07", "not canonical"),
        ("0602 8001", "not canonical"),
        ("0602 2a80", "not canonical"),
        ("0600", "not canonical"),
        ("1000", "not canonical"),
        ("1100", "not canonical"),
        ("3106 020102 020101", "not canonical"),
        ("3106 020101 020102", ""),
    ],
)
def test_only_one_form_is_read(data: str, why: str) -> None:
    if not why:
        assert parse(der(data)).raw == der(data)
        return
    with pytest.raises(Refused, match=why):
        parse(der(data))


def test_depth_size_and_number_are_bounded() -> None:
    data = b"\x05\x00"
    for _ in range(MAX_DEPTH):
        data = encode(0x30, data)
    with pytest.raises(Refused, match="too many"):
        parse(data)
    with pytest.raises(Refused, match="too many"):
        parse(encode(0x30, b"\x05\x00" * 5_000))
    with pytest.raises(Refused, match="too long"):
        parse(bytes(MAX_SIZE + 1))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("06032a0304", "1.2.3.4"),
        ("0603550403", "2.5.4.3"),
        ("06028837", "2.999"),
        ("0608 2a8648ce3d040302", "1.2.840.10045.4.3.2"),
    ],
)
def test_object_identifiers_are_written_with_dots(data: str, text: str) -> None:
    assert parse(der(data)).oid() == text


@pytest.mark.parametrize(
    ("tag", "content", "iso"),
    [
        (0x17, "260501120000Z", "2026-05-01T12:00:00+00:00"),
        (0x17, "500501120000Z", "1950-05-01T12:00:00+00:00"),
        (0x18, "20260501120000Z", "2026-05-01T12:00:00+00:00"),
        (0x18, "20260501120000.25Z", "2026-05-01T12:00:00.250000+00:00"),
        (0x18, "20260501120000.50Z", ""),
        (0x18, "20260501120000.Z", ""),
        (0x18, "20260501120060Z", ""),
        (0x18, "20261301120000Z", ""),
        (0x17, "2605011200Z", ""),
        (0x17, "260501120000+0000", ""),
        (0x17, "260501120000Z\n", ""),
        (0x0C, "260501120000Z", ""),
    ],
)
def test_times_are_in_utc_and_whole(tag: int, content: str, iso: str) -> None:
    element = Element(tag, content.encode(), b"")
    if iso:
        assert element.time().isoformat() == iso
        return
    with pytest.raises(Refused, match="time that is none"):
        element.time()


def test_another_structure_is_refused() -> None:
    sequence = parse(der("3006020101020102"))
    for ask in (
        lambda: sequence.exactly(3),
        lambda: sequence.parts(least=3),
        sequence.named,
        sequence.integer,
        lambda: parse(der("3000")).named(),
    ):
        with pytest.raises(Refused, match="another structure"):
            ask()
    with pytest.raises(Refused, match="fill no byte"):
        parse(der("03020780")).bits()


@given(st.binary(max_size=200))
def test_whatever_is_read_is_written_the_same_way(data: bytes) -> None:
    try:
        element = parse(data)
    except Refused:
        return
    assert encode(element.tag, element.content) == data
