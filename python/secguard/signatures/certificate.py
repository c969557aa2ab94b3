"""Reads X.509 certificates (RFC 5280)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Mapping

from secguard.signatures.der import (
    BITS,
    BOOLEAN,
    OCTETS,
    OID,
    SEQUENCE,
    UTF8,
    Element,
    encode,
    parse,
)
from secguard.signatures.keys import Algorithm, PublicKey, read_algorithm, read_key
from secguard.signatures.refused import Refused

BASIC, KEY_USAGE, EXTENDED, NAMES = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17"
AUTHORITY_KEY, SUBJECT_KEY = "2.5.29.35", "2.5.29.14"
TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2"
"""The extension that holds what transparency logs promised."""
CODE_SIGNING, TIME_STAMPING = "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8"
DIGITAL_SIGNATURE, NON_REPUDIATION, SIGNS_CERTIFICATES = 0x80, 0x40, 0x04

_ISSUER_TEXT, _ISSUER_UTF8 = "1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"
_USER_NAME = "1.3.6.1.4.1.57264.1.7"
_EMAIL, _URI, _OTHER = 0x81, 0x86, 0xA0


@dataclass(frozen=True)
class Extension:
    """One extension of a certificate."""

    critical: bool
    value: bytes
    raw: bytes


@dataclass(frozen=True)
class Certificate:
    """A certificate; that it can be read says nothing about whether it counts."""

    raw: bytes
    signed: Element
    """What the issuer signed."""
    algorithm: Algorithm
    signature: bytes
    serial: int
    issuer: bytes
    subject: bytes
    start: datetime
    end: datetime
    key: PublicKey
    extensions: Mapping[str, Extension]

    def is_issued_by(self, other: Certificate) -> bool:
        """Say whether another certificate's key signed this one."""
        return self.issuer == other.subject and self.algorithm.verify(
            other.key, self.signature, self.signed.raw
        )

    def critical(self) -> set[str]:
        """Name the extensions that must not be ignored."""
        return {oid for oid, one in self.extensions.items() if one.critical}

    @cached_property
    def authority(self) -> tuple[bool, int | None]:
        """Say whether this may issue others, and how many authorities may follow."""
        found = self._value(BASIC)
        if found is None:
            return False, None
        parts = found.parts()
        is_authority = bool(parts) and parts[0].tag == BOOLEAN and parts[0].content == b"\xff"
        rest = parts[1:] if is_authority else parts
        if len(rest) > 1 or (rest and not is_authority):
            raise Refused("its certificate has basic constraints that contradict themselves")
        return is_authority, rest[0].integer() if rest else None

    @cached_property
    def usage(self) -> int | None:
        """Give the first byte of the key's uses; None where they are not restricted."""
        found = self._value(KEY_USAGE)
        bits = found.is_(BITS).content if found is not None else None
        if bits is not None and len(bits) not in (2, 3):
            raise Refused("its certificate has a key usage that is none")
        return bits[1] if bits else None

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """List what the key may be used for."""
        found = self._value(EXTENDED)
        return tuple(one.oid() for one in found.parts()) if found is not None else ()

    @cached_property
    def key_names(self) -> tuple[bytes | None, bytes | None]:
        """Give the identifiers of the issuer's key and of the own one."""
        issuer, own = self._value(AUTHORITY_KEY), self._value(SUBJECT_KEY)
        named = [one.content for one in issuer.parts() if one.tag == 0x80] if issuer else []
        return named[0] if named else None, own.is_(OCTETS).content if own else None

    @cached_property
    def identity(self) -> str:
        """Give the one address, URL or user name that the certificate was made out to."""
        found = self._value(NAMES)
        names = found.parts() if found is not None else []
        if len(names) != 1:
            raise Refused("its certificate names another number of identities than one")
        name = names[0]
        try:
            if name.tag in (_EMAIL, _URI):
                return name.content.decode("ascii")
            if name.tag == _OTHER:
                kind, (value,) = parse(encode(SEQUENCE, name.content)).named()
                (text,) = value.exactly(1, _OTHER)
                if kind == _USER_NAME:
                    return text.is_(UTF8).content.decode("utf-8")
        except ValueError:
            pass
        raise Refused("its certificate names an identity of an unknown kind")

    @cached_property
    def token_issuer(self) -> str:
        """Say who vouched for the identity; refuse two answers."""
        found = set()
        try:
            if _ISSUER_TEXT in self.extensions:
                found.add(self.extensions[_ISSUER_TEXT].value.decode("utf-8"))
            if _ISSUER_UTF8 in self.extensions:
                value = self._value(_ISSUER_UTF8)
                found.add(value.is_(UTF8).content.decode("utf-8") if value else "")
        except ValueError:
            found.clear()
        if len(found) != 1:
            raise Refused("its certificate does not say who vouches for the identity")
        return found.pop()

    def without(self, oid: str) -> bytes:
        """Give what is signed as it was before an extension was added."""
        *others, extensions = self.signed.parts()
        kept = [one.raw for key, one in self.extensions.items() if key != oid]
        listed = encode(SEQUENCE, *kept)
        return encode(SEQUENCE, *(one.raw for one in others), encode(extensions.tag, listed))

    def _value(self, oid: str) -> Element | None:
        found = self.extensions.get(oid)
        return parse(found.value) if found is not None else None


def read_certificate(der: bytes) -> Certificate:
    """Read a certificate of version 3."""
    signed, algorithm, signature = parse(der).exactly(3)
    fields = signed.parts()
    if len(fields) != 8 or [fields[0].tag, fields[7].tag] != [0xA0, 0xA3]:
        raise Refused("its certificate is not of version 3, or has fields that are not used")
    version, serial, inner, issuer, validity, subject, spki, extensions = fields
    if version.raw != b"\xa0\x03\x02\x01\x02" or inner.raw != algorithm.raw:
        raise Refused("its certificate is not of version 3, or is signed in two ways")
    if not 0 < serial.integer() < 1 << 160 or not issuer.is_(SEQUENCE).content:
        raise Refused("its certificate has no serial number or no issuer")
    start, end = validity.exactly(2)
    (listed,) = extensions.exactly(1, 0xA3)
    return Certificate(
        der,
        signed,
        read_algorithm(algorithm),
        signature.bits(),
        serial.integer(),
        issuer.raw,
        subject.is_(SEQUENCE).raw,
        start.time(),
        end.time(),
        read_key(spki.raw),
        _extensions(listed),
    )


def _extensions(listed: Element) -> dict[str, Extension]:
    found: dict[str, Extension] = {}
    for one in listed.parts():
        parts = one.parts()
        tags = [part.tag for part in parts]
        if tags not in ([OID, OCTETS], [OID, BOOLEAN, OCTETS]) or b"\x00" == parts[1].content:
            raise Refused("its certificate has another structure than it should")
        oid = parts[0].oid()
        if oid in found:
            raise Refused("its certificate has an extension twice")
        found[oid] = Extension(len(parts) == 3, parts[-1].content, one.raw)
    return found
