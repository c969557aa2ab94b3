"""Public keys of every kind that signs here, and how each is read and used."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Union

from secguard.signatures import edwards, elliptic, rsa
from secguard.signatures.der import INTEGER, NULL, SEQUENCE, Element, encode, parse
from secguard.signatures.refused import Refused

_EC, _RSA, _ED25519 = "1.2.840.10045.2.1", "1.2.840.113549.1.1.1", "1.3.101.112"
_CURVES = {
    "1.2.840.10045.3.1.7": elliptic.P256,
    "1.3.132.0.34": elliptic.P384,
    "1.3.132.0.35": elliptic.P521,
}
_HASHES = {"P-256": "sha256", "P-384": "sha384", "P-521": "sha512"}
_MIN_RSA, _MAX_RSA = 2048, 8192
_PEM = re.compile(
    r"\s*-----BEGIN ([A-Z ]{1,40})-----\n([A-Za-z0-9+/=\n]{1,100000})\n-----END \1-----\s*"
)
HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""The hashes that count, by their object identifiers."""
_ALGORITHMS = {
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
}
_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"


@dataclass(frozen=True)
class EcKey:
    """A point on one of the NIST curves."""

    spki: bytes
    curve: elliptic.Curve
    point: tuple[int, int]


@dataclass(frozen=True)
class RsaKey:
    """A modulus with its exponent."""

    spki: bytes
    n: int
    e: int


@dataclass(frozen=True)
class EdKey:
    """A point on edwards25519; it signs messages and no digests."""

    spki: bytes
    data: bytes


PublicKey = Union[EcKey, RsaKey, EdKey]
"""A key; `spki` is its whole SubjectPublicKeyInfo in DER."""


@dataclass(frozen=True)
class Algorithm:
    """How a signature is made: `ecdsa`, `rsa` or `pss`, over which hash."""

    name: str
    hash: str

    def verify(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        """Say whether a signature of a message was made with a key in this way."""
        return self.verify_digest(key, signature, hashlib.new(self.hash, message).digest())

    def verify_digest(self, key: PublicKey, signature: bytes, digest: bytes) -> bool:
        """Say the same where the digest is known and the message is not."""
        if isinstance(key, EcKey) and self.name == "ecdsa":
            return elliptic.verify(key.curve, key.point, signature, digest)
        if isinstance(key, RsaKey) and self.name == "rsa":
            return rsa.verify_pkcs1(key.n, key.e, signature, digest, self.hash)
        if isinstance(key, RsaKey) and self.name == "pss":
            return rsa.verify_pss(key.n, key.e, signature, digest, self.hash)
        return False


def read_key(spki: bytes) -> PublicKey:
    """Read a SubjectPublicKeyInfo."""
    algorithm, bits = parse(spki).exactly(2)
    oid, parameters = algorithm.named()
    data = bits.bits()
    if oid == _ED25519 and not parameters:
        edwards.check_key(data)
        return EdKey(spki, data)
    if oid == _RSA and [one.tag for one in parameters] == [NULL]:
        n, e = (one.integer() for one in parse(data).exactly(2))
        if not _MIN_RSA <= n.bit_length() <= _MAX_RSA or not 3 <= e < 2**32 or not n & e & 1:
            raise Refused("its RSA key has a size that is not used")
        return RsaKey(spki, n, e)
    curve = _CURVES.get(parameters[0].oid()) if oid == _EC and len(parameters) == 1 else None
    if curve is None:
        raise Refused("its key is of a kind that is not known")
    return EcKey(spki, curve, elliptic.point(curve, data))


def read_pem(text: str, label: str = "PUBLIC KEY") -> bytes:
    """Give the one block of a PEM text."""
    (found,) = read_pems(text, label, 1)
    return found


def read_pems(text: str, label: str, most: int) -> tuple[bytes, ...]:
    """Give all blocks of a PEM text, from one to a greatest number."""
    found: list[bytes] = []
    at = 0
    text = text.replace("\r\n", "\n")
    while text[at:].strip():
        block = _PEM.match(text, at)
        if block is None or block[1] != label or len(found) == most:
            raise Refused(f"it is not the PEM of a {label.lower()}")
        try:
            found.append(b64decode(block[2].replace("\n", ""), validate=True))
        except ValueError:
            raise Refused("its PEM is damaged") from None
        at = block.end()
    if not found:
        raise Refused(f"it is not the PEM of a {label.lower()}")
    return tuple(found)


def key_id(key: PublicKey) -> bytes:
    """Name a key as logs do (RFC 6962, section 3.2)."""
    return hashlib.sha256(key.spki).digest()


def verify(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Say whether a message was signed in the way that goes with a key.

    SHA-256 goes with every key, as it has long been used with all of them, and with P-384 and P-521
    the hash of their own size.
    """
    if isinstance(key, EdKey):
        return edwards.verify(key.data, signature, message)
    if isinstance(key, RsaKey):
        return Algorithm("rsa", "sha256").verify(key, signature, message)
    names = dict.fromkeys(("sha256", _HASHES[key.curve.name]))
    return any(Algorithm("ecdsa", name).verify(key, signature, message) for name in names)


def read_algorithm(element: Element) -> Algorithm:
    """Read an AlgorithmIdentifier of a signature."""
    oid, parameters = element.named()
    if oid == _PSS and len(parameters) == 1:
        return _pss(parameters[0])
    name, hash_name = _ALGORITHMS.get(oid, ("", ""))
    if not name or [one.tag for one in parameters] != ([NULL] if name == "rsa" else []):
        raise Refused("it is signed in a way that is not known")
    return Algorithm(name, hash_name)


def read_hash(element: Element) -> str:
    """Read an AlgorithmIdentifier of a hash."""
    oid, parameters = element.named()
    name = HASHES.get(oid, "")
    if not name or [one.tag for one in parameters] not in ([], [NULL]):
        raise Refused("it uses a hash that does not count")
    return name


def _pss(parameters: Element) -> Algorithm:
    for oid, name in HASHES.items():
        hashed = encode(SEQUENCE, _oid(oid), b"\x05\x00")
        mask = encode(SEQUENCE, _oid(_MGF1), hashed)
        salt = encode(INTEGER, bytes((hashlib.new(name).digest_size,)))
        wanted = (encode(0xA0, hashed), encode(0xA1, mask), encode(0xA2, salt))
        if parameters.raw == encode(SEQUENCE, *wanted):
            return Algorithm("pss", name)
    raise Refused("it is signed in a way that is not known")


def _oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    content = bytearray((40 * first + second,))
    for number in rest:
        piece = [number & 0x7F]
        while number > 0x7F:
            number >>= 7
            piece.append(number & 0x7F | 0x80)
        content += bytes(reversed(piece))
    return encode(0x06, bytes(content))
