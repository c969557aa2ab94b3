"""Follows certificates up to an authority, as of a moment (RFC 5280, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from secguard.signatures.certificate import (
    BASIC,
    CODE_SIGNING,
    DIGITAL_SIGNATURE,
    EXTENDED,
    KEY_USAGE,
    NAMES,
    NON_REPUDIATION,
    SIGNS_CERTIFICATES,
    SUBJECT_KEY,
    TIME_STAMPING,
    Certificate,
)
from secguard.signatures.refused import Refused

_KNOWN = {BASIC, KEY_USAGE, EXTENDED, NAMES}


@dataclass(frozen=True)
class Period:
    """A time with both its ends; without an end it goes on."""

    start: datetime
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment lies in it."""
        return self.start <= moment and (self.end is None or moment <= self.end)


@dataclass(frozen=True)
class Authority:
    """Who issues certificates: its own ones up to the root, and when it is trusted."""

    chain: tuple[Certificate, ...]
    period: Period


def check_signer(leaf: Certificate, authority: Authority, moment: datetime) -> None:
    """Refuse a certificate that was not made for signing code, or not by an authority."""
    if leaf.purposes != (CODE_SIGNING,) or not (leaf.usage or 0) & DIGITAL_SIGNATURE:
        raise Refused("its certificate is not made for signing")
    if leaf.extensions[EXTENDED].critical:
        raise Refused("its certificate has a critical extension that is not known")
    if NAMES not in leaf.extensions or leaf.key_names[0] is None:
        raise Refused("its certificate does not name its identity and its issuer's key")
    _check_end(leaf)
    _check_path((leaf, *authority.chain), authority.period, moment)


def check_clock(authority: Authority, moment: datetime) -> Certificate:
    """Give the certificate of an authority that signs times; refuse it where it does not hold."""
    leaf = authority.chain[0]
    more = (leaf.usage or DIGITAL_SIGNATURE) & ~(DIGITAL_SIGNATURE | NON_REPUDIATION)
    if leaf.purposes != (TIME_STAMPING,) or not leaf.extensions[EXTENDED].critical or more:
        raise Refused("its timestamp is signed by a certificate that is not made for that")
    _check_end(leaf)
    _check_path(authority.chain, authority.period, moment)
    return leaf


def _check_end(leaf: Certificate) -> None:
    if leaf.authority[0] or (leaf.usage or 0) & SIGNS_CERTIFICATES:
        raise Refused("its certificate is one of an authority")


def _check_path(path: Sequence[Certificate], period: Period, moment: datetime) -> None:
    if not period.holds(moment):
        raise Refused("the authority of its certificate was not trusted when it was signed")
    for depth, one in enumerate(path):
        if not one.start <= moment <= one.end:
            raise Refused("its certificate was not valid when it was signed")
        if one.critical() - _KNOWN:
            raise Refused("its certificate has a critical extension that is not known")
        if depth:
            _check_authority(one, depth - 1)
    for one, issuer in zip(path, (*path[1:], path[-1])):
        named, has = one.key_names[0], issuer.key_names[1]
        if not one.is_issued_by(issuer) or (named is not None and has is not None and named != has):
            raise Refused("its certificate was not issued by an authority that is trusted")


def _check_authority(one: Certificate, below: int) -> None:
    is_authority, most = one.authority
    if not is_authority or not one.extensions[BASIC].critical or SUBJECT_KEY not in one.extensions:
        raise Refused("its certificate was issued by one that may not issue any")
    if not (one.usage or 0) & SIGNS_CERTIFICATES or (most is not None and below > most):
        raise Refused("its certificate was issued by one that may not issue any")
    purposes = one.purposes
    if purposes and not {CODE_SIGNING, TIME_STAMPING} & set(purposes):
        raise Refused("its certificate was issued by one that may not issue any")
