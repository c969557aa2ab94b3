"""Variables that a config sets, in `environment` and in scripts, as places that rules point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Variable
from secguard.finding import Location
from secguard.rules.config._texts import Values, texts, way


@dataclass(frozen=True)
class Setting:
    """One variable with its value as far as it is known."""

    name: str
    value: str
    where: Location
    """The value in the source."""
    related: tuple[Location, ...] = ()


def variables(config: Config, names: AbstractSet[str]) -> Iterator[Setting]:
    """Yield where executors, jobs, steps and scripts set certain variables.

    The same place comes once for each job that it stands in.
    """
    for job in config.jobs:
        yield from _entries(job.all_environment(), names)
        for step in job.steps:
            related = tuple(call.location() for call in step.calls)
            yield from _entries(step.environment, names, related)
    for executor in config.expansion.executors:
        yield from _entries(executor.environment, names)
    for shell, scripts in texts(config):
        made = [one for one in shell.assignments() if one.name in names]
        for script in scripts if made else ():
            values = Values(script, shell)
            for one in made:
                where = script.text.at(one.start, one.end)
                value = values.spell(one.value)
                yield Setting(one.name, value, where, way(script, one.start, one.end))


def _entries(
    entries: tuple[Variable, ...], names: AbstractSet[str], related: tuple[Location, ...] = ()
) -> Iterator[Setting]:
    for entry in entries:
        if entry.name in names:
            where = entry.value.at(0, len(entry.value.text))
            yield Setting(entry.name, entry.value.assumed, where, related)
