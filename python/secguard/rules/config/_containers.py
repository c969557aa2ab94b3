"""Containers that scripts start with docker, podman or nerdctl, and what these can reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values
from secguard.shell import Command
from secguard.shell.options import Argument, arguments

_ENGINES = ("docker", "podman", "nerdctl")
_GLOBAL = frozenset("-c -H -l --config --context --host --log-level".split())
_VALUED = frozenset(
    """
    -a -c -e -h -l -m -p -u -v -w --add-host --annotation --attach --cap-add --cap-drop
    --cgroup-parent --cgroupns --cidfile --cpu-shares --cpus --cpuset-cpus --device --dns
    --entrypoint --env --env-file --expose --gpus --group-add --hostname --ip --ipc --label --link
    --log-driver --log-opt --memory --mount --name --net --network --network-alias --pid
    --platform --publish --pull --restart --runtime --security-opt --shm-size --stop-signal
    --stop-timeout --storage-opt --sysctl --tmpfs --ulimit --user --userns --uts --volume
    --volumes-from --workdir
    """.split()
)


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
        commands = [one for one in shell.commands() if one.name in _ENGINES]
        for script in scripts if commands else ():
            values = Values(script, shell)
            for command in commands:
                found = _container(script, command, values)
                if found is not None:
                    yield found


def _container(script: Script, command: Command, values: Values) -> Container | None:
    words = list(command.args)
    while words and words[0].text.startswith("-"):
        del words[: 1 + (words[0].text in _GLOBAL)]
    if words and words[0].text == "container":
        del words[0]
    if not words or words[0].text not in ("create", "exec", "run"):
        return None
    options: list[Argument] = []
    for one in arguments(words[1:], _VALUED, values.spell):
        if not one.name:
            return Container(script, command, tuple(options), one.value)
        options.append(one)
    return None
