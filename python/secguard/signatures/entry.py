"""Compares what a log has taken in with what is being checked."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from secguard.signatures.certificate import Certificate
from secguard.signatures.keys import PublicKey, read_pem
from secguard.signatures.log import Entry
from secguard.signatures.message import octets, read_json
from secguard.signatures.refused import Refused
from secguard.signatures.root import key_details


@dataclass(frozen=True)
class Signed:
    """A signature as it should stand in a log."""

    signature: bytes
    digest: bytes
    """The SHA-256 of what was signed."""
    signer: Certificate | PublicKey
    payload: tuple[str, bytes] | None = None
    """Of a statement, its type and its text."""

    def is_by(self, pem: Any) -> bool:
        """Say whether the PEM, in base64, of a certificate or of a key is the signer's."""
        if isinstance(self.signer, Certificate):
            label, wanted = "CERTIFICATE", self.signer.raw
        else:
            label, wanted = "PUBLIC KEY", self.signer.spki
        if not isinstance(pem, str):
            return False
        return read_pem(octets(pem).decode("latin-1"), label) == wanted


def check_body(entry: Entry, signed: Signed) -> None:
    """Refuse a log entry of anything else."""
    readers = {
        ("hashedrekord", "0.0.1"): _hashed if signed.payload is None else None,
        ("hashedrekord", "0.0.2"): _hashed_2,
        ("dsse", "0.0.1"): _statement if signed.payload is not None else None,
        ("intoto", "0.0.2"): _in_toto if signed.payload is not None else None,
    }
    body = read_json(entry.body)
    if not isinstance(body, dict) or set(body) != {"kind", "apiVersion", "spec"}:
        raise Refused("its log entry has another form than it should")
    kind = (body["kind"], body["apiVersion"])
    reader = readers.get(kind) if all(isinstance(one, str) for one in kind) else None
    if reader is None or entry.kind not in (kind, ("", "")):
        raise Refused("its log entry is of a kind that does not count here")
    if not reader(body["spec"], signed):
        raise Refused("its log entry is one of something else")


def _hashed(spec: Any, signed: Signed) -> bool:
    public = _at(spec, "signature", "publicKey", "content")
    wanted = {
        "data": {"hash": {"algorithm": "sha256", "value": signed.digest.hex()}},
        "signature": {"content": _base64(signed.signature), "publicKey": {"content": public}},
    }
    return bool(spec == wanted and signed.is_by(public))


def _hashed_2(spec: Any, signed: Signed) -> bool:
    if isinstance(signed.signer, Certificate):
        key, held = signed.signer.key, {"x509Certificate": {"rawBytes": _base64(signed.signer.raw)}}
    else:
        key, held = signed.signer, {"publicKey": {"rawBytes": _base64(signed.signer.spki)}}
    verifier = {"keyDetails": key_details(key), **held}
    return bool(
        spec
        == {
            "hashedRekordV002": {
                "data": {"algorithm": "SHA2_256", "digest": _base64(signed.digest)},
                "signature": {"content": _base64(signed.signature), "verifier": verifier},
            }
        }
    )


def _statement(spec: Any, signed: Signed) -> bool:
    # NOTE: the hash of the envelope is left out: nothing says in which form it was hashed.
    return _at(spec, "payloadHash") == _payload_hash(signed) and _is_only(
        _at(spec, "signatures"), "signature", _base64(signed.signature), "verifier", signed
    )


def _in_toto(spec: Any, signed: Signed) -> bool:
    envelope = _at(spec, "content", "envelope")
    kind = signed.payload[0] if signed.payload is not None else ""
    # What is base64 already is encoded once more there.
    twice = _base64(_base64(signed.signature).encode("ascii"))
    return (
        _at(spec, "content", "payloadHash") == _payload_hash(signed)
        and _at(envelope, "payloadType") == kind
        and _is_only(_at(envelope, "signatures"), "sig", twice, "publicKey", signed)
    )


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _is_only(listed: Any, name: str, signature: str, holder: str, signed: Signed) -> bool:
    """Say whether a list has one signature, which is the one that is looked for."""
    if not isinstance(listed, list) or len(listed) != 1:
        return False
    pem = _at(listed[0], holder)
    return bool(listed[0] == {name: signature, holder: pem} and signed.is_by(pem))


def _payload_hash(signed: Signed) -> dict[str, str]:
    payload = signed.payload[1] if signed.payload is not None else b""
    return {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
