"""Reads JSON objects of which every key and the form of every value are known."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

from secguard.signatures.refused import Refused

MAX_SIZE = 4 * 1024 * 1024
MAX_ITEMS = 1_024

_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}")
_MAX_NUMBER = 2**63 - 1


class Message:
    """A JSON object; what is null counts as left out."""

    def __init__(self, data: Any, *known: str) -> None:
        """Refuse what is no object, or has keys that are not known; with none named, all are."""
        if not isinstance(data, dict) or (known and not set(data) <= set(known)):
            raise Refused("its JSON has other parts than it should")
        self.data = {key: value for key, value in data.items() if value is not None}

    def __contains__(self, key: str) -> bool:
        """Say whether there is anything under a key."""
        return key in self.data

    def text(self, key: str) -> str:
        """Give a text that must be there."""
        value = self.data.get(key)
        # NOTE: half of a pair, which JSON can write, is no text.
        if not isinstance(value, str) or any("\ud800" <= char <= "\udfff" for char in value):
            raise _odd(key)
        return value

    def octets(self, key: str) -> bytes:
        """Give what a text says in base64; it must say something."""
        return octets(self.text(key))

    def all_octets(self, key: str) -> tuple[bytes, ...]:
        """Give what each text of a list says in base64."""
        return tuple(octets(text) if isinstance(text, str) else b"" for text in self.items(key))

    def number(self, key: str) -> int:
        """Give a number that is written as a text."""
        text = self.text(key)
        if not _DIGITS.fullmatch(text) or int(text) > _MAX_NUMBER:
            raise _odd(key)
        return int(text)

    def message(self, key: str, *known: str) -> Message:
        """Give an object that must be there."""
        return Message(self.data.get(key), *known)

    def maybe(self, key: str, *known: str) -> Message | None:
        """Give an object, if it is there."""
        return self.message(key, *known) if key in self else None

    def messages(self, key: str, *known: str) -> list[Message]:
        """Give a list of objects; empty where there is none."""
        return [Message(one, *known) for one in self.items(key)]

    def items(self, key: str) -> list[Any]:
        """Give a list; empty where there is none."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise _odd(key)
        return value


def read_json(data: bytes) -> Any:
    """Read JSON in which no key stands twice."""
    if len(data) > MAX_SIZE:
        raise Refused("its JSON is too long")
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError):
        raise Refused("it is no JSON, or holds a key twice") from None


def octets(text: str) -> bytes:
    """Give what a text says in base64, in its one canonical form."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        data = b""
    if not data:
        raise Refused("its JSON holds base64 that is none")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _integer(text: str) -> int:
    # NOTE: Python takes quadratic time for long ones.
    if len(text) > 40:
        raise ValueError("too long")
    return int(text)


def _constant(text: str) -> float:
    raise ValueError(text)


def _odd(key: str) -> Refused:
    return Refused(f"its JSON has no usable '{key}'")
