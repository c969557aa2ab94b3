"""The command lines of docker, podman and nerdctl."""

from __future__ import annotations

from typing import Sequence

from secguard.shell.commands import Command
from secguard.shell.words import Word

ENGINES = ("docker", "podman", "nerdctl")
RUN_OPTIONS = frozenset(
    """
    -a -c -e -h -l -m -p -u -v -w --add-host --annotation --arch --attach --authfile --blkio-weight
    --blkio-weight-device --cap-add --cap-drop --cgroup-conf --cgroup-parent --cgroupns --cidfile
    --conmon-pidfile --cpu-count --cpu-percent --cpu-period --cpu-quota --cpu-rt-period
    --cpu-rt-runtime --cpu-shares --cpus --cpuset-cpus --cpuset-mems --creds --detach-keys --device
    --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops
    --dns --dns-opt --dns-option --dns-search --domainname --entrypoint --env --env-file --expose
    --gidmap --gpus --group-add --health-cmd --health-interval --health-retries
    --health-start-interval --health-start-period --health-timeout --hostname --image-volume --ip
    --ip6 --ipc --isolation --label --label-file --link --link-local-ip --log-driver --log-opt
    --mac-address --memory --memory-reservation --memory-swap --memory-swappiness --mount --name
    --net --net-alias --network --network-alias --oom-score-adj --os --pid --pids-limit --platform
    --pod --publish --pull --restart --runtime --secret --security-opt --shm-size --stop-signal
    --stop-timeout --storage-opt --sysctl --timeout --tmpfs --tz --uidmap --ulimit --umask --user
    --userns --uts --variant --volume --volume-driver --volumes-from --workdir
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
