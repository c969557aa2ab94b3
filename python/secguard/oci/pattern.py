"""Patterns for repositories: compared part by part, never as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Sequence

from secguard.oci.reference import HUB, Reference

_HUB_HOSTS = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_OWNED = ("ghcr.io", "public.ecr.aws", "quay.io", "registry.gitlab.com")
"""Registries in which every image belongs to somebody."""
_HOST = re.compile(r"(?:\*|[a-z0-9-]+)(?:\.(?:\*|[a-z0-9-]+))*(?::[0-9]{1,5})?|\[[0-9a-f:]+\]")
_PART = re.compile(r"\*|\*\*|[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_ANY = "**"
_MADE_UP = "any-one"


class InvalidPattern(ValueError):
    """The text is no pattern for repositories; says what to write."""


@dataclass(frozen=True)
class Pattern:
    """A registry, or a part of one: `ghcr.io`, `ghcr.io/acme/**`, `*.pkg.example.com/**`.

    `*` stands for one whole label of a host or one whole component of a path, at the beginning of
    a host for one label or more; `**`, at the end of a path, for one component or more.
    """

    text: str
    host: tuple[str, ...]
    port: str
    path: tuple[str, ...]

    @property
    def rank(self) -> tuple[object, ...]:
        """Order patterns: of two that fit, the greater one says more about the name."""
        weights = {"*": 1, _ANY: 0}
        wild = self.host.count("*")
        return (not wild, len(self.host) - wild, [weights.get(part, 2) for part in self.path])

    @property
    def sample(self) -> Reference:
        """Make up a repository that is meant, and that no narrower pattern is likely to mean."""
        host = ".".join(self.host).replace("*", _MADE_UP)
        path = [_MADE_UP if part in ("*", _ANY) else part for part in self.path]
        return Reference(f"{host}:{self.port}" if self.port else host, "/".join(path))

    def fits(self, reference: Reference, hole: str) -> bool | None:
        """Say whether a repository is one of those meant; None where what is open decides it."""
        if "domain" in reference.holes:
            return None
        host, port, path = _home(reference)
        if port != self.port or not _host_fits(self.host, host):
            return False
        return _path_fits(self.path, path, hole)


def parse_pattern(text: str) -> Pattern:
    """Read a pattern; raise InvalidPattern for anything that could be misunderstood."""
    host, slash, rest = text.partition("/")
    if not _HOST.fullmatch(host) or not ("." in host or ":" in host or host == "localhost"):
        raise InvalidPattern("begin with a registry, as in 'docker.io/cimg/*'")
    if host in ("*.*", "*") or host.endswith("*"):
        raise InvalidPattern("name a registry: '*' alone would stand for any")
    path = tuple(rest.split("/")) if slash else (_ANY,)
    if not all(_PART.fullmatch(part) for part in path) or _ANY in path[:-1]:
        raise InvalidPattern(
            "a part of the path is a name without tag and digest, or '*' for one whole part, and "
            "'**' may stand at the end"
        )
    if len(path) == 1 and path != (_ANY,) and host in (*_HUB_HOSTS, *_OWNED):
        # NOTE: whoever writes `docker.io/acme` means an organization, and it would be an image.
        wanted = [f"'{host}/library/{path[0]}'"] if host in _HUB_HOSTS else []
        wanted.append(f"'{host}/**' for all of it" if path == ("*",) else f"'{host}/{path[0]}/**'")
        raise InvalidPattern(f"write {', or '.join(wanted)}")
    name, port = _address(HUB if host in _HUB_HOSTS else host)
    return Pattern(text, tuple(name.split(".")), port, path)


def best(patterns: Sequence[Pattern], reference: Reference, hole: str) -> Pattern | None:
    """Give the pattern that says most about a repository, of those that surely mean it."""
    fitting = [pattern for pattern in patterns if pattern.fits(reference, hole)]
    return max(fitting, key=lambda pattern: pattern.rank) if fitting else None


def _address(host: str) -> tuple[str, str]:
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    return (name, "" if port == "443" else port) if name else (host, "")


def _home(reference: Reference) -> tuple[list[str], str, list[str]]:
    """Give the registry and the path, under one name where a registry has several."""
    name, port = _address(reference.domain.lower())
    path = reference.path.split("/")
    if name in _HUB_HOSTS and not port:
        name = HUB
        path = ["library", *path] if len(path) == 1 else path
    return name.split("."), port, path


def _host_fits(pattern: tuple[str, ...], host: list[str]) -> bool:
    if pattern[0] == "*":
        rest = pattern[1:]
        extra = len(host) - len(rest)
        if extra < 1:
            return False
        pattern, host = rest, host[extra:]
    return len(pattern) == len(host) and all(
        one in ("*", other) for one, other in zip(pattern, host)
    )


def _path_fits(pattern: tuple[str, ...], path: list[str], hole: str) -> bool | None:
    for index, part in enumerate(pattern):
        if index >= len(path):
            return False
        if part == _ANY:
            return True
        if hole in path[index]:
            return None  # what stands there may be a part, or several
        if part not in ("*", path[index]):
            return False
    return len(path) == len(pattern)
