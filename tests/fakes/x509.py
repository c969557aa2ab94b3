"""Keys and certificates, made with one's own arithmetic; a private key is a number."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from secguard.signatures import elliptic
from secguard.signatures.der import encode

NOW = datetime(2026, 5, 1, 12, 0, 0, tzinfo=timezone.utc)
ECDSA = encode(0x30, bytes.fromhex("06082a8648ce3d040302"))
SHA256 = encode(0x30, bytes.fromhex("0609608648016503040201"))


def base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def compact(data: Any) -> bytes:
    return json.dumps(data, separators=(",", ":"), sort_keys=True).encode()


def number(value: int) -> bytes:
    return encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    content = bytearray((40 * first + second,))
    for part in rest:
        piece = [part & 0x7F]
        while part > 0x7F:
            part >>= 7
            piece.append(part & 0x7F | 0x80)
        content += bytes(reversed(piece))
    return encode(0x06, bytes(content))


def utc(moment: datetime) -> bytes:
    return encode(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Key:
    """A private key on P-256."""

    secret: int

    @cached_property
    def spki(self) -> bytes:
        x, y = elliptic.multiple(elliptic.P256, self.secret)
        point = b"\x00\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        kind = encode(0x30, oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
        return encode(0x30, kind, encode(0x03, point))

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.spki).digest()

    @property
    def pem(self) -> str:
        return pem(self.spki, "PUBLIC KEY")

    def sign(self, data: bytes, salt: bytes = b"") -> bytes:
        n = elliptic.P256.n
        digest = hashlib.sha256(data).digest()
        nonce = hashlib.sha256(b"%d" % self.secret + digest + salt).digest()
        k = int.from_bytes(nonce, "big") % n
        r = elliptic.multiple(elliptic.P256, k)[0] % n
        s = pow(k, -1, n) * (int.from_bytes(digest, "big") + r * self.secret) % n
        return encode(0x30, number(r), number(s))


def pem(der: bytes, label: str) -> str:
    text = base64(der)
    lines = "".join(f"{text[at : at + 64]}\n" for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n"


def extension(name: str, value: bytes, critical: bool = False) -> bytes:
    flag = b"\x01\x01\xff" if critical else b""
    return encode(0x30, oid(name), flag, encode(0x04, value))


def name_of(text: str) -> bytes:
    one = encode(0x30, oid("2.5.4.3"), encode(0x0C, text.encode()))
    return encode(0x30, encode(0x31, one)) if text else encode(0x30)


def key_name(key: Key) -> bytes:
    return hashlib.sha256(key.spki).digest()[:20]


def usage(bits: int) -> bytes:
    unused = (bits & -bits).bit_length() - 1
    return extension("2.5.29.15", encode(0x03, bytes((unused, bits))), True)


def purposes(*names: str, critical: bool = False) -> bytes:
    return extension("2.5.29.37", encode(0x30, *map(oid, names)), critical)


def is_authority(most: int | None = None) -> bytes:
    limit = number(most) if most is not None else b""
    return extension("2.5.29.19", encode(0x30, b"\x01\x01\xff", limit), True)


def key_names(own: Key, issuer: Key) -> bytes:
    authority = encode(0x30, encode(0x80, key_name(issuer)))
    return extension("2.5.29.14", encode(0x04, key_name(own))) + extension("2.5.29.35", authority)


CODE, TIMES = "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8"


@dataclass(frozen=True)
class Cert:
    """What a certificate is made of."""

    subject: str
    key: Key
    issuer: str
    issuer_key: Key
    extensions: bytes
    start: datetime = NOW - timedelta(days=365)
    end: datetime = NOW + timedelta(days=365)
    serial: int = 7

    @property
    def signed(self) -> bytes:
        return encode(
            0x30,
            b"\xa0\x03\x02\x01\x02",
            number(self.serial),
            ECDSA,
            name_of(self.issuer),
            encode(0x30, utc(self.start), utc(self.end)),
            name_of(self.subject),
            self.key.spki,
            encode(0xA3, encode(0x30, self.extensions)),
        )

    @property
    def der(self) -> bytes:
        return encode(
            0x30, self.signed, ECDSA, encode(0x03, b"\x00" + self.issuer_key.sign(self.signed))
        )


ROOT, AUTHORITY, SIGNER, LOG, PROMISES, CLOCK = (Key(10**9 + at) for at in range(6))


def authority(key: Key, subject: str, issuer: str, by: Key, more: bytes = b"") -> Cert:
    extensions = is_authority(None if key == by else 0) + usage(0x06) + key_names(key, by) + more
    return Cert(subject, key, issuer, by, extensions)


CHAIN = (
    authority(AUTHORITY, "between", "root", ROOT, purposes(CODE)),
    authority(ROOT, "root", "root", ROOT),
)
CLOCKS = (
    Cert(
        "clock",
        CLOCK,
        "root",
        ROOT,
        usage(0x80) + purposes(TIMES, critical=True) + key_names(CLOCK, ROOT),
        serial=99,
    ),
    CHAIN[1],
)
