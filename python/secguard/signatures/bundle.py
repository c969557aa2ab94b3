"""Reads Sigstore bundles: a signature with all that is needed to check it."""

from __future__ import annotations

from dataclasses import dataclass

from secguard.signatures.certificate import Certificate, read_certificate
from secguard.signatures.log import Entry, read_entry
from secguard.signatures.message import Message, read_json
from secguard.signatures.refused import Refused

MAX_TIMESTAMPS = 8
MAX_CERTIFICATES = 8

_OLD = "application/vnd.dev.sigstore.bundle+json;version=0."
TYPES = (f"{_OLD}1", f"{_OLD}2", f"{_OLD}3", "application/vnd.dev.sigstore.bundle.v0.3+json")
"""The versions that there are."""
_CONTENT = ("publicKey", "x509CertificateChain", "certificate")


@dataclass(frozen=True)
class Envelope:
    """A statement, with its one signature (DSSE)."""

    kind: str
    payload: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """Give what the signature is one of."""
        kind = self.kind.encode("utf-8")
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds; nothing of it is checked."""

    signature: bytes
    envelope: Envelope | None
    """None where the signature is one of the artifact itself."""
    digest: bytes | None
    """What the bundle says the SHA-256 of the artifact is."""
    certificate: Certificate | None
    """None where the key has to come from elsewhere."""
    entry: Entry | None
    timestamps: tuple[bytes, ...]


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle of one of the known versions."""
    bundle = Message(
        read_json(data), "mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"
    )
    media_type = bundle.text("mediaType")
    if media_type not in TYPES:
        raise Refused("it is a bundle of an unknown version")
    material = bundle.message(
        "verificationMaterial", *_CONTENT, "tlogEntries", "timestampVerificationData"
    )
    if ("messageSignature" in bundle) == ("dsseEnvelope" in bundle):
        raise Refused("its bundle holds another number of signatures than one")
    envelope = _envelope(bundle) if "dsseEnvelope" in bundle else None
    signature, digest = (envelope.signature, None) if envelope else _message(bundle)
    certificate = _certificate(material, media_type)
    entries = material.messages("tlogEntries", *_ENTRY)
    if len(entries) != 1 and (len(entries) > 1 or certificate is not None):
        raise Refused("its bundle holds another number of log entries than one")
    entry = read_entry(entries[0]) if entries else None
    if entry is not None and entry.proof is None:
        raise Refused("its bundle has no proof that it stands in a log")
    if entry is not None and media_type == TYPES[0] and not entry.promise:
        raise Refused("its bundle has no promise of a log")
    return Bundle(signature, envelope, digest, certificate, entry, _timestamps(material))


_ENTRY = (
    "logIndex",
    "logId",
    "kindVersion",
    "integratedTime",
    "inclusionPromise",
    "inclusionProof",
    "canonicalizedBody",
)


def _certificate(material: Message, media_type: str) -> Certificate | None:
    given = [key for key in _CONTENT if key in material]
    if given == ["publicKey"]:
        _only_texts(material.message("publicKey", "hint"))
        return None
    wanted = "certificate" if media_type in TYPES[2:] else "x509CertificateChain"
    if given != [wanted]:
        raise Refused("its bundle says in another way than it should who signed it")
    if wanted == "certificate":
        return read_certificate(material.message("certificate", "rawBytes").octets("rawBytes"))
    chain = material.message("x509CertificateChain", "certificates")
    listed = chain.messages("certificates", "rawBytes")
    if not 1 <= len(listed) <= MAX_CERTIFICATES:
        raise Refused("its bundle has no certificate, or too many")
    leaf, *others = (read_certificate(one.octets("rawBytes")) for one in listed)
    if any(one.issuer == one.subject for one in others):
        raise Refused("its bundle brings its own root certificate")
    return leaf


def _envelope(bundle: Message) -> Envelope:
    envelope = bundle.message("dsseEnvelope", "payload", "payloadType", "signatures")
    signatures = envelope.messages("signatures", "sig", "keyid")
    if len(signatures) != 1:
        raise Refused("its bundle holds another number of signatures than one")
    _only_texts(signatures[0])
    return Envelope(
        envelope.text("payloadType"), envelope.octets("payload"), signatures[0].octets("sig")
    )


def _message(bundle: Message) -> tuple[bytes, bytes | None]:
    message = bundle.message("messageSignature", "messageDigest", "signature")
    digest = message.maybe("messageDigest", "algorithm", "digest")
    if digest is not None and digest.text("algorithm") != "SHA2_256":
        raise Refused("its bundle uses a hash that does not count")
    return message.octets("signature"), digest.octets("digest") if digest is not None else None


def _timestamps(material: Message) -> tuple[bytes, ...]:
    data = material.maybe("timestampVerificationData", "rfc3161Timestamps")
    listed = data.messages("rfc3161Timestamps", "signedTimestamp") if data is not None else []
    found = tuple(one.octets("signedTimestamp") for one in listed)
    if len(found) > MAX_TIMESTAMPS or len(set(found)) != len(found):
        raise Refused("its bundle holds too many timestamps, or one twice")
    return found


def _only_texts(one: Message) -> None:
    """Read all parts of an object, also those that are mere hints."""
    for key in one.data:
        one.text(key)
