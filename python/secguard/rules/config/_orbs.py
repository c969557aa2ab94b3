"""The registry orbs that a config imports, and which of them are its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import OrbImport
from secguard.circleci.values import HOLE, Mapped, Scalar, Unknown
from secguard.finding import Location
from secguard.rules.config._sightings import executors, own

CERTIFIED = "circleci"
"""The namespace whose orbs CircleCI writes and certifies."""
_NAMED = ("orb_name", "orb-name", "orb-ref")
_EXACT = re.compile(r"\d+\.\d+\.\d+", re.ASCII)


@dataclass(frozen=True)
class RegistryOrb:
    """One orb taken from the registry by name."""

    orb: OrbImport
    reference: Scalar

    @property
    def text(self) -> str:
        """The reference with holes."""
        return self.reference.text

    @property
    def name(self) -> str:
        """The orb with its namespace, defaults put in."""
        return self.reference.assumed.partition("@")[0]

    @property
    def namespace(self) -> str:
        """The namespace, defaults put in."""
        return self.name.partition("/")[0]

    @property
    def version(self) -> str:
        """What stands behind the `@`, defaults put in; empty where nothing does."""
        return self.reference.assumed.partition("@")[2]

    @property
    def exact(self) -> bool:
        """True for a version that always means the same source."""
        return _EXACT.fullmatch(self.version) is not None

    @property
    def unknowns(self) -> tuple[tuple[Unknown, ...], tuple[Unknown, ...]]:
        """What is unknown in the name, and what in the version."""
        count = self.text.partition("@")[0].count(HOLE)
        found = self.reference.unknowns
        return found[:count], found[count:]

    def at_version(self) -> Location:
        """Point at the version, or at all where there is none."""
        start = self.text.find("@") + 1
        return self.reference.at(start, len(self.text))

    def at_name(self) -> Location:
        """Point at the orb without its version."""
        return self.reference.at(0, len(self.text.partition("@")[0]))


def registry_orbs(config: Config) -> Iterator[RegistryOrb]:
    """Yield the orbs that the config itself imports from the registry."""
    for orb in config.expansion.orbs:
        reference = orb.reference
        if reference is not None and own(orb.orb) and "/" in reference.assumed:
            if "://" not in reference.assumed:
                yield RegistryOrb(orb, reference)


def under_test(orb: RegistryOrb) -> bool:
    """Say whether an orb's own pipeline tests the version that it has just published.

    The Orb Development Kit does so with `org/orb@dev:<<pipeline.number>>`.
    """
    _, version = orb.unknowns
    return bool(version) and orb.version.startswith("dev:") and not any(v.tainted for v in version)


def own_namespaces(config: Config) -> frozenset[str]:
    """Tell the namespaces that are the config's own: it publishes or tests orbs, or runs there.

    A self-hosted runner's class, `org/class`, begins with the namespace of its organization.
    """
    found = {orb.namespace for orb in registry_orbs(config) if under_test(orb)}
    for _, executor in executors(config):
        if executor.self_hosted and executor.resource_class is not None:
            found.add(executor.resource_class.assumed.partition("/")[0])
    values = [value for job in config.jobs for key, value in job.arguments if key in _NAMED]
    for _, step in config.steps("call"):
        if isinstance(step.args, Mapped):
            values.extend(value for key in _NAMED for value in [step.args.get(key)] if value)
    for value in values:
        if isinstance(value, Scalar) and "/" in value.assumed:
            found.add(value.assumed.partition("/")[0])
    return frozenset(found)
