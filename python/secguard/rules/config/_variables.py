"""Variables that a config sets, in `environment` and in scripts, as places that rules point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.bash_env import exports, written
from secguard.circleci.model import Variable
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values, way
from secguard.finding import Location
from secguard.shell import Script as Shell


@dataclass(frozen=True)
class Setting:
    """One variable with its value as far as it is known."""

    name: str
    value: str
    where: Location
    """The value, or the assignment in a script."""
    related: tuple[Location, ...] = ()
    scripted: bool = False
    """True where a script sets it."""


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
    for shell, scripts in config.texts:
        if any(name in shell.text for name in names):
            for script in scripts:
                yield from _scripted(script, shell, names)


def _scripted(script: Script, shell: Shell, names: AbstractSet[str]) -> Iterator[Setting]:
    values = Values(script, shell)
    for made in shell.assignments():
        if made.name in names:
            yield _setting(script, made.name, values.spell(made.value), made.start, made.end)
    for command in shell.commands():
        if command.name in ("cat", "echo", "printf") and written(command):
            bodies = [redirect.body for redirect in command.redirects if redirect.body is not None]
            for word in (*command.args, *bodies):
                for name, value, _ in exports(word.text):
                    if name in names:
                        yield _setting(script, name, value.strip("\"' "), word.start, word.end)


def _setting(script: Script, name: str, value: str, start: int, end: int) -> Setting:
    where = script.text.at(start, end)
    return Setting(name, value, where, way(script, start, end), scripted=True)


def _entries(
    entries: tuple[Variable, ...], names: AbstractSet[str], related: tuple[Location, ...] = ()
) -> Iterator[Setting]:
    for entry in entries:
        if entry.name in names:
            where = entry.value.at(0, len(entry.value.text))
            yield Setting(entry.name, entry.value.assumed, where, related)
