"""Which jobs hold which contexts, and which contexts a gate before a deployment fails to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable

from secguard.circleci.config import Config
from secguard.circleci.deploys import Deployment
from secguard.circleci.events import Reach
from secguard.circleci.exposure import Exposure
from secguard.circleci.values import Scalar
from secguard.finding import Location, Span

_WORD = re.compile(r"[a-z]+")
_READING = frozenset("cache mirror mirrors pull pulling pulls read readonly reader".split())
_AUXILIARY = _READING | frozenset(
    "codecov datadog docker dockerhub notification notifications notify sentry slack".split()
)


@dataclass(frozen=True)
class Use:
    """A job that holds a context."""

    name: Scalar
    exposure: Exposure
    deployment: Deployment | None
    """That the job brings something out."""

    def at(self, note: str = "") -> Location:
        """Point at the context's name in the workflow."""
        return self.name.at(0, len(self.name.text), note)

    @property
    def job(self) -> str:
        """The job's name."""
        return self.exposure.job.name


@dataclass(frozen=True)
class Shared:
    """Contexts of a deployment behind a gate that a job without any gate holds, too."""

    contexts: tuple[str, ...]
    gated: tuple[Use, ...]
    """The deploying jobs, by their first of these contexts."""
    open: tuple[Use, ...]
    """The jobs that a push to any branch runs, by the same context."""


def uses(config: Config) -> dict[str, list[Use]]:
    """Find the jobs that hold each context, in the order of the file.

    Contexts that the policy lets any branch have are left out.
    """
    deploying = config.deployments
    found: dict[str, list[Use]] = {}
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            for name in job.contexts if job.type != "approval" else ():
                if name.text and not config.policy.allowed.context(name.display):
                    use = Use(name, config.exposure(job), deploying.get(id(job)))
                    found.setdefault(name.display, []).append(use)
    return found


def places(found: Iterable[Use], note: str, most: int) -> tuple[Location, ...]:
    """Point at some of the uses, each place once."""
    seen: dict[Span | None, Location] = {}
    for use in found:
        place = use.at(f"{use.job!r} {note}")
        if len(seen) < most:
            seen.setdefault(place.span, place)
    return tuple(seen.values())


def only_reads(context: str) -> bool:
    """Say whether a context's name tells that its credentials only read, as for image pulls."""
    return not _READING.isdisjoint(_WORD.findall(context.lower()))


def auxiliary(context: str) -> bool:
    """Say whether a context's name tells that it is for pulls, logs and messages."""
    return not _AUXILIARY.isdisjoint(_WORD.findall(context.lower()))


def shared(held: dict[str, list[Use]]) -> tuple[Shared, ...]:
    """Find the contexts that gates before deployments fail to keep to these deployments."""
    open_to_all = {
        name: tuple(use for use in found if use.exposure.open_to_any_branch)
        for name, found in held.items()
    }
    groups: dict[tuple[str, ...], list[Use]] = {}
    for name, found in held.items():
        for use in found:
            if use.deployment is None or use.exposure.open or use.exposure.reach is Reach.NOBODY:
                continue
            everything = tuple(dict.fromkeys(use.exposure.contexts))
            wanted = tuple(one for one in everything if not auxiliary(one)) or everything
            if wanted[0] == name and all(open_to_all.get(one) for one in wanted):
                groups.setdefault(wanted, []).append(use)
    for wanted in sorted(groups, key=len):
        larger = next((one for one in groups if set(wanted) < set(one)), None)
        if larger is not None:
            groups[larger].extend(groups.pop(wanted))
    return tuple(
        Shared(wanted, tuple(gated), open_to_all[wanted[0]]) for wanted, gated in groups.items()
    )
