"""Verifies Ed25519 (RFC 8032) without a cofactor, as the common libraries do."""

from __future__ import annotations

import hashlib
from typing import Tuple

from secguard.signatures.refused import Refused

_Point = Tuple[int, int, int, int]
"""Extended coordinates: x = X/Z, y = Y/Z, x * y = T/Z."""

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_ZERO = (0, 1, 1, 0)
_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_Y = 4 * pow(5, -1, _P) % _P
BASE: _Point = (_X, _Y, 1, _X * _Y % _P)
"""The generator."""


def check_key(key: bytes) -> None:
    """Refuse a key that is no point, or one of the few that fit any message."""
    point = _decode(key)
    if point is None or _same(_times(8, point), _ZERO):
        raise Refused("its key is no point of its curve")


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature of a message was made with a key."""
    point = _decode(key)
    if point is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(digest, "little") % _L
    x, y, z, t = point
    total = _add(_times(s, BASE), _times(k, (-x % _P, y, z, -t % _P)))
    # NOTE: comparing bytes refuses every second way of writing the same point.
    return encode(total) == signature[:32]


def encode(point: _Point) -> bytes:
    """Write a point."""
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(data: bytes) -> _Point | None:
    if len(data) != 32:
        return None
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _x(y: int, sign: int) -> int | None:
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _ROOT % _P
    if v * x * x % _P != u or (not x and sign):
        return None
    return x if x & 1 == sign else _P - x


def _add(one: _Point, two: _Point) -> _Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    total = _ZERO
    for bit in bin(factor)[2:]:
        total = _add(total, total)
        if bit == "1":
            total = _add(total, point)
    return total


def _same(one: _Point, two: _Point) -> bool:
    return (one[0] * two[2] - two[0] * one[2]) % _P == (one[1] * two[2] - two[1] * one[2]) % _P == 0
