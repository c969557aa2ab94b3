"""Verifies RSA signatures (RFC 8017), PKCS #1 v1.5 and PSS."""

from __future__ import annotations

import hashlib

_PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""What stands before a digest to say which one it is."""


def verify_pkcs1(n: int, e: int, signature: bytes, digest: bytes, name: str) -> bool:
    """Say whether a signature holds a digest and nothing else."""
    size = (n.bit_length() + 7) // 8
    wanted = b"\x00" + _PREFIXES[name] + digest
    padding = b"\xff" * (size - 2 - len(wanted))
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= n or len(padding) < 8:
        return False
    return pow(number, e, n).to_bytes(size, "big") == b"\x00\x01" + padding + wanted


def verify_pss(n: int, e: int, signature: bytes, digest: bytes, name: str) -> bool:
    """Say the same of PSS with a salt as long as the digest."""
    bits = n.bit_length() - 1
    size, width = (bits + 7) // 8, len(digest)
    number = int.from_bytes(signature, "big")
    if len(signature) != (n.bit_length() + 7) // 8 or number >= n or size < 2 * width + 2:
        return False
    plain = pow(number, e, n)
    if plain.bit_length() > bits:
        return False
    data = plain.to_bytes(size, "big")
    masked, found, end = data[: -width - 1], data[-width - 1 : -1], data[-1]
    stream = b"".join(
        hashlib.new(name, found + counter.to_bytes(4, "big")).digest()
        for counter in range(len(masked) // width + 1)
    )
    block = int.from_bytes(masked, "big") ^ int.from_bytes(stream[: len(masked)], "big")
    block &= (1 << (bits - 8 * (width + 1))) - 1
    padded = block.to_bytes(len(masked), "big")
    start, salt = padded[:-width], padded[-width:]
    wanted = hashlib.new(name, bytes(8) + digest + salt).digest()
    return end == 0xBC and start == bytes(len(start) - 1) + b"\x01" and found == wanted
