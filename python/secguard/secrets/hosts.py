"""Hosts a password is no secret for: local services and documentation names."""

from __future__ import annotations

import re

_LOCAL = re.compile(
    r"localhost|0\.0\.0\.0|::1|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}"
    r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|[^.]*|.*\.(?:local|localhost|localdomain|test)"
    r"|host\.docker\.internal",
    re.IGNORECASE,
)
_DOCUMENTATION = re.compile(
    r"(?:.*\.)?(?:example|sample|domain|my[-_]?(?:host|server|domain|site)|your[-\w]*|foo|bar|acme)"
    r"(?:\.[a-z]{2,6}){0,2}|(?:some)?(?:host|hostname|server|domain|proxy|address|url|sha256)"
    r"(?:\.(?:com|org|net|tld))?|.*\.(?:example|invalid)|192\.0\.2\.\d{1,3}",
    re.IGNORECASE,
)


def is_local_host(host: str) -> bool:
    """Return whether a host is on the same machine or network, like a service container."""
    return _LOCAL.fullmatch(host) is not None


def is_documentation_host(host: str) -> bool:
    """Return whether a host is a name that stands for any host."""
    return _DOCUMENTATION.fullmatch(host) is not None
