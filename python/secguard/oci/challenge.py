"""Reads what a registry wants before it answers: `WWW-Authenticate`."""

from __future__ import annotations

import re
from typing import Mapping, NamedTuple, Sequence

_SCHEME = re.compile(r"\s*,?\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)")
_PARAMETER = re.compile(r'\s*,?\s*([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_MAX = 8_192
_MAX_HEADERS = 8


class Challenge(NamedTuple):
    """One scheme with its parameters."""

    scheme: str
    """In lower case: `bearer`, `basic`."""
    parameters: Mapping[str, str]


def parse_challenges(headers: Sequence[str]) -> tuple[Challenge, ...]:
    """Read all challenges of all headers; one header may hold several."""
    found: list[Challenge] = []
    for header in headers[:_MAX_HEADERS]:
        at = 0
        text = header[:_MAX]
        parameters: dict[str, str] = {}
        while at < len(text):
            match = _PARAMETER.match(text, at)
            if match and found:
                value = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
                parameters.setdefault(match[1].lower(), value)
            else:
                match = _SCHEME.match(text, at)
                if match is None:
                    break
                parameters = {}
                found.append(Challenge(match[1].lower(), parameters))
            at = match.end()
    return tuple(found)


def choose(challenges: Sequence[Challenge]) -> Challenge | None:
    """Take a token where one is offered, else a password."""
    for scheme in ("bearer", "basic"):
        for one in challenges:
            if one.scheme == scheme and (scheme == "basic" or one.parameters.get("realm")):
                return one
    return None
