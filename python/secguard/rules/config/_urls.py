"""What an address tells of what is behind it: where it is, and whether it stays the same."""

from __future__ import annotations

import enum
import re

from secguard.circleci.values import HOLE
from secguard.secrets.hosts import is_local_host

_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?//([^/@\s]*@)?(\[[^\]\s]*\]|[^/:?#\s]*)([^\s]*)")
_BARE = re.compile(r"((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})((?:[:/?]\S*)?)")
_COMMIT = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9A-Za-z])")
_NEWEST = re.compile(r"(?<![A-Za-z0-9])(?:HEAD|latest|main|master|nightly)(?![A-Za-z0-9])")
_CHANNEL = re.compile(
    r"(?<![A-Za-z0-9])(?:canary|current|dev|develop|edge|lts|snapshot|stable|trunk)(?![A-Za-z0-9])"
)
_VERSION = re.compile(r"\d+\.\d+|(?<!\d)20\d\d-?[01]\d-?[0-3]\d")
_FILLED = re.compile(rf"[${HOLE}]")
_PRIVATE = (".internal", ".intranet", ".lan", ".corp", ".home", ".private", ".svc", ".consul")
_CODE_HOSTS = ("github.com", "raw.githubusercontent.com", "gitlab.com", "bitbucket.org", "git.io")


CODECOV = "the uploader that leaked the secrets of its users in 2021 and is retired since"
"""What there is to say of `codecov.io/bash`."""


class Pin(enum.IntEnum):
    """How sure an address gives the same bytes tomorrow."""

    MOVING = 0
    """It names a branch, or the newest version, or no version at all."""
    VERSION = 1
    """It names a version, whose files may be replaced."""
    FIXED = 2
    """It names a commit or the content's own hash."""


class Url:
    """An address as a script writes it, variables and all."""

    def __init__(self, text: str) -> None:
        """Take apart any text."""
        match = _URL.match(text)
        bare = None if match else _BARE.match(text)
        scheme, login, host, rest = match.groups() if match else ("", "", "", "")
        if bare:
            host, rest = bare.groups()
        self.scheme = (scheme or "").lower()
        """Empty where the address has none."""
        self.login = bool(login)
        """True where it carries a user or a token."""
        self.host: str = host.lower()
        """Empty where the text is no address."""
        self.rest: str = rest
        """Port, path and query."""

    @property
    def known(self) -> bool:
        """True where the host is written out."""
        return bool(self.host) and "$" not in self.host and HOLE not in self.host

    @property
    def near(self) -> bool:
        """True for this machine, a service container, a private network."""
        return self.known and (is_local_host(self.host.strip("[]")) or self.host.endswith(_PRIVATE))

    @property
    def public(self) -> bool:
        """True for a host on the internet."""
        return self.known and not self.near

    @property
    def plain(self) -> bool:
        """True where nothing protects the transport; curl and wget take a bare name for http."""
        return self.scheme in ("http", "ftp", "")

    @property
    def pin(self) -> Pin:
        """Say how sure it gives the same bytes tomorrow."""
        if _COMMIT.search(self.rest):
            return Pin.FIXED
        if _NEWEST.search(self.rest):
            return Pin.MOVING
        if _VERSION.search(self.rest):
            return Pin.VERSION
        filled = _FILLED.search(self.rest) and not _CHANNEL.search(self.rest)
        return Pin.VERSION if filled else Pin.MOVING

    @property
    def codecov(self) -> bool:
        """True for the Codecov uploader that leaked its users' secrets in 2021."""
        return self.host in ("codecov.io", "www.codecov.io") and self.rest.startswith("/bash")

    @property
    def quoted(self) -> str:
        """Name it in a sentence."""
        return repr(self.shown) if self.known else "an address that only the job knows"

    @property
    def shown(self) -> str:
        """Name it without anything that could be a secret: the host, on a code host the project."""
        if self.host not in _CODE_HOSTS:
            return self.host
        parts = [part for part in self.rest.split("?")[0].split("/") if part][:2]
        fit = all(re.fullmatch(r"[\w.-]{1,100}", part) for part in parts)
        return "/".join((self.host, *parts)) if fit else self.host
