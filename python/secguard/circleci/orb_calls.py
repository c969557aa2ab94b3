"""The calls of orb commands and orb jobs, by the orb's name in the registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping

from secguard.circleci.model import Expansion, Job
from secguard.circleci.values import Mapped, Value
from secguard.finding import Location


@dataclass(frozen=True)
class OrbCall:
    """One call."""

    job: Job
    name: str
    """As written, e.g. `aws/setup`."""
    full: str
    """By the registry's name without the version, e.g. `circleci/aws-cli/setup`."""
    arguments: Mapping[str, Value]
    """What is given; nothing where the orb is seen through, and its steps stand for themselves."""
    where: Location


def orb_calls(expansion: Expansion) -> Iterator[OrbCall]:
    """Yield the calls that the config itself makes of orbs that it imports."""
    names = orb_names(expansion)
    for job in expansion.jobs:
        if job.invocation is not None and job.reference.partition("/")[0] in names:
            where = job.invocation.location()
            full = full_name(job.reference, names)
            yield OrbCall(job, job.reference, full, dict(job.arguments), where)
        for step in job.steps:
            for call in step.calls:
                if call.name.partition("/")[0] in names:
                    args = step.args if step.kind == "call" and call is step.calls[-1] else None
                    given = args.entries if isinstance(args, Mapped) else {}
                    arguments = {key: value for key, (_, value) in given.items()}
                    full = full_name(call.name, names)
                    yield OrbCall(job, call.name, full, arguments, call.node.location())


def orb_names(expansion: Expansion) -> dict[str, str]:
    """Give the registry's name of each orb that the config imports, by alias."""
    return {
        orb.alias: orb.reference.assumed.partition("@")[0]
        for orb in expansion.orbs
        if orb.reference is not None and not orb.orb
    }


def full_name(name: str, names: Mapping[str, str]) -> str:
    """Put the registry's name in place of the alias."""
    alias, _, rest = name.partition("/")
    return f"{names.get(alias, '')}/{rest}"
