"""The lock file: which digest each name stood for when somebody last looked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Mapping

from secguard.errors import UsageError
from secguard.oci.content import INDEXES, MANIFESTS, is_digest, whole
from secguard.policy.read import parse_date
from secguard.source.text import TextFile

NAME = "secguard.lock"
"""The file, beside the config."""
MAX_IMAGES = 5_000

_KEY = re.compile(r"[A-Za-z0-9._:@/\[\]-]{1,600}")
_PLATFORM = re.compile(r"[A-Za-z0-9._-]{1,40}(?:/[A-Za-z0-9._-]{1,40}){1,2}")


@dataclass(frozen=True)
class Entry:
    """What a name stands for, and what never changes under its digest."""

    digest: str
    media_type: str = ""
    created: str = ""
    """The day the image says it was made; empty where it says none."""
    platforms: tuple[str, ...] = ()
    resolved: str = ""
    """The day on which the digest was first seen here."""
    next_digest: str = ""
    """A newer digest that still has to wait."""
    next_seen: str = ""
    """The day on which that was first seen."""


@dataclass(frozen=True)
class Lock:
    """All entries by the names of the images."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def written(self) -> str:
        """Give the file's text, the same for the same entries."""
        images = {key: _plain(self.entries[key]) for key in sorted(self.entries)}
        return json.dumps({"version": 1, "images": images}, indent=2, ensure_ascii=True) + "\n"


def read_lock(file: TextFile) -> Lock:
    """Read a lock file; raise UsageError for anything that was not written here."""
    try:
        data = json.loads(file.text, object_pairs_hook=_once, parse_int=whole)
        if not isinstance(data, dict) or set(data) != {"version", "images"}:
            raise ValueError("it has other keys than `version` and `images`")
        if data["version"] != 1 or type(data["version"]) is not int:
            raise ValueError("its version is unknown")
        images = data["images"]
        if not isinstance(images, dict) or len(images) > MAX_IMAGES:
            raise ValueError("`images` is no mapping, or too long")
        return Lock({key: _entry(key, value) for key, value in images.items()})
    except (ValueError, RecursionError) as error:
        known = not isinstance(error, (json.JSONDecodeError, RecursionError))
        reason = str(error) if known else "it is no JSON"
        hint = "take it from the repository again, or write it with `secguard images lock`"
        raise UsageError(f"{file.uri} cannot be used: {reason}", hint) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


_FIELDS = {
    "digest": "digest",
    "mediaType": "media_type",
    "created": "created",
    "platforms": "platforms",
    "resolved": "resolved",
    "next": "next_digest",
    "nextSeen": "next_seen",
}


def _entry(key: str, value: Any) -> Entry:
    shown = key if _KEY.fullmatch(key) else "a name"
    if shown != key or not isinstance(value, dict) or not set(value) <= set(_FIELDS):
        raise ValueError(f"the entry of '{shown}' has another form")
    given = {_FIELDS[name]: one for name, one in value.items()}
    platforms = given.pop("platforms", [])
    texts = all(isinstance(one, str) for one in given.values())
    if not texts or not isinstance(platforms, list):
        raise ValueError(f"the entry of '{key}' holds something else than texts")
    entry = Entry(**{"digest": "", **given}, platforms=tuple(platforms))
    valid = (
        is_digest(entry.digest)
        and (not entry.next_digest or is_digest(entry.next_digest))
        and entry.media_type in ("", *INDEXES, *MANIFESTS)
        and all(isinstance(one, str) and _PLATFORM.fullmatch(one) for one in platforms)
        and all(
            not day or parse_date(day) for day in (entry.created, entry.resolved, entry.next_seen)
        )
        and bool(entry.next_digest) == bool(entry.next_seen)
    )
    if not valid or ("@" in key and key.partition("@")[2] != entry.digest):
        raise ValueError(f"the entry of '{key}' is damaged")
    return entry


def _plain(entry: Entry) -> dict[str, Any]:
    found = {name: getattr(entry, field) for name, field in _FIELDS.items()}
    found["platforms"] = list(entry.platforms)
    return {name: value for name, value in found.items() if value}
