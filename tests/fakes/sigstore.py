"""A Sigstore of one's own: an authority, two kinds of log and a clock, and what they sign.

Everything is made with one's own arithmetic, so that nothing has to be installed; keys are numbers.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from secguard.signatures.der import encode
from tests.fakes.x509 import (
    AUTHORITY,
    CHAIN,
    CLOCK,
    CLOCKS,
    CODE,
    ECDSA,
    LOG,
    NOW,
    PROMISES,
    SHA256,
    SIGNER,
    Cert,
    Key,
    base64,
    compact,
    extension,
    key_names,
    name_of,
    number,
    oid,
    pem,
    purposes,
    rfc3339,
    usage,
)

NAME = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1"
ISSUER = "https://token.actions.githubusercontent.com"
HOST = "log.example"
SIGN = "https://sigstore.dev/cosign/sign/v1"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"


@dataclass(frozen=True)
class Leaf:
    """What the certificate of one signature is made of."""

    name: str = NAME
    issuer: str = ISSUER
    start: datetime = NOW - timedelta(minutes=5)
    end: datetime = NOW + timedelta(minutes=5)
    extensions: bytes = usage(0x80) + purposes(CODE)
    more: bytes = b""
    shown: bool = True
    log: Key = PROMISES
    key: Key = SIGNER
    issuer_key: Key = AUTHORITY
    names: bytes | None = None
    issuers: tuple[str | None, str | None] | None = None
    """The same in the old form and in the new one, where they differ."""

    @property
    def der(self) -> bytes:
        old, new = self.issuers or (self.issuer, self.issuer)
        names = self.names or encode(0x86, self.name.encode())
        extensions = (
            self.extensions
            + key_names(self.key, AUTHORITY)
            + extension("2.5.29.17", encode(0x30, names), True)
            + (extension("1.3.6.1.4.1.57264.1.1", old.encode()) if old else b"")
            + (extension("1.3.6.1.4.1.57264.1.8", encode(0x0C, new.encode())) if new else b"")
            + self.more
        )
        leaf = Cert("", self.key, "between", self.issuer_key, extensions, self.start, self.end)
        if not self.shown:
            return leaf.der
        return replace(leaf, extensions=extensions + self._promise(leaf.signed)).der

    def _promise(self, entry: bytes) -> bytes:
        time = int(self.start.timestamp() * 1000)
        signed = (
            struct.pack(">BBQH", 0, 0, time, 1)
            + hashlib.sha256(AUTHORITY.spki).digest()
            + len(entry).to_bytes(3, "big")
            + entry
            + b"\x00\x00"
        )
        signature = self.log.sign(signed)
        one = b"\x00" + PROMISES.id + time.to_bytes(8, "big") + b"\x00\x00\x04\x03"
        one += len(signature).to_bytes(2, "big") + signature
        listed = len(one).to_bytes(2, "big") + one
        value = encode(0x04, len(listed).to_bytes(2, "big") + listed)
        return extension("1.3.6.1.4.1.11129.2.4.2", value)


def trusted_root(**changes: Any) -> dict[str, Any]:
    valid = {"start": rfc3339(NOW - timedelta(days=300))}

    def log(key: Key, host: str) -> dict[str, Any]:
        public = {
            "rawBytes": base64(key.spki),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": valid,
        }
        return {
            "baseUrl": f"https://{host}",
            "hashAlgorithm": "SHA2_256",
            "publicKey": public,
            "logId": {"keyId": base64(key.id)},
        }

    def chain(certificates: tuple[Cert, ...]) -> dict[str, Any]:
        listed = [{"rawBytes": base64(one.der)} for one in certificates]
        subject = {"organization": "example", "commonName": "example"}
        return {"subject": subject, "certChain": {"certificates": listed}, "validFor": valid}

    return {
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [log(LOG, HOST)],
        "certificateAuthorities": [chain(CHAIN)],
        "ctlogs": [log(PROMISES, "certificates.example")],
        "timestampAuthorities": [chain(CLOCKS)],
        **changes,
    }


def timestamp(message: bytes, moment: datetime = NOW, **changes: Any) -> bytes:
    """Make a timestamp response; changes are parts that are replaced."""
    info = changes.get("info") or encode(
        0x30,
        number(1),
        oid("1.3.6.1.4.1.57264.2"),
        encode(0x30, SHA256, encode(0x04, hashlib.sha256(message).digest())),
        number(5),
        encode(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode()),
    )
    kind = oid("1.2.840.113549.1.9.16.1.4")

    def attribute(name: str, value: bytes) -> bytes:
        return encode(0x30, oid(name), encode(0x31, value))

    named = hashlib.sha256(CLOCKS[0].der).digest()
    attributes = changes.get("attributes") or b"".join(
        sorted(
            (
                attribute("1.2.840.113549.1.9.3", kind),
                attribute("1.2.840.113549.1.9.4", encode(0x04, hashlib.sha256(info).digest())),
                attribute(
                    "1.2.840.113549.1.9.16.2.47",
                    encode(0x30, encode(0x30, encode(0x30, encode(0x04, named)))),
                ),
            )
        )
    )
    signer = encode(
        0x30,
        number(1),
        encode(0x30, name_of("root"), number(changes.get("serial", 99))),
        SHA256,
        encode(0xA0, attributes),
        ECDSA,
        encode(0x04, changes.get("key", CLOCK).sign(encode(0x31, attributes))),
    )
    data = encode(
        0x30,
        number(3),
        encode(0x31, SHA256),
        encode(0x30, kind, encode(0xA0, encode(0x04, info))),
        changes.get("certificates", b""),
        encode(0x31, signer),
    )
    token = encode(0x30, oid("1.2.840.113549.1.7.2"), encode(0xA0, data))
    return encode(0x30, encode(0x30, number(changes.get("status", 0))), token)


@dataclass
class Signature:
    """A signature with everything around it; each part can be another than it should."""

    message: bytes
    """The statement, or the artifact."""
    signer: Key = SIGNER
    certificate: Leaf | None = field(default_factory=Leaf)
    """None for a signature by a key."""
    is_statement: bool = True
    in_log: bool = True
    promised: bool = True
    timestamps: tuple[bytes, ...] | None = ()
    """None for one that fits."""
    moment: datetime = NOW
    log: Key = LOG

    @property
    def payload(self) -> bytes:
        kind = b"application/vnd.in-toto+json"
        if not self.is_statement:
            return self.message
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.message), self.message)

    @property
    def signature(self) -> bytes:
        return self.signer.sign(self.payload)

    @property
    def holder(self) -> str:
        if self.certificate is None:
            return base64(self.signer.pem.encode())
        return base64(pem(self.certificate.der, "CERTIFICATE").encode())

    @property
    def body(self) -> dict[str, Any]:
        signature = base64(self.signature)
        if self.is_statement:
            digest = {"algorithm": "sha256", "value": hashlib.sha256(self.message).hexdigest()}
            listed = [{"signature": signature, "verifier": self.holder}]
            spec = {"envelopeHash": digest, "payloadHash": digest, "signatures": listed}
            return {"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}
        digest = {"algorithm": "sha256", "value": hashlib.sha256(self.payload).hexdigest()}
        public = {"content": signature, "publicKey": {"content": self.holder}}
        spec = {"data": {"hash": digest}, "signature": public}
        return {"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": spec}

    def promise(self, body: bytes, index: int = 1) -> bytes:
        return self.log.sign(
            compact(
                {
                    "body": base64(body),
                    "integratedTime": int(self.moment.timestamp()),
                    "logID": LOG.id.hex(),
                    "logIndex": index,
                }
            )
        )

    def entry(self) -> dict[str, Any]:
        body = self.body
        raw = compact(body)
        other = hashlib.sha256(b"\x00other").digest()
        leaf = hashlib.sha256(b"\x00" + raw).digest()
        root = hashlib.sha256(b"\x01" + other + leaf).digest()
        text = f"{HOST} - 77\n2\n{base64(root)}\n"
        line = base64(LOG.id[:4] + self.log.sign(text.encode()))
        proof = {
            "logIndex": "1",
            "treeSize": "2",
            "rootHash": base64(root),
            "hashes": [base64(other)],
            "checkpoint": {"envelope": f"{text}\n\u2014 {HOST} {line}\n"},
        }
        found = {
            "logIndex": "1",
            "logId": {"keyId": base64(LOG.id)},
            "kindVersion": {"kind": body["kind"], "version": body["apiVersion"]},
            "integratedTime": str(int(self.moment.timestamp())),
            "inclusionPromise": {"signedEntryTimestamp": base64(self.promise(raw))},
            "inclusionProof": proof,
            "canonicalizedBody": base64(raw),
        }
        if not self.promised:
            del found["inclusionPromise"], found["integratedTime"]
        return found

    def bundle(self) -> dict[str, Any]:
        if self.certificate is None:
            material: dict[str, Any] = {"publicKey": {"hint": ""}}
        else:
            material = {"certificate": {"rawBytes": base64(self.certificate.der)}}
        material["tlogEntries"] = [self.entry()] if self.in_log else []
        times = (timestamp(self.signature),) if self.timestamps is None else self.timestamps
        if times:
            listed = [{"signedTimestamp": base64(one)} for one in times]
            material["timestampVerificationData"] = {"rfc3161Timestamps": listed}
        found: dict[str, Any] = {"mediaType": BUNDLE, "verificationMaterial": material}
        signature = base64(self.signature)
        if self.is_statement:
            found["dsseEnvelope"] = {
                "payload": base64(self.message),
                "payloadType": "application/vnd.in-toto+json",
                "signatures": [{"sig": signature}],
            }
        else:
            digest = {
                "algorithm": "SHA2_256",
                "digest": base64(hashlib.sha256(self.message).digest()),
            }
            found["messageSignature"] = {"messageDigest": digest, "signature": signature}
        return found


def statement(digest: str, kind: str = SIGN) -> bytes:
    """Say that an image was signed, as cosign does."""
    subject = [{"digest": {"sha256": digest.partition(":")[2]}}]
    return compact(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": subject,
            "predicateType": kind,
            "predicate": {},
        }
    )


def simple(digest: str, kind: str = "cosign container image signature") -> bytes:
    """Say the same in the older form."""
    image = {"docker-manifest-digest": digest}
    identity = {"docker-reference": "elsewhere.example/acme/app"}
    critical = {"identity": identity, "image": image, "type": kind}
    return compact({"critical": critical, "optional": None})
