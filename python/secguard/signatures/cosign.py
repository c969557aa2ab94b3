"""Checks signatures of images as cosign makes them: in bundles, and in its older form."""

from __future__ import annotations

import hashlib
from typing import Any, Mapping

from secguard.signatures.certificate import Certificate, read_certificate
from secguard.signatures.entry import Signed
from secguard.signatures.identity import Identity
from secguard.signatures.keys import PublicKey, read_pem
from secguard.signatures.log import Entry
from secguard.signatures.message import Message, octets, read_json
from secguard.signatures.refused import Refused
from secguard.signatures.root import TrustedRoot
from secguard.signatures.verify import (
    Signer,
    check_by_certificate,
    check_key,
    check_record,
    check_subject,
    verify_statement,
)

SIGNATURE = "dev.cosignproject.cosign/signature"
CERTIFICATE = "dev.sigstore.cosign/certificate"
LOG_ENTRY = "dev.sigstore.cosign/bundle"
TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp"

_TYPE = "cosign container image signature"
_PREDICATES = ("https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1")
"""Statements in which somebody answers for an image: signing it, and having built it."""
_MAX_INDEX = 2**63


def verify_bundle(data: bytes, digest: str, signer: Signer, root: TrustedRoot) -> None:
    """Refuse a bundle that does not hold this signer's signature of an image."""
    statement = verify_statement(data, signer, root)
    check_subject(statement, digest)
    if statement.text("predicateType") not in _PREDICATES:
        raise Refused("it is a statement that says something else than who signed or built it")


def verify_simple(
    payload: bytes,
    annotations: Mapping[str, str],
    digest: str,
    signer: Signer,
    root: TrustedRoot,
) -> None:
    """Refuse a payload with annotations that is not this signer's signature of an image."""
    document = Message(read_json(payload))
    critical = document.message("critical")
    critical.message("identity").text("docker-reference")
    document.maybe("optional")
    if critical.text("type") != _TYPE:
        raise Refused("it is the signature of something that is no image")
    if critical.message("image").text("docker-manifest-digest") != digest:
        raise Refused("it is the signature of something else")
    given = Message(dict(annotations))
    signature, sha256 = given.octets(SIGNATURE), hashlib.sha256(payload).digest()
    entry = _entry(given.text(LOG_ENTRY)) if LOG_ENTRY in given else None
    times = _times(given.text(TIMESTAMP)) if given.data.get(TIMESTAMP) else ()
    holder: Certificate | PublicKey
    if isinstance(signer, Identity):
        if not given.data.get(CERTIFICATE):
            raise Refused("it is signed with a key, and the policy names an identity")
        holder = read_certificate(read_pem(given.text(CERTIFICATE), "CERTIFICATE"))
        check_by_certificate(holder, signature, sha256)
    else:
        holder = signer
        check_key(signer, signature, sha256, payload)
    check_record(entry, Signed(signature, sha256, holder), times, signer, root)


def _entry(text: str) -> Entry:
    """Read a log entry in the form of the log's own answers."""
    found = Message(read_json(text.encode("utf-8")), "SignedEntryTimestamp", "Payload")
    payload = found.message("Payload", "body", "integratedTime", "logIndex", "logID")
    log_id = payload.text("logID")
    try:
        raw = bytes.fromhex(log_id)
    except ValueError:
        raise Refused("its log entry has another form than it should") from None
    return Entry(
        raw,
        _number(payload.data.get("logIndex")),
        payload.octets("body"),
        seconds=_number(payload.data.get("integratedTime")),
        promise=found.octets("SignedEntryTimestamp"),
    )


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MAX_INDEX:
        raise Refused("its log entry has another form than it should")
    return value


def _times(text: str) -> tuple[bytes, ...]:
    found = Message(read_json(text.encode("utf-8")), "SignedRFC3161Timestamp")
    return (octets(found.text("SignedRFC3161Timestamp")),)
