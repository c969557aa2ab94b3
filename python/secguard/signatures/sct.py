"""Checks that a certificate was shown to a transparency log before it was issued (RFC 6962)."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta, timezone
from typing import Mapping

from secguard.signatures.certificate import TIMESTAMPS, Certificate
from secguard.signatures.chain import Period
from secguard.signatures.der import OCTETS, parse
from secguard.signatures.keys import Algorithm, EcKey, PublicKey, key_id
from secguard.signatures.refused import Refused

_SHA256, _RSA, _ECDSA = 4, 1, 3
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MAX_TIME = 253_402_300_799_999


def check_shown(
    leaf: Certificate, issuer: Certificate, logs: Mapping[bytes, tuple[PublicKey, Period]]
) -> None:
    """Refuse a certificate without the promise of a log that is trusted."""
    found = leaf.extensions.get(TIMESTAMPS)
    if found is None:
        raise Refused("its certificate was shown to no transparency log")
    log_id, time, extensions, kind, signature = _read(parse(found.value).is_(OCTETS).content)
    key, period = logs.get(log_id, (None, None))
    if key is None or period is None:
        raise Refused("its certificate was shown to a transparency log that is not trusted")
    if time > _MAX_TIME or not period.holds(_EPOCH + timedelta(milliseconds=time)):
        raise Refused("its certificate was shown to a transparency log that was not trusted then")
    entry = leaf.without(TIMESTAMPS)
    signed = (
        struct.pack(">BBQH", 0, 0, time, 1)
        + key_id(issuer.key)
        + len(entry).to_bytes(3, "big")
        + entry
        + len(extensions).to_bytes(2, "big")
        + extensions
    )
    wanted = _ECDSA if isinstance(key, EcKey) else _RSA
    algorithm = Algorithm("ecdsa" if wanted == _ECDSA else "rsa", "sha256")
    if kind != (_SHA256, wanted) or not algorithm.verify(key, signature, signed):
        raise Refused("the promise of a transparency log in its certificate is forged")


def _read(data: bytes) -> tuple[bytes, int, bytes, tuple[int, int], bytes]:
    """Take the one promise out of the list."""
    rest, one = _opaque(data)
    rest, one = _opaque(one) if not rest else (b"more", b"")
    if rest or len(one) < 43 or one[0]:
        raise Refused("its certificate has another number of promises than one")
    tail, extensions = _opaque(one[41:])
    over, signature = _opaque(tail[2:])
    if over:
        raise Refused("the promise of a transparency log in its certificate is damaged")
    return (
        one[1:33],
        int.from_bytes(one[33:41], "big"),
        extensions,
        (tail[0], tail[1]),
        signature,
    )


def _opaque(data: bytes) -> tuple[bytes, bytes]:
    """Split off what begins with its length in two bytes; give the rest first."""
    end = 2 + int.from_bytes(data[:2], "big")
    if len(data) < 2 or len(data) < end:
        raise Refused("the promise of a transparency log in its certificate is damaged")
    return data[end:], data[2:end]
