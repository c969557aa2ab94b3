"""Proofs that a token is what it seems: checksums and parts that decode."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from typing import Any

from secguard.secrets.entropy import entropy, is_varied
from secguard.secrets.placeholders import is_placeholder
from secguard.secrets.words import is_guessable

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_AWS_ACCOUNTS = 10**12
_FINE_GRAINED_BODY = len("github_pat_") + 22 + 1 + 43
# A token that ended before this code was written (2026-01-01) has ended whenever this runs.
_CERTAINLY_PAST = 1767225600
_REGISTERED_CLAIMS = frozenset(("iss", "sub", "aud", "exp", "nbf", "iat", "jti"))
_PERCENT_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
# Forty random base64 digits have 4.4 bits or more each, forty letters of prose below 4.
_BASE64_BITS = 4.1
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])", re.DOTALL)


def crc32_base62(token: str) -> bool:
    """Return whether a token's last six digits are the CRC-32 of what follows its prefix."""
    return _digits(_crc32(token[4:-6]), _BASE62, 6) == token[-6:]


def crc32_base36(token: str) -> bool:
    """Return whether the last seven digits of a versioned GitLab token are its CRC-32."""
    return _digits(_crc32(token[:-7]), _BASE36, 7) == token[-7:]


def crc32_hex(token: str) -> bool:
    """Return whether the hex after the last underscore is the little-endian CRC-32 of the rest."""
    body, _, checksum = token.rpartition("_")
    return _crc32(body).to_bytes(4, "little").hex() == checksum


def sha256_base32(token: str) -> bool:
    """Return whether a fine-grained GitHub token carries the checksum of its body."""
    body, rest = token[:_FINE_GRAINED_BODY], token[_FINE_GRAINED_BODY:]
    digest = base64.b32encode(hashlib.sha256(body.encode()).digest()).decode()
    return rest.startswith(digest[:8])


def aws_key_id(token: str) -> bool:
    """Return whether an AWS key id decodes to a possible account number."""
    if token[4] in "IJ":  # ids issued before 2019 hold no account
        return is_varied(token[4:])
    number = int.from_bytes(base64.b32decode(token[4:])[:6], "big")
    return (number & 0x7FFFFFFFFF80) >> 7 < _AWS_ACCOUNTS


def mixed_base64(value: str) -> bool:
    """Return whether a value has the spread of random base64: both cases, digits, variety."""
    return _MIXED.match(value) is not None and entropy(value) >= _BASE64_BITS


def jwt(token: str) -> bool:
    """Return whether a token is a signed JWT that is neither public by design nor long expired."""
    head, payload, _ = token.split(".")
    header, claims = _json(head), _json(payload)
    if header is None or claims is None or header.get("alg") in (None, "none", "None", ""):
        return False
    if len(_REGISTERED_CLAIMS.intersection(claims)) < 2:
        return False
    if claims.get("role") == "anon" or claims.get("sub") == "1234567890":
        return False
    expiry = claims.get("exp")
    return not (isinstance(expiry, (int, float)) and expiry < _CERTAINLY_PAST)


def json_payload(token: str) -> bool:
    """Return whether the part of a token after its prefix starts a base64-encoded JSON object."""
    encoded = token.split("_")[1]
    return encoded.startswith("eyJ") and _json(encoded) is not None


def discord_bot(token: str) -> bool:
    """Return whether the first part of a Discord token decodes to a numeric user id."""
    user = _decode(token.partition(".")[0])
    return user is not None and user.isdigit() and is_varied(token.rpartition(".")[2])


def basic_auth(value: str) -> bool:
    """Return whether base64 decodes to a printable user and a password that is not a dummy."""
    decoded = _decode(value)
    if decoded is None or not decoded.isascii():
        return False
    user, _, password = decoded.decode("ascii").partition(":")
    return user.isprintable() and password.isprintable() and is_password(password)


def key_body(body: str) -> bool:
    """Return whether the text after a PEM header starts the base64 of a key."""
    return _MIXED.match(body[:64]) is not None and is_varied(body[:64])


def is_password(value: str) -> bool:
    """Return whether a literal could be a password in use rather than a dummy or a plain word."""
    text = _PERCENT_ENCODED.sub("-", value)
    return len(text) >= 6 and not is_guessable(text) and not is_placeholder(text)


def _crc32(text: str) -> int:
    return zlib.crc32(text.encode())


def _digits(number: int, alphabet: str, width: int) -> str:
    text = ""
    for _ in range(width):
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return text


def _decode(text: str) -> bytes | None:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _json(text: str) -> dict[str, Any] | None:
    decoded = _decode(text)
    if decoded is None:
        return None
    try:
        value = json.loads(decoded)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
