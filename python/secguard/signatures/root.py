"""Reads a trusted root: whom signatures go back to, and when each of them was trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Mapping, Tuple

from secguard.signatures.certificate import read_certificate
from secguard.signatures.chain import Authority, Period
from secguard.signatures.keys import Algorithm, EcKey, EdKey, PublicKey, read_key
from secguard.signatures.message import Message, read_json
from secguard.signatures.refused import Refused

MAX_CHAIN = 6

_TYPES = (
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    "application/vnd.dev.sigstore.trustedroot.v0.2+json",
)
_ECDSA = {"P-256": "PKIX_ECDSA_P256_SHA_256", "P-384": "PKIX_ECDSA_P384_SHA_384"}
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)
_HOST = re.compile(r"https?://([A-Za-z0-9.:-]{1,255})(?:/.*)?")


@dataclass(frozen=True)
class Log:
    """A log of signatures."""

    key: PublicKey
    period: Period
    host: str
    """The name with which it signs."""


Promises = Mapping[bytes, Tuple[PublicKey, Period]]
"""The keys of logs of certificates, by their ids."""


@dataclass(frozen=True)
class TrustedRoot:
    """All that is trusted; only what has a key that can be used here."""

    authorities: tuple[Authority, ...] = ()
    logs: Mapping[bytes, Log] = field(default_factory=dict)
    certificate_logs: Promises = field(default_factory=dict)
    clocks: tuple[Authority, ...] = ()
    """Who signs times; the first certificate is the one that does it."""


def read_root(data: bytes) -> TrustedRoot:
    """Read a trusted root; refuse one that is not whole."""
    root = Message(
        read_json(data),
        *("mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities"),
    )
    if root.text("mediaType") not in _TYPES:
        raise Refused("it is no trusted root of a known version")
    return TrustedRoot(
        tuple(_authority(one) for one in root.messages("certificateAuthorities", *_AUTHORITY)),
        dict(_log(one) for one in root.messages("tlogs", *_INSTANCE) if _is_usable(one)),
        {
            key_id: (log.key, log.period)
            for key_id, log in map(_log, filter(_is_usable, root.messages("ctlogs", *_INSTANCE)))
        },
        tuple(_authority(one) for one in root.messages("timestampAuthorities", *_AUTHORITY)),
    )


_AUTHORITY = ("subject", "uri", "certChain", "validFor", "operator")
_INSTANCE = ("baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator")


def _authority(one: Message) -> Authority:
    listed = one.message("certChain", "certificates").messages("certificates", "rawBytes")
    if not 1 <= len(listed) <= MAX_CHAIN:
        raise Refused("it names an authority without certificates")
    chain = tuple(read_certificate(certificate.octets("rawBytes")) for certificate in listed)
    return Authority(chain, _period(one))


def _is_usable(one: Message) -> bool:
    """Leave out logs that sign in ways which nothing here does: they are not trusted then."""
    _period(one.message("publicKey"))
    details = one.message("publicKey").text("keyDetails")
    return one.text("hashAlgorithm") == "SHA2_256" and details in (*_ECDSA.values(), "PKIX_ED25519")


def _log(one: Message) -> tuple[bytes, Log]:
    public = one.message("publicKey", "rawBytes", "keyDetails", "validFor")
    key = read_key(public.octets("rawBytes"))
    host = _HOST.fullmatch(one.text("baseUrl"))
    if host is None or key_details(key) != public.text("keyDetails"):
        raise Refused("it names a log with a key of another kind than it says")
    named = one.message("checkpointKeyId" if "checkpointKeyId" in one else "logId", "keyId")
    return named.octets("keyId"), Log(key, _period(public), host[1])


def key_details(key: PublicKey) -> str:
    """Name the kind of a key as trusted roots and logs do; empty for what they do not use."""
    if isinstance(key, EdKey):
        return "PKIX_ED25519"
    if isinstance(key, EcKey):
        return _ECDSA.get(key.curve.name, "PKIX_ECDSA_P521_SHA_512")
    bits = key.n.bit_length()
    return f"PKIX_RSA_PKCS1V15_{bits}_SHA256" if bits in (2048, 3072, 4096) else ""


def log_algorithm(key: PublicKey) -> Algorithm:
    """Say how a log signs with a key; Ed25519 apart, which has one way only."""
    name = key.curve.name if isinstance(key, EcKey) else ""
    return Algorithm("ecdsa", "sha384" if name == "P-384" else "sha256")


def _period(one: Message) -> Period:
    named = one.message("validFor", "start", "end")
    return Period(_time(named.text("start")), _time(named.text("end")) if "end" in named else None)


def _time(text: str) -> datetime:
    found = _TIME.fullmatch(text)
    try:
        moment = datetime.strptime(found[1] if found else "", "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise Refused("it has a time that is none") from None
    fraction = (found[2] or "" if found else "")[:6].ljust(6, "0")
    return moment.replace(microsecond=int(fraction), tzinfo=timezone.utc)
