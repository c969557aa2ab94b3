"""Who is expected to have signed: a name, in the words of whoever vouches for it."""

from __future__ import annotations

from dataclasses import dataclass

from secguard.signatures.certificate import Certificate
from secguard.signatures.refused import Refused


@dataclass(frozen=True)
class Identity:
    """A name counts only together with its issuer."""

    name: str
    """An address or a URL; a `*` stands for any text without `/`."""
    issuer: str

    def check(self, certificate: Certificate) -> None:
        """Refuse a certificate that was made out to somebody else."""
        if not self.name or certificate.token_issuer != self.issuer:
            raise Refused("somebody else vouches for who signed it than the policy names")
        if not fits(self.name, certificate.identity):
            raise Refused("it is signed by somebody else than the policy names")


def fits(pattern: str, text: str) -> bool:
    """Say whether a text is one that a pattern stands for."""
    patterns, parts = pattern.split("/"), text.split("/")
    return len(patterns) == len(parts) and all(map(_part_fits, patterns, parts))


def _part_fits(pattern: str, text: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    last = rest.pop()
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in rest:
        # The leftmost place leaves most room for the others.
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
