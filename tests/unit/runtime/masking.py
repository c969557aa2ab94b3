"""What the tests of the filter share: filters for values, and a stream fed in pieces."""

from __future__ import annotations

from typing import Iterable

from secguard.runtime.filter import Filter
from secguard.runtime.matcher import Matcher

MASK = b"****"


def shown(matcher: Matcher, *pieces: bytes) -> bytes:
    """Send a stream through a filter, piece by piece."""
    stream = Filter(matcher)
    return b"".join(map(stream.feed, pieces)) + stream.finish()


def bytewise(data: bytes) -> Iterable[bytes]:
    """Cut data into single bytes."""
    return (data[at : at + 1] for at in range(len(data)))
