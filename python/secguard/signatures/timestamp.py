"""Checks signed times (RFC 3161, in the form of RFC 5652)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Sequence

from secguard.signatures.certificate import Certificate, read_certificate
from secguard.signatures.chain import Authority, check_clock
from secguard.signatures.der import (
    BOOLEAN,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    TIME,
    Element,
    encode,
    parse,
)
from secguard.signatures.keys import Algorithm, RsaKey, read_algorithm, read_hash
from secguard.signatures.refused import Refused

MAX_CERTIFICATES = 8

_SIGNED_DATA, _TIME_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_GRANTED = bytes.fromhex("3003020100")
_TIME_INFO_DER = bytes.fromhex("060b2a864886f70d0109100104")
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNER, _SIGNER_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_RSA = "1.2.840.113549.1.1.1"


def check_time(response: bytes, message: bytes, clocks: Sequence[Authority]) -> datetime:
    """Give the time at which a message was there, by one of the clocks that are trusted."""
    token = _token(response)
    content, certificates, signer = _signed_data(token)
    moment = _moment(content, message)
    for clock in clocks:
        leaf = clock.chain[0]
        if _is_named(leaf, signer[1]):
            if certificates and leaf.raw not in certificates:
                break
            _check_signature(leaf, signer, content)
            check_clock(clock, moment)
            return moment
    raise Refused("its timestamp comes from none that is trusted")


def _token(response: bytes) -> Element:
    status, token = parse(response).exactly(2)
    if status.raw != _GRANTED:
        raise Refused("its timestamp was not granted")
    return token


def _signed_data(token: Element) -> tuple[bytes, set[bytes], list[Element]]:
    """Give what is signed, the certificates that come with it, and the part of the signer."""
    kind, outer = token.exactly(2)
    (data,) = outer.exactly(1, 0xA0)
    version, hashes, inner, *more = data.parts(least=3)
    named = [read_hash(one) for one in hashes.parts(SET)]
    inner_kind, wrapped = inner.exactly(2)
    (content,) = wrapped.exactly(1, 0xA0)
    if kind.oid() != _SIGNED_DATA or version.integer() != 3 or inner_kind.oid() != _TIME_INFO:
        raise Refused("its timestamp is none")
    certificates: set[bytes] = set()
    if more and more[0].tag == 0xA0:
        embedded = more.pop(0).parts(0xA0)
        if len(embedded) > MAX_CERTIFICATES:
            raise Refused("its timestamp holds too many certificates")
        certificates = {read_certificate(one.raw).raw for one in embedded}
    if len(more) != 1:
        raise Refused("its timestamp has another structure than it should")
    # Without the unsigned attributes, which could say anything.
    signer = more[0].exactly(1, SET)[0].exactly(6)
    if signer[0].integer() != 1 or read_hash(signer[2]) not in named:
        raise Refused("its timestamp is signed in a way that is not used here")
    return content.is_(OCTETS).content, certificates, signer


def _is_named(leaf: Certificate, name: Element) -> bool:
    issuer, serial = name.exactly(2)
    return issuer.raw == leaf.issuer and serial.integer() == leaf.serial


def _check_signature(leaf: Certificate, signer: list[Element], content: bytes) -> None:
    _, _, hashed, attributes, how, signature = signer
    name = read_hash(hashed)
    values = _attributes(attributes)
    digest = encode(OCTETS, hashlib.new(name, content).digest())
    if values.get(_DIGEST) != digest or values.get(_CONTENT_TYPE) != _TIME_INFO_DER:
        raise Refused("its timestamp was changed after it was signed")
    _check_named_hash(leaf, values)
    if isinstance(leaf.key, RsaKey) and how.named()[0] == _RSA:
        algorithm = Algorithm("rsa", name)
    else:
        algorithm = read_algorithm(how)
    signed = encode(SET, attributes.content)
    if algorithm.hash != name or not algorithm.verify(
        leaf.key, signature.is_(OCTETS).content, signed
    ):
        raise Refused("its timestamp has a signature that does not fit")


def _attributes(attributes: Element) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in attributes.parts(0xA0):
        kind, values = one.exactly(2)
        (value,) = values.exactly(1, SET)
        oid = kind.oid()
        if oid in found:
            raise Refused("its timestamp says something twice")
        found[oid] = value.raw
    return found


def _check_named_hash(leaf: Certificate, values: dict[str, bytes]) -> None:
    """Compare the certificate with the hash of it among what is signed, if there is one."""
    for oid, default in ((_SIGNER, "sha1"), (_SIGNER_2, "sha256")):
        if oid not in values:
            continue
        listed = parse(values[oid]).parts(least=1)[0]
        first, *rest = listed.parts(least=1)[0].parts(least=1)
        if first.tag == SEQUENCE and rest:
            default, first = read_hash(first), rest[0]
        # The old attribute knows SHA-1 only; what counts is the signature by the same key.
        digest = encode(OCTETS, hashlib.new(default, leaf.raw).digest())
        if first.raw != digest:
            raise Refused("its timestamp names another certificate than the one that signed it")


def _moment(content: bytes, message: bytes) -> datetime:
    parts = parse(content).parts()
    tags = [one.tag for one in parts]
    if tags[:5] != [INTEGER, OID, SEQUENCE, INTEGER, TIME] or not _is_tail(tags[5:]):
        raise Refused("its timestamp has another structure than it should")
    hashed, digest = parts[2].exactly(2)
    name = read_hash(hashed)
    if digest.is_(OCTETS).content != hashlib.new(name, message).digest():
        raise Refused("its timestamp is one of something else")
    return parts[4].time()


def _is_tail(tags: list[int]) -> bool:
    """Say whether tags are accuracy, ordering, nonce and name, each at most once, in this order.

    Extensions could change what a timestamp means, so there are none.
    """
    order = [SEQUENCE, BOOLEAN, INTEGER, 0xA0]
    places = [order.index(tag) if tag in order else -1 for tag in tags]
    return -1 not in places and places == sorted(set(places))
