"""Manifests and the configs of images: what their digest says, and nothing that contradicts it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from secguard.net.failure import AskError, Failure

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPT = ", ".join(INDEXES + MANIFESTS)
"""Lists of several platforms first, so that a digest stands for all of them."""
MAX_MANIFEST = 4 * 1024 * 1024
MAX_CONFIG = 8 * 1024 * 1024
MAX_CHILDREN = 1_000
MAX_PARTS = 200_000
"""Of JSON: its objects, lists and what they hold."""
MAX_DIGITS = 40

_KEYS = frozenset(
    "schemaVersion mediaType config layers manifests fsLayers digest size platform".split()
)
_LOWER = frozenset(key.lower() for key in _KEYS)
_MADE_UP = date(1980, 1, 2)
"""The last of the days that builds write which shall always come to the same bytes."""
_OLD = "application/vnd.docker.distribution.manifest.v1+"
_SIZES = {"sha256": 64, "sha512": 128}
_DIGEST = re.compile(r"(sha256|sha512):([0-9a-f]+)")
_WORD = re.compile(r"[A-Za-z0-9._-]{1,40}")
_CREATED = re.compile(
    r"(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True)
class Manifest:
    """A manifest, or a list of them by platform."""

    media_type: str
    children: tuple[tuple[str, str], ...] = ()
    """Of a list, the platforms with their digests."""
    config: str = ""
    """Of one image, the digest of its config; empty for what is no image."""


def is_digest(text: str) -> bool:
    """Say whether a text is a digest that can be checked here."""
    found = _DIGEST.fullmatch(text)
    return found is not None and len(found[2]) == _SIZES[found[1]]


def digest_of(body: bytes, like: str = "") -> str:
    """Compute the digest of a body, by the algorithm of another digest."""
    name = like.partition(":")[0] or "sha256"
    return f"{name}:{hashlib.new(name, body).hexdigest()}"


def untrusted(message: str) -> AskError:
    """Say that an answer must not be used."""
    return AskError(Failure.UNTRUSTED, message)


def parse_json(body: bytes) -> Any:
    """Read JSON in which no key stands twice; raise AskError for anything else."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_PARTS:
        raise untrusted(f"sends JSON of more than {MAX_PARTS} parts")
    try:
        return json.loads(body, object_pairs_hook=_once, parse_int=whole)
    except (ValueError, RecursionError):
        raise untrusted("sends something that is no JSON, or holds a key twice") from None


def whole(digits: str) -> int:
    """Read a whole number; raise ValueError for one that is absurdly long."""
    # NOTE: turning digits into a number takes a time that grows with the square of their count.
    if len(digits) > MAX_DIGITS:
        raise ValueError("too many digits")
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def parse_manifest(body: bytes, content_type: str) -> Manifest:
    """Read a manifest; raise AskError where it is not the one thing that its type says."""
    data = parse_json(body)
    told = content_type.partition(";")[0].strip().lower()
    if told.startswith(_OLD):
        raise AskError(Failure.UNREACHABLE, "has the image in an outdated form (schema 1)")
    if not isinstance(data, dict) or data.get("schemaVersion") != 2:
        raise untrusted("sends a manifest of an unknown form")
    media_type = data.get("mediaType", told)
    if media_type != told or told not in INDEXES + MANIFESTS:
        raise untrusted("sends a manifest of another type than it says")
    listed = "manifests" in data
    mixed = listed and {"config", "layers", "fsLayers"} & set(data)
    if listed != (told in INDEXES) or mixed or not _exact(data):
        raise untrusted("sends a manifest that can be read in two ways")
    if listed:
        return Manifest(told, tuple(_children(data["manifests"])))
    config = data.get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(digest, str) or not is_digest(digest):
        raise untrusted("sends a manifest without the digest of its config")
    kind = config.get("mediaType") if isinstance(config, dict) else ""
    if not _exact(config):
        raise untrusted("sends a manifest that can be read in two ways")
    return Manifest(
        told, config=digest if str(kind).endswith((".image.v1+json", ".config.v1+json")) else ""
    )


def _children(entries: Any) -> list[tuple[str, str]]:
    if not isinstance(entries, list):
        raise untrusted("sends a list of platforms that is none")
    if len(entries) > MAX_CHILDREN:
        raise untrusted(f"sends a list of more than {MAX_CHILDREN} manifests")
    found = []
    for entry in entries:
        digest = entry.get("digest") if isinstance(entry, dict) and _exact(entry) else None
        if not isinstance(digest, str) or not is_digest(digest):
            raise untrusted("sends a list of platforms with a digest that is none")
        platform = platform_of(entry.get("platform"))
        if platform and platform != "unknown/unknown":  # NOTE: what attests has this platform
            found.append((platform, digest))
    return found


def _exact(data: dict[str, Any]) -> bool:
    """Say whether keys are spelled as programs that heed the case, and those that do not, want."""
    return all(key in _KEYS for key in data if key.lower() in _LOWER)


def platform_of(data: Any) -> str:
    """Name a platform, as `linux/arm64` or `linux/arm/v7`; empty where none is given."""
    if not isinstance(data, dict):
        return ""
    parts = [data.get(key) for key in ("os", "architecture", "variant")]
    words = [part for part in parts if isinstance(part, str) and _WORD.fullmatch(part)]
    if len(words) == 3 and words[1:] == ["arm64", "v8"]:
        words.pop()  # NOTE: the only variant that there is, and most leave it out
    return "/".join(words) if len(words) > 1 else ""


def created_of(data: Any) -> str:
    """Give the day an image says it was made; empty where it says none, or a made-up one."""
    text = data.get("created") if isinstance(data, dict) else None
    found = _CREATED.fullmatch(text) if isinstance(text, str) else None
    try:
        day = date(*map(int, found[1].split("-"))) if found else date.min
    except ValueError:
        return ""
    return day.isoformat() if day > _MADE_UP else ""
