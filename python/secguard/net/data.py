"""JSON from servers, which may be made to keep a reader busy."""

from __future__ import annotations

import json
from typing import Any

from secguard.net.failure import AskError, Failure

_DIGITS = 40


def parsed(body: bytes) -> Any:
    """Read JSON; raise AskError for what is none, or could not be read in good time."""
    try:
        return json.loads(body, parse_int=_whole, parse_constant=_none)
    except (ValueError, RecursionError):
        raise AskError(Failure.UNTRUSTED, "sends something that is no JSON") from None


def _whole(digits: str) -> int:
    # NOTE: turning digits into a number takes a time that grows with the square of their count.
    if len(digits) > _DIGITS:
        raise ValueError("too many digits")
    return int(digits)


def _none(_: str) -> None:
    raise ValueError("no number")
