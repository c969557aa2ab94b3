"""Whatever is read, nothing but the error of the package comes out."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.signatures.certificate import read_certificate
from secguard.signatures.der import encode, parse
from secguard.signatures.identity import Identity
from secguard.signatures.keys import read_algorithm, read_key, read_pem
from secguard.signatures.refused import Refused
from secguard.signatures.root import read_root
from secguard.signatures.timestamp import check_time
from secguard.signatures.verify import verify_artifact
from tests.fakes import sigstore, x509

CERTIFICATE = sigstore.Leaf().der
MESSAGE = sigstore.statement("sha256:" + hashlib.sha256(b"x").hexdigest())
BUNDLE = x509.compact(sigstore.Signature(MESSAGE, timestamps=None).bundle())
TIME = sigstore.timestamp(b"x")
ROOT = x509.compact(sigstore.trusted_root())
TRUSTED = read_root(ROOT)
WHO = Identity(sigstore.NAME, sigstore.ISSUER)


def certificate(data: bytes) -> None:
    found = read_certificate(data)
    for name in ("authority", "usage", "purposes", "key_names", "identity", "token_issuer"):
        getattr(found, name)


def bundle(data: bytes) -> None:
    verify_artifact(data, hashlib.sha256(b"x").digest(), WHO, TRUSTED)


READERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "certificate": (certificate, CERTIFICATE),
    "time": (lambda data: check_time(data, b"x", TRUSTED.clocks), TIME),
    "key": (read_key, x509.SIGNER.spki),
    "algorithm": (lambda data: read_algorithm(parse(data)), x509.ECDSA),
    "pem": (lambda data: read_pem(data.decode("latin-1")), x509.SIGNER.pem.encode()),
    "bundle": (bundle, BUNDLE),
    "root": (read_root, ROOT),
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_damaged_bytes_are_refused_in_order(name: str, data: st.DataObject) -> None:
    read, good = READERS[name]
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        length = data.draw(st.integers(0, 4))
        changed[at : at + length] = data.draw(st.binary(max_size=4))
        if not changed:
            break
    try:
        read(bytes(changed))
    except Refused:
        pass


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.text(max_size=4),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.sampled_from(["AA==", "MAA=", "MAIwAA==", "0", "18446744073709551616"]),
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_other_values_are_refused_in_order(data: st.DataObject) -> None:
    read, good = data.draw(st.sampled_from([READERS["bundle"], READERS["root"]]))
    document = json.loads(good)
    place, key = document, ""
    while True:
        keys = list(range(len(place))) if isinstance(place, list) else sorted(place)
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    try:
        read(json.dumps(document).encode())
    except Refused:
        pass


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_asn1_with_other_parts_is_refused_in_order(data: st.DataObject) -> None:
    """Replaces whole elements, so that the lengths around them still fit."""
    read, good = data.draw(st.sampled_from([READERS["certificate"], READERS["time"]]))

    def rebuilt(raw: bytes) -> bytes:
        element = parse(raw)
        parts = element.parts(element.tag) if element.tag & 0x20 else []
        if not parts or data.draw(st.integers(0, 3)) == 0:
            other = data.draw(st.sampled_from(["", "3000", "0500", "020100", "0400", "a000"]))
            return bytes.fromhex(other)
        at = data.draw(st.integers(0, len(parts) - 1))
        raws = [part.raw for part in parts]
        raws[at] = rebuilt(raws[at])
        return encode(element.tag, *raws)

    try:
        read(rebuilt(good))
    except Refused:
        pass


def test_the_good_ones_are_not_refused() -> None:
    for read, good in READERS.values():
        read(good)
    assert b64decode(x509.base64(CERTIFICATE)) == CERTIFICATE
