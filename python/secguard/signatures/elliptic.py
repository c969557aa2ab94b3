"""Verifies ECDSA (FIPS 186-5) over the NIST curves; all data is public, so time may tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from secguard.signatures.der import parse
from secguard.signatures.refused import Refused

_Point = Tuple[int, int, int]
"""Jacobian coordinates; the point at infinity has a third of zero."""

_INFINITY = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """A curve y² = x³ - 3x + b over a prime field, with a generator of prime order."""

    name: str
    p: int
    b: int
    n: int
    x: int
    y: int

    @property
    def size(self) -> int:
        """Count the bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8


P256 = Curve(
    "P-256",
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
P384 = Curve(
    "P-384",
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    int(
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
        "c656398d8a2ed19d2a85c8edd3ec2aef",
        16,
    ),
    int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
        "581a0db248b0a77aecec196accc52973",
        16,
    ),
    int(
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
        "5502f25dbf55296c3a545e3872760ab7",
        16,
    ),
    int(
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
        "0a60b1ce1d7e819d7a431d7c90ea0e5f",
        16,
    ),
)
P521 = Curve(
    "P-521",
    2**521 - 1,
    int(
        "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef1"
        "09e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b50"
        "3f00",
        16,
    ),
    int(
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386"
        "409",
        16,
    ),
    int(
        "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d"
        "3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5"
        "bd66",
        16,
    ),
    int(
        "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e"
        "662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd1"
        "6650",
        16,
    ),
)


def point(curve: Curve, data: bytes) -> tuple[int, int]:
    """Read an uncompressed point; refuse what is not on the curve."""
    size = curve.size
    x, y = (int.from_bytes(data[at : at + size], "big") for at in (1, 1 + size))
    p = curve.p
    on_curve = (y * y - (x * x - 3) * x - curve.b) % p == 0
    if len(data) != 1 + 2 * size or data[0] != 4 or max(x, y) >= p or not on_curve:
        raise Refused("its key is no point of its curve")
    return x, y


def verify(curve: Curve, key: tuple[int, int], signature: bytes, digest: bytes) -> bool:
    """Say whether a signature of a digest was made with the key of a point."""
    try:
        r, s = (part.integer() for part in parse(signature).parts())
    except (Refused, ValueError):
        return False
    n, p = curve.n, curve.p
    if not (0 < r < n and 0 < s < n):
        return False
    number = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - n.bit_length())
    inverse = pow(s, -1, n)
    x, _, z = _sum(curve, number * inverse % n, r * inverse % n, key)
    # Compares x / z² with r without a division; r may stand for two coordinates.
    square = z * z % p
    return z != 0 and any((r + more) < p and (r + more) * square % p == x for more in (0, n))


def multiple(curve: Curve, factor: int) -> tuple[int, int]:
    """Multiply the generator, which is how a private number makes its public point."""
    x, y, z = _sum(curve, factor, 0, (curve.x, curve.y))
    inverse = pow(z, -1, curve.p)
    return x * inverse**2 % curve.p, y * inverse**3 % curve.p


def _sum(curve: Curve, first: int, second: int, key: tuple[int, int]) -> _Point:
    """Compute `first` times the generator plus `second` times the key, two bits at a time."""
    p = curve.p
    base, other = (curve.x, curve.y, 1), (*key, 1)
    rows = [_INFINITY, other, _double(p, other)]
    rows.append(_add(p, rows[2], other))
    table = list(rows)
    for _ in range(3):
        table += [_add(p, one, base) for one in table[-4:]]
    total = _INFINITY
    for at in range((curve.n.bit_length() + 1) // 2 * 2 - 2, -2, -2):
        total = _double(p, _double(p, total))
        index = (first >> at & 3) << 2 | second >> at & 3
        if index:
            total = _add(p, total, table[index])
    return total


def _double(p: int, one: _Point) -> _Point:
    x, y, z = one
    if not z or not y:
        return _INFINITY
    square, z2 = y * y % p, z * z % p
    s = 4 * x * square % p
    m = 3 * (x - z2) * (x + z2) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * square * square) % p, 2 * y * z % p


def _add(p: int, one: _Point, two: _Point) -> _Point:
    x1, y1, z1 = one
    x2, y2, z2 = two
    if not z1:
        return two
    if not z2:
        return one
    z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
    s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if not h:
        return _INFINITY if r else _double(p, one)
    h2 = h * h % p
    h3, v = h * h2 % p, u1 * h2 % p
    x3 = (r * r - h3 - 2 * v) % p
    return x3, (r * (v - x3) - s1 * h3) % p, h * z1 * z2 % p
