"""Image references as the grammar of the distribution project has them.

Source: distribution/reference, `regexp.go` and `normalize.go`. Of digests, those of the OCI image
specification are taken. A reference may hold holes: parts that are not known yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HUB = "docker.io"
"""The registry of a reference that names none."""
MAX_LENGTH = 1_024
"""Characters; no valid reference comes near it."""
MAX_NAME = 255

_HEX = {"sha256": 64, "sha384": 96, "sha512": 128}
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = re.compile(_HOST)
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"([a-z0-9]+(?:[.+_-][a-z0-9]+)*):([0-9a-f]+)")
_IDENTIFIER = re.compile(r"[0-9a-f]{64}")


class InvalidReference(ValueError):
    """The text is no image reference."""

    def __init__(self, reason: str) -> None:
        """Say why: `empty`, `format`, `uppercase`, `too-long`, `digest-algo`, `digest-length`."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reference:
    """The parts of a reference, in the canonical form in which two names can be compared."""

    domain: str
    """The registry with its port; `docker.io` where the text names none."""
    path: str
    """The repository, with the `library/` that Docker Hub's own images have."""
    tag: str = ""
    digest: str = ""
    holes: tuple[str, ...] = ()
    """The parts that are not wholly known: `domain`, `path`, `tag`, `digest`."""
    bare: bool = False
    """True where nothing but a hole is written."""

    @property
    def name(self) -> str:
        """The repository with its registry; empty where that is not known."""
        return "" if {"domain", "path"} & set(self.holes) else f"{self.domain}/{self.path}"

    @property
    def ambiguous(self) -> bool:
        """True where a hole may hold the registry or not."""
        return {"domain", "path"} <= set(self.holes)

    @property
    def familiar(self) -> str:
        """The repository as people write it: without `docker.io` and `library`."""
        if self.domain != HUB:
            return f"{self.domain}/{self.path}"
        return self.path[8:] if self.path.startswith("library/") else self.path


def parse(text: str) -> Reference:
    """Read a reference that has no holes; raise InvalidReference for anything else."""
    if not text:
        raise InvalidReference("empty")
    if len(text) > MAX_LENGTH:
        raise InvalidReference("too-long")
    name, tag, digest = _cut(text)
    domain, path = _domain(name)
    if not _PATH.fullmatch(path) or (domain and not _DOMAIN.fullmatch(domain)):
        lower = _PATH.fullmatch(path.lower()) and (not domain or _DOMAIN.fullmatch(domain))
        raise InvalidReference("uppercase" if lower else "format")
    if (tag or text[len(name) :].startswith(":")) and not _TAG.fullmatch(tag):
        raise InvalidReference("format")
    if "@" in text:
        _check_digest(digest)
    if _IDENTIFIER.fullmatch(name):
        raise InvalidReference("format")
    if len(path) > MAX_NAME:
        raise InvalidReference("too-long")
    return Reference(*_normal(domain, path), tag, digest)


def _cut(text: str) -> tuple[str, str, str]:
    rest, _, digest = text.partition("@")
    colon = rest.rfind(":")
    if colon <= rest.rfind("/"):
        return rest, "", digest
    return rest[:colon], rest[colon + 1 :], digest


def _domain(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        return first, rest
    return "", name


def _normal(domain: str, path: str) -> tuple[str, str]:
    if domain in ("", "index.docker.io"):
        domain = HUB
    return domain, (f"library/{path}" if domain == HUB and "/" not in path else path)


def _check_digest(digest: str) -> None:
    found = _DIGEST.fullmatch(digest)
    if found is None:
        raise InvalidReference("format")
    if found[1] not in _HEX:
        raise InvalidReference("digest-algo")
    if len(found[2]) != _HEX[found[1]]:
        raise InvalidReference("digest-length")


def outline(text: str, hole: str) -> Reference:
    """Tell the parts of a reference in which a character stands for what is not known.

    Raise InvalidReference where there is no hole and the text is no reference. A hole that ends a
    name may bring a tag and a digest; one that begins it may bring the registry.
    """
    if hole not in text:
        return parse(text)
    name, tag, digest = _cut(text)
    first, slash, _ = name.partition("/")
    holes = set()
    domain, path = _domain(name)
    if hole in first and (domain or not slash or first.strip(hole) == ""):
        holes.add("domain")
        if not domain:
            holes.add("path")
    if hole in path:
        holes.add("path")
    if name.endswith(hole) and not tag and not digest:
        holes.update(("tag", "digest"))
    if hole in tag:
        holes.add("tag")
    if hole in digest:
        holes.add("digest")
    order = tuple(part for part in ("domain", "path", "tag", "digest") if part in holes)
    domain, path = (domain, path) if "domain" in holes else _normal(domain, path)
    return Reference(domain, path, tag, digest, order, text.strip(hole) == "")
