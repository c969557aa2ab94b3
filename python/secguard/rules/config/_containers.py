"""Containers that scripts start with docker, podman or nerdctl, and what these can reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values
from secguard.shell import Command
from secguard.shell.docker import ENGINES, RUN_OPTIONS, subcommand
from secguard.shell.options import Argument, arguments


@dataclass(frozen=True)
class Container:
    """One `docker run`, `create` or `exec`."""

    script: Script
    command: Command
    options: tuple[Argument, ...]
    image: str
    """As it is written, with its tag; the container's name for `exec`."""

    @property
    def mounts(self) -> Iterator[tuple[str, Argument]]:
        """Yield what is mounted from outside, with its option."""
        for one in self.options:
            if one.name in ("-v", "--volume"):
                yield one.value.split(":")[0], one
            elif one.name == "--mount":
                parts = (part.partition("=") for part in one.value.split(","))
                given = {key.strip(): value for key, _, value in parts}
                yield given.get("source", given.get("src", "")), one


def containers(config: Config) -> Iterator[Container]:
    """Yield the containers that scripts start or enter."""
    for shell, scripts in config.texts:
        commands = [one for one in shell.commands() if one.name in ENGINES]
        for script in scripts if commands else ():
            values = Values(script, shell)
            for command in commands:
                found = _container(script, command, values)
                if found is not None:
                    yield found


def _container(script: Script, command: Command, values: Values) -> Container | None:
    verb, words = subcommand(command)
    if verb not in ("create", "exec", "run"):
        return None
    options: list[Argument] = []
    for one in arguments(words, RUN_OPTIONS, values.spell):
        if not one.name:
            return Container(script, command, tuple(options), one.value)
        options.append(one)
    return None
