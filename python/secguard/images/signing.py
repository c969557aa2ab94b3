"""Looks for signatures of images, and checks that one is by whom the policy names."""

from __future__ import annotations

from typing import Callable, Iterator, Mapping, Tuple, Union

from secguard.images.check import Images, question
from secguard.images.signed import State, Verdict, required
from secguard.net.failure import AskError
from secguard.net.spread import spread
from secguard.oci.attached import Attached, attached
from secguard.oci.client import Client
from secguard.oci.reference import Reference
from secguard.policy.images import Identity, Key
from secguard.signatures import identity
from secguard.signatures.cosign import verify_bundle, verify_simple
from secguard.signatures.keys import PublicKey
from secguard.signatures.refused import Refused
from secguard.signatures.root import TrustedRoot
from secguard.signatures.verify import Signer

MAX_REASONS = 3
"""Reasons that are given for signatures that do not count."""

Signers = Tuple[Union[Key, Identity], ...]
Check = Callable[[Reference, str, Signers], Verdict]
"""Looks for a signature of a digest by one of several signers."""


def verdicts(images: Images, check: Check, end: float) -> dict[str, Verdict]:
    """Check every image of which the policy wants a signature, several at a time.

    `end` is the moment, of the monotonic clock, after which no answer is waited for.
    """
    asked: dict[str, tuple[Reference, str, Signers]] = {}
    found: dict[str, Verdict] = {}
    for use in required(images):
        key, entry, reference = question(use), images.now(use), use.reference
        if not key or reference is None or key not in images.wanted:
            continue
        if entry:
            asked[key] = reference, entry, images.required(use).signed_by or ()
        else:
            answer = images.answers.get(key)
            reason = f"its registry {answer.reason}" if answer else "its registry was not asked"
            found[key] = Verdict(State.UNKNOWN, reason)

    def ask(key: str) -> Verdict:
        try:
            return check(*asked[key])
        except AskError as error:
            return Verdict(State.UNKNOWN, f"its registry {error.message}")

    late = Verdict(State.UNKNOWN, "the time was up")
    return {**found, **spread(ask, asked, late, end)}


def native(client: Client, keys: Mapping[str, PublicKey], root: TrustedRoot) -> Check:
    """Check signatures here, by keys that are known by their paths and by a trusted root."""

    def check(reference: Reference, digest: str, signers: Signers) -> Verdict:
        there = attached(client, reference, digest)
        reasons: dict[str, None] = {}
        for signer in signers:
            expected: Signer = (
                keys[signer.path]
                if isinstance(signer, Key)
                else identity.Identity(signer.identity, signer.issuer)
            )
            for reason in _tried(there, digest, expected, root):
                if not reason:
                    return Verdict(State.SIGNED)
                reasons[reason] = None
        if reasons:
            return Verdict(State.INVALID, "; ".join(list(reasons)[:MAX_REASONS]))
        if there.others:
            return Verdict(State.UNVERIFIABLE, ", ".join(there.others))
        return Verdict(State.UNSIGNED)

    return check


def both(first: Check, second: Check) -> Check:
    """Ask two checks, which have to agree."""

    def check(reference: Reference, digest: str, signers: Signers) -> Verdict:
        one = first(reference, digest, signers)
        other = second(reference, digest, signers)
        if State.UNKNOWN in (one.state, other.state):
            return one if one.state is State.UNKNOWN else other
        if (one.state is State.SIGNED) != (other.state is State.SIGNED):
            accepts = "secguard" if one.state is State.SIGNED else "cosign"
            other_reason = other.reason if one.state is State.SIGNED else one.reason
            more = f" ({other_reason})" if other_reason else ""
            return Verdict(State.INVALID, f"only {accepts} accepts it{more}")
        return one

    return check


def _tried(there: Attached, digest: str, signer: Signer, root: TrustedRoot) -> Iterator[str]:
    """Yield for each signature why it does not count; empty for one that does."""
    for bundle in there.bundles:
        try:
            verify_bundle(bundle, digest, signer, root)
            yield ""
        except Refused as error:
            yield error.message
    for one in there.simple:
        try:
            verify_simple(one.payload, one.annotations, digest, signer, root)
            yield ""
        except Refused as error:
            yield error.message
