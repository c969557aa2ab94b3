"""Checks bundles: who signed, when, and what, by a trusted root or by a key."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Union

from secguard.signatures import keys
from secguard.signatures.bundle import Bundle, Envelope, read_bundle
from secguard.signatures.certificate import Certificate
from secguard.signatures.chain import check_signer
from secguard.signatures.entry import Signed, check_body
from secguard.signatures.identity import Identity
from secguard.signatures.keys import Algorithm, EcKey, EdKey, PublicKey
from secguard.signatures.log import Entry, check_entry, taken_in
from secguard.signatures.message import Message, read_json
from secguard.signatures.refused import Refused
from secguard.signatures.root import TrustedRoot
from secguard.signatures.sct import check_shown
from secguard.signatures.timestamp import check_time

Signer = Union[PublicKey, Identity]
"""Who is expected to have signed."""

_STATEMENT = "application/vnd.in-toto+json"
_STATEMENTS = ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")
_PARTS = ("_type", "subject", "predicateType", "predicate")
_SUBJECT = (
    *("name", "uri", "digest", "content"),
    *("downloadLocation", "mediaType", "annotations"),
)


def verify_artifact(data: bytes, sha256: bytes, signer: Signer, root: TrustedRoot) -> None:
    """Refuse a bundle that does not hold this signer's signature of an artifact.

    A signature of the artifact itself counts, and one of a statement that names it.
    """
    bundle = read_bundle(data)
    if bundle.envelope is not None:
        check_subject(_read_statement(bundle.envelope), f"sha256:{sha256.hex()}")
    elif bundle.digest not in (None, sha256):
        raise Refused("it is the signature of something else")
    _check(bundle, sha256, signer, root)


def verify_statement(data: bytes, signer: Signer, root: TrustedRoot) -> Message:
    """Give the statement of a bundle; refuse one that this signer did not sign."""
    bundle = read_bundle(data)
    if bundle.envelope is None:
        raise Refused("its bundle holds no statement")
    _check(bundle, b"", signer, root)
    return _read_statement(bundle.envelope)


def check_subject(statement: Message, digest: str) -> None:
    """Refuse a statement about something else."""
    algorithm, _, wanted = digest.partition(":")
    found = False
    for one in statement.messages("subject", *_SUBJECT):
        digests = one.maybe("digest") or Message({})
        found |= any(digests.text(name) == wanted for name in digests.data if name == algorithm)
        if not all(isinstance(text, str) for text in digests.data.values()):
            raise Refused("it is the signature of something that is no statement")
    if not found:
        raise Refused("it is the signature of something else")


def _read_statement(envelope: Envelope) -> Message:
    statement = Message(read_json(envelope.payload), *_PARTS)
    statement.maybe("predicate")
    if envelope.kind != _STATEMENT or statement.text("_type") not in _STATEMENTS:
        raise Refused("it is the signature of something that is no statement")
    return statement


def _check(bundle: Bundle, sha256: bytes, signer: Signer, root: TrustedRoot) -> None:
    envelope, certificate = bundle.envelope, bundle.certificate
    if envelope is not None:
        sha256 = hashlib.sha256(envelope.signed).digest()
    if isinstance(signer, Identity):
        if certificate is None:
            raise Refused("it is signed with a key, and the policy names an identity")
        check_by_certificate(certificate, bundle.signature, sha256)
        holder: Certificate | PublicKey = certificate
    else:
        if certificate is not None:
            raise Refused("it is signed by an identity, and the policy names a key")
        check_key(signer, bundle.signature, sha256, envelope.signed if envelope else None)
        holder = signer
    payload = (envelope.kind, envelope.payload) if envelope else None
    signed = Signed(bundle.signature, sha256, holder, payload)
    check_record(bundle.entry, signed, bundle.timestamps, signer, root)


def check_record(
    entry: Entry | None,
    signed: Signed,
    timestamps: tuple[bytes, ...],
    signer: Signer,
    root: TrustedRoot,
) -> None:
    """Refuse a signature that its log, its clocks or its certificate do not bear out."""
    times: list[datetime] = []
    if entry is not None:
        log = check_entry(entry, root.logs)
        check_body(entry, signed)
        moment = taken_in(entry, log)
        times += [moment] if moment is not None else []
    times += (check_time(one, signed.signature, root.clocks) for one in timestamps)
    if entry is not None and not all(map(log.period.holds, times)):
        raise Refused("the log in which it stands was not trusted then")
    if isinstance(signer, Identity):
        if not isinstance(signed.signer, Certificate):
            raise Refused("it is signed with a key, and the policy names an identity")
        if not times or entry is None:
            raise Refused("nothing that is trusted says when it was signed")
        for moment in times:
            _check_chain(signed.signer, moment, root)
        signer.check(signed.signer)


def _check_chain(certificate: Certificate, moment: datetime, root: TrustedRoot) -> None:
    reason = Refused("its certificate was not issued by an authority that is trusted")
    for authority in root.authorities:
        if authority.chain[0].subject != certificate.issuer:
            continue
        try:
            check_signer(certificate, authority, moment)
            check_shown(certificate, authority.chain[0], root.certificate_logs)
            return
        except Refused as error:
            reason = error
    raise reason


def check_by_certificate(certificate: Certificate, signature: bytes, sha256: bytes) -> None:
    """Refuse a signature that was not made with the key of a certificate."""
    # NOTE: those who check this elsewhere know no other keys in certificates.
    if not isinstance(certificate.key, EcKey) or not _digest_fits(
        certificate.key, signature, sha256
    ):
        raise Refused("it has a signature that does not fit")


def check_key(key: PublicKey, signature: bytes, sha256: bytes, message: bytes | None) -> None:
    """Refuse a signature that was not made with a key, of a message or else of its digest."""
    if message is not None:
        well = keys.verify(key, signature, message)
    else:
        well = not isinstance(key, EdKey) and _digest_fits(key, signature, sha256)
    if not well:
        raise Refused("it was not signed with the key that the policy names")


def _digest_fits(key: PublicKey, signature: bytes, sha256: bytes) -> bool:
    name = "ecdsa" if isinstance(key, EcKey) else "rsa"
    return Algorithm(name, "sha256").verify_digest(key, signature, sha256)
