"""What a repository has decided about images: where they may come from, and what they must have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Iterator

from secguard.oci.pattern import Pattern, best
from secguard.oci.reference import Reference


@dataclass(frozen=True)
class Key:
    """A signature by a key counts."""

    path: str
    """The file of the public key."""


@dataclass(frozen=True)
class Identity:
    """A signature counts where this issuer says that this identity made it."""

    identity: str
    """An address or a URL; a `*` stands for any text without `/`."""
    issuer: str


@dataclass(frozen=True)
class Requirement:
    """What an image must have; None where nothing is said."""

    digest: bool | None = None
    max_age: int | None = None
    """Days since the image was made."""
    signed_by: tuple[Key | Identity, ...] | None = None
    """Who can have signed it; one of them suffices."""

    def over(self, base: Requirement) -> Requirement:
        """Give what both come to, this one winning."""
        own = {name: value for name, value in vars(self).items() if value is not None}
        return replace(base, **own)


@dataclass(frozen=True)
class Scope:
    """What the images of some repositories must have."""

    patterns: tuple[Pattern, ...]
    require: Requirement


@dataclass(frozen=True)
class ImagePolicy:
    """The part `images` of a policy; an empty one decides nothing."""

    default: str = ""
    """`allow` or `deny` for what no list names; empty: denied where `allow` names anything."""
    allow: tuple[Pattern, ...] = ()
    deny: tuple[Pattern, ...] = ()
    require: Requirement = field(default_factory=Requirement)
    scopes: tuple[Scope, ...] = ()
    on_unreachable: str = "unknown"
    """`unknown` shows what could not be asked for and passes, `fail` does not pass."""
    private_registries: tuple[str, ...] = ()
    """Hosts that may lie at private addresses."""
    plain_registries: tuple[str, ...] = ()
    """Hosts that are spoken to without TLS."""
    verifier: str = "native"
    """Who checks signatures: `native` does it here, `cosign` asks that, `both` have to agree."""

    @property
    def denies(self) -> bool:
        """True where an image that no list names may not be used."""
        return self.default == "deny" or (not self.default and bool(self.allow))

    def verdict(self, reference: Reference, hole: str) -> tuple[bool | None, str]:
        """Say whether an image may be used, and which pattern decides it.

        The pattern that says most about a name wins; of two that say as much, the one that denies.
        None where that depends on what is not known yet.
        """
        allowed, denied = best(self.allow, reference, hole), best(self.deny, reference, hole)
        verdict, by = not self.denies, ""
        if denied is not None and (allowed is None or denied.rank >= allowed.rank):
            verdict, by = False, denied.text
        elif allowed is not None:
            verdict, by = True, allowed.text
        others = self.deny if verdict else self.allow
        if any(pattern.fits(reference, hole) is None for pattern in others):
            return None, ""
        return verdict, by

    def trusts(self, reference: Reference, hole: str) -> bool:
        """Say whether an image is allowed by name, not merely because nothing denies it."""
        verdict, by = self.verdict(reference, hole)
        return bool(verdict and by)

    def required(self, reference: Reference, hole: str) -> Requirement:
        """Say what an image must have: of the scopes that mean it, the narrowest one counts."""
        fitting = [
            (found.rank, index)
            for index, scope in enumerate(self.scopes)
            for found in (best(scope.patterns, reference, hole),)
            if found is not None
        ]
        if not fitting:
            return self.require
        return self.scopes[max(fitting)[1]].require.over(self.require)


def weakened(before: ImagePolicy, after: ImagePolicy) -> Iterator[tuple[str, str]]:
    """Yield what a change takes away, with the key that it stands under."""
    if before.denies and not after.denies:
        yield "default", "the change allows images that no list names"
    for name, old, new, what in (
        ("allow", before.allow, after.allow, "allows images from"),
        ("deny", after.deny, before.deny, "no longer denies images from"),
    ):
        for pattern in new:
            if pattern not in old and (name == "deny" or before.denies or before.deny):
                yield name, f"the change {what} '{pattern.text}'"
    if before.on_unreachable == "fail" != after.on_unreachable:
        yield "on_unreachable", "the change lets images pass that cannot be asked for"
    for name in ("private_registries", "plain_registries"):
        for host in getattr(after, name):
            if host not in getattr(before, name):
                yield name, f"the change adds '{host}' to '{name}'"
    if before.verifier != after.verifier != "both":
        yield "verifier", "the change has signatures checked by less, or by another program"
    if _less(before.require, after.require):
        yield "require", "the change asks less of images"
    known = {scope.patterns: scope.require for scope in after.scopes}
    for scope in before.scopes:
        left = known.get(scope.patterns, Requirement()).over(after.require)
        if _less(scope.require.over(before.require), left):
            yield "scopes", f"the change asks less of images of '{scope.patterns[0].text}'"
    had = {scope.patterns for scope in before.scopes}
    for scope in after.scopes:
        wanted = scope.require.over(after.require)
        for pattern in scope.patterns if scope.patterns not in had else ():
            if _less(before.required(pattern.sample, "*"), wanted):
                yield "scopes", f"the change asks less of images of '{pattern.text}'"


def _less(before: Requirement, after: Requirement) -> bool:
    old, new = before.max_age, after.max_age
    signers = before.signed_by
    return bool(
        (before.digest and not after.digest)
        or (old is not None and (new is None or new > old))
        or (signers and (not after.signed_by or set(after.signed_by) - set(signers)))
    )
