"""The command lines of docker, podman and nerdctl."""

from __future__ import annotations

from typing import Sequence

from secguard.shell.commands import Command
from secguard.shell.words import Word

ENGINES = ("docker", "podman", "nerdctl")
RUN_OPTIONS = frozenset(
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
"""The options of `run`, `create` and `exec` that take a value."""

_GLOBAL = frozenset("-c -H -l --config --context --host --log-level".split())
_GROUPS = ("container", "image")


def subcommand(command: Command) -> tuple[str, Sequence[Word]]:
    """Give what a command line asks for, such as `run`, and the words behind it.

    `docker image pull` and `docker pull` are the same, and so are the two ways to build. Empty
    where nothing is asked for.
    """
    words = list(command.args) if command.name in ENGINES else []
    while words and words[0].text.startswith("-"):
        del words[: 1 + (words[0].text in _GLOBAL)]
    group = words[0].text if words else ""
    if group in _GROUPS or (group == "buildx" and len(words) > 1 and words[1].text == "build"):
        del words[0]
    return (words[0].text, words[1:]) if words else ("", ())
