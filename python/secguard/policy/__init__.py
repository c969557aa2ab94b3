"""What a repository has decided: what it trusts, how findings weigh, what it accepts for now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Collection, Mapping

from secguard.finding import Finding, Location, Severity
from secguard.policy.images import ImagePolicy
from secguard.policy.people import PeoplePolicy
from secguard.policy.reviews import Review
from secguard.policy.rotation import RotationPolicy
from secguard.policy.runtime import Terms
from secguard.settings import Settings

NAME = "secguard.yml"
"""The policy's file, beside the config."""


@dataclass(frozen=True)
class Allowed:
    """What rules take as trusted; a `*` in a name stands for any text."""

    orbs: tuple[str, ...] = ()
    """Namespaces, or single orbs as `namespace/orb`."""
    registries: tuple[str, ...] = ()
    """Registries by host, or the part of one below a path, as `ghcr.io/my-org`."""
    contexts: tuple[str, ...] = ()
    """Contexts that jobs may hold which run for any branch."""
    hosts: tuple[str, ...] = ()
    """Hosts from which scripts may take what they run."""
    secrets: tuple[str, ...] = ()
    """Variables that sound like secrets and are none."""

    def orb(self, name: str) -> bool:
        """Say whether an orb, `namespace/orb`, is trusted."""
        return _named(name, self.orbs) or _named(name.partition("/")[0], self.orbs)

    def registry(self, name: str) -> bool:
        """Say whether an image is trusted for where it lies, `host/path` without tag."""
        parts = name.split("/")
        return any(_named("/".join(parts[:n]), self.registries) for n in range(1, len(parts) + 1))

    def context(self, name: str) -> bool:
        """Say whether a context may be held by jobs that run for any branch."""
        return _named(name, self.contexts)

    def host(self, name: str) -> bool:
        """Say whether scripts may take what they run from a host."""
        return _named(name.lower(), self.hosts)

    def secret(self, name: str) -> bool:
        """Say whether a variable is no secret, whatever it is called."""
        return _named(name, self.secrets)


def _named(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True)
class Exemption:
    """Findings of one rule that are accepted, for a reason and perhaps for a time."""

    where: Location
    """The entry in the policy."""
    rule: str
    reason: str
    files: tuple[str, ...] = ()
    """Names of files, with `*`; empty for any."""
    within: str = ""
    """The way to the part of the config, e.g. `jobs.build`; empty for all of it."""
    subject: str = ""
    """What the finding is about: an orb, an image, a variable; empty for anything."""
    until: date | None = None
    """The last day on which it holds."""

    def covers(self, finding: Finding) -> bool:
        """Say whether a finding is one of those that are accepted."""
        path = ".".join(finding.where.path) + "."
        return (
            finding.rule == self.rule
            and (not self.files or _named(finding.where.uri, self.files))
            and (not self.within or path.startswith(self.within + "."))
            and self.subject in ("", finding.subject)
        )


@dataclass(frozen=True)
class Policy:
    """A policy as it was read; an empty one decides nothing."""

    settings: Settings = field(default_factory=Settings)
    stated: frozenset[str] = frozenset()
    """The fields of `settings` that the file speaks of; the others are defaults."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Severities that findings of a rule have here, whatever the rule says."""
    comments: bool = True
    """False where comments in a config do not suppress findings."""
    allowed: Allowed = field(default_factory=Allowed)
    exemptions: tuple[Exemption, ...] = ()
    images: ImagePolicy = field(default_factory=ImagePolicy)
    runtime: tuple[Terms, ...] = ()
    """What must be true of jobs while they run."""
    rotation: RotationPolicy = field(default_factory=RotationPolicy)
    people: PeoplePolicy = field(default_factory=PeoplePolicy)
    reviews: tuple[Review, ...] = ()
    """Who confirmed what, of that which only a person can check."""

    def settle(self, flags: Settings, given: Collection[str]) -> Settings:
        """Combine the policy with options; `given` names those that somebody set, and they win."""
        own: dict[str, Any] = {
            name: getattr(self.settings, name) for name in self.stated if name not in given
        }
        # NOTE: a rule that an option asks for by name runs, though the policy ignores it.
        ignored = (rule for rule in self.settings.ignore if rule not in flags.select)
        own["ignore"] = (*flags.ignore, *ignored)
        return replace(flags, **own)
