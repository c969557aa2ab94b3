"""The promise of a certificate transparency log is read to its last byte."""

from __future__ import annotations

from typing import Callable

import pytest

from secguard.signatures.certificate import TIMESTAMPS, read_certificate
from secguard.signatures.der import encode, parse
from tests.fakes.sigstore import Leaf, Signature
from tests.fakes.x509 import PROMISES, extension
from tests.unit.signatures.checking import STATEMENT, check, refused

GOOD = parse(read_certificate(Leaf().der).extensions[TIMESTAMPS].value).content[4:]


def listed(*promises: bytes) -> bytes:
    body = b"".join(len(one).to_bytes(2, "big") + one for one in promises)
    return len(body).to_bytes(2, "big") + body


def bundle(data: bytes) -> object:
    promise = extension(TIMESTAMPS, encode(0x04, data))
    return Signature(STATEMENT, certificate=Leaf(shown=False, more=promise)).bundle()


def test_the_promise_that_was_made_counts() -> None:
    check(bundle(listed(GOOD)))


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "none": (lambda: listed(), "damaged|another number"),
    "nothing": (lambda: b"", "damaged"),
    "two": (lambda: listed(GOOD, GOOD), "another number"),
    "more": (lambda: listed(GOOD) + b"\x00", "another number"),
    "cut short": (lambda: listed(GOOD)[:-1], "damaged"),
    "short": (lambda: listed(GOOD[:40]), "another number"),
    "without an end": (lambda: listed(GOOD[:-1]), "damaged"),
    "with more": (lambda: listed(GOOD + b"\x00"), "damaged"),
    "another version": (lambda: listed(b"\x01" + GOOD[1:]), "another number"),
    "another log": (lambda: listed(b"\x00" + bytes(32) + GOOD[33:]), "not trusted"),
    "another time": (lambda: listed(GOOD[:40] + b"\x00" + GOOD[41:]), "forged"),
    "no time": (lambda: listed(GOOD[:33] + b"\xff" * 8 + GOOD[41:]), "not trusted then"),
    "an early time": (lambda: listed(GOOD[:33] + bytes(8) + GOOD[41:]), "not trusted then"),
    "another hash": (lambda: listed(GOOD[:43] + b"\x05" + GOOD[44:]), "forged"),
    "another key": (lambda: listed(GOOD[:44] + b"\x01" + GOOD[45:]), "forged"),
    "extensions": (lambda: listed(GOOD[:41] + b"\x00\x01x" + GOOD[43:]), "forged"),
}


@pytest.mark.parametrize("case", CASES)
def test_any_other_does_not(case: str) -> None:
    make, why = CASES[case]
    message = refused(bundle(make()))
    assert any(one in message for one in why.split("|")), message


def test_the_log_is_the_one_that_is_named() -> None:
    assert GOOD[1:33] == PROMISES.id
