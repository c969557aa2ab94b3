"""Where a job runs: this machine with a home of its own, or a root that has only what is bound."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, Sequence


class Machine:
    """This machine; only the home folder and the temporary folder belong to the job."""

    def __init__(self, scratch: Path) -> None:
        """Lay out the job's folders under a scratch folder."""
        self.scratch = scratch
        self.home = str(scratch / "home")
        self.path = f"{scratch / 'bin'}:{os.environ['PATH']}"
        for name in ("home", "bin", "tmp"):
            (scratch / name).mkdir(parents=True)

    def environment(self) -> dict[str, str]:
        """Give the variables that come from the machine and not from the job."""
        return {"HOME": self.home, "PATH": self.path, "TMPDIR": str(self.scratch / "tmp")}

    def inside(self, path: str, cwd: str) -> str:
        """Make a path from the config absolute, as the job sees it."""
        if path == "~" or path.startswith("~/"):
            path = self.home + path[1:]
        return os.path.normpath(os.path.join(cwd, path))

    def outside(self, path: str) -> Path:
        """Say where a path that the job sees is on this machine."""
        return Path(path)

    def start(
        self, argv: Sequence[str], cwd: str, environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own, with both outputs in one pipe."""
        return subprocess.Popen(
            self._wrap(argv, cwd),
            cwd=self.outside(cwd),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def left_running(self) -> list[int]:
        """Find what outlives its step: by the home folder, which no other job has."""
        mark = b"\0HOME=" + os.fsencode(self.home) + b"\0"
        return [pid for pid, variables in _environments() if mark in b"\0" + variables]

    def _wrap(self, argv: Sequence[str], cwd: str) -> list[str]:
        return list(argv)


@dataclass(frozen=True)
class Bind:
    """Something of this machine that a root shows, read-only."""

    source: Path
    target: str


class Root(Machine):
    """A bubblewrap root: no network, and no files but those bound and the job's own."""

    def __init__(self, scratch: Path, binds: Sequence[Bind], links: Mapping[str, str]) -> None:
        """Lay out a root that shows the binds, and the links by their path in it."""
        super().__init__(scratch)
        self._host_home, self.home = Path(self.home), "/home/circleci"
        self._binds, self._links = tuple(binds), dict(links)
        self.path = "/opt/agent:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    def environment(self) -> dict[str, str]:
        """Give the variables that come from the machine and not from the job."""
        return {"HOME": self.home, "PATH": self.path}

    def outside(self, path: str) -> Path:
        """Say where a path that the job sees is on this machine."""
        mounts = (self.home, self._host_home), ("/tmp", self.scratch / "tmp")  # noqa: S108
        for inside, outside in mounts:
            if path == inside or path.startswith(inside + "/"):
                return outside / path[len(inside) + 1 :]
        return Path(path)

    def left_running(self) -> list[int]:
        """Find nothing: what a step started ends with the step's namespace."""
        return []

    def _wrap(self, argv: Sequence[str], cwd: str) -> list[str]:
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--proc", "/proc"]
        command += ["--dev", "/dev", "--bind", str(self._host_home), self.home]
        command += ["--bind", str(self.scratch / "tmp"), "/tmp"]  # noqa: S108
        command += ["--ro-bind", str(self.scratch / "bin"), "/opt/agent"]
        for bind in self._binds:
            command += ["--ro-bind", str(bind.source), bind.target]
        for path, target in self._links.items():
            command += ["--symlink", target, path]
        return [*command, "--chdir", cwd, *argv]


def _environments() -> Iterator[tuple[int, bytes]]:
    """Yield the processes that can be looked into, which on other systems than Linux are none."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            yield int(path.parent.name), path.read_bytes()
        except OSError:
            continue


def bubblewrap_works() -> bool:
    """Say whether roots can be made here: the tool is there and the kernel lets it."""
    if not shutil.which("bwrap"):
        return False
    tried = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0
