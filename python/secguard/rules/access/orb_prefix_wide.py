"""Prefixes of allowed orb addresses that let strangers in."""

from __future__ import annotations

from typing import Iterator
from urllib.parse import urlsplit

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at

# Where a host belongs to all its users: how many parts of the path name one of them.
_SHARED = {
    "bitbucket.org": 1,
    "cdn.jsdelivr.net": 2,
    "codeberg.org": 1,
    "gist.githubusercontent.com": 1,
    "github.com": 1,
    "gitlab.com": 1,
    "raw.githubusercontent.com": 1,
    "s3.amazonaws.com": 1,
    "storage.googleapis.com": 1,
    "unpkg.com": 1,
}


@rule(
    "orb-prefix-wide",
    summary="prefix of allowed orb addresses that lets strangers in",
    severity=Severity.HIGH,
    refs=("CWE-183", "CWE-829", "CICD-SEC-3"),
    family="access",
)
def orb_prefix_wide(estate: Estate) -> Iterator[Finding]:
    """Report prefixes that match addresses of others, or that go without TLS."""
    organisation = estate.organisation
    for entry in (organisation and organisation.url_orbs) or ():
        why = _why(entry.prefix)
        if why and organisation is not None:
            yield orb_prefix_wide.finding(
                organisation_at(organisation),
                f"orbs may come from addresses that begin with '{entry.prefix}', and {why}",
                hint="let the prefix name your own repository and end with '/'",
                subject=entry.prefix,
            )


def _why(prefix: str) -> str:
    try:
        parts = urlsplit(prefix)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme == "http":
        return "without TLS whoever is on the way can put in another"
    if parts.scheme != "https" or not host:
        return "so may those of any host"
    if "@" in parts.netloc or not parts.path:
        return f"that fits hosts that only begin with '{host}', which anyone can have"
    if host not in _SHARED:
        return ""
    *whole, _ = parts.path[1:].split("/")
    if len([one for one in whole if one]) >= _SHARED[host]:
        return ""
    if parts.path == "/":
        return f"everyone can put a file on '{host}'"
    return "that fits the names of others that only begin so, for no '/' ends it"
