"""Starts `secguard run` as a process of its own, with a secret in its environment."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Mapping

import pytest

CANARY = "cnry_7Qx2Vb9LmPz4RtWk8"
"""The value of `$SHOP_TOKEN`."""
SECGUARD = (sys.executable, "-m", "secguard")
RUN = (*SECGUARD, "run", "--")
_PACKAGE = Path(__file__).parents[2] / "python"
_PATIENCE = 20

posix_only = pytest.mark.skipif(os.name != "posix", reason="masking needs Linux or macOS")


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a job that holds the canary."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    own = {"SHOP_TOKEN": CANARY, "PYTHONPATH": str(_PACKAGE), "TERM": "xterm"}
    return {**kept, **own, "SECGUARD": f"{sys.executable} -m secguard", **more}


def masked(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command below `secguard run` and wait for it."""
    options.setdefault("env", environment())
    return subprocess.run(
        [*RUN, *command],
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
        **options,
    )


def start(*command: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command below `secguard run`, its outputs in one pipe."""
    options.setdefault("env", environment())
    return subprocess.Popen(
        [*RUN, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )


def read_until(fd: int, wanted: bytes) -> bytes:
    """Read until a text is there; fail if it does not come."""
    seen, until = b"", time.monotonic() + _PATIENCE
    while wanted not in seen:
        ready, _, _ = select.select([fd], [], [], max(0.0, until - time.monotonic()))
        assert ready, seen
        data = os.read(fd, 65_536)
        assert data, seen
        seen += data
    return seen


class Terminal:
    """A terminal with a command in a session of its own."""

    def __init__(self, *command: str, env: Mapping[str, str] | None = None) -> None:
        """Start the command."""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, dict(env or environment()))  # noqa: S606

    def until(self, wanted: str) -> str:
        """Read until a text is there."""
        return read_until(self.fd, wanted.encode()).decode("utf-8", "replace")

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.fd, text.encode())

    def end(self) -> int:
        """Wait for the end and give the exit status."""
        seen, until = b"", time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                data = os.read(self.fd, 65_536)
            except OSError:
                data = b""
            if not data:
                break
            seen += data
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.left = seen.decode("utf-8", "replace")
        """What it showed until then."""
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
