"""All that must not be shown of a set of secrets: each form of each value, and of what it holds."""

from __future__ import annotations

from typing import Iterable

from secguard.runtime.derive import KEY_LINE, derive
from secguard.runtime.forms import base64_cores, forms
from secguard.runtime.secret import Secret

SHORTEST = 4
"""Bytes that a value has at least; shorter ones would hide half of any output."""

_LONG = 8192


def masks(secrets: Iterable[Secret]) -> set[bytes]:
    """Give every text to hide for some secrets."""
    found: set[bytes] = set()
    for secret in secrets:
        for one in (secret, *derive(secret)):
            value = one.reveal()
            if one.origin.endswith(KEY_LINE):
                # Encodings of the whole key hold those of its lines.
                found.add(value)
            elif len(value) > _LONG:
                # A file in a variable: nothing prints it but as it is, or as base64.
                found.update((value, *base64_cores(value)))
            elif len(value.strip()) >= SHORTEST:
                found.update(forms(value, ends=True))
    return found
