"""Run steps: one shell each, fed by `-c`, as CircleCI's agent does."""

from __future__ import annotations

import os
import re
import selectors
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from typing import Any, Mapping

from tools.runner.machine import Machine

_UNITS = {"s": 1, "m": 60, "h": 3600}
_TIMED_OUT = 124


class Shell:
    """Runs the commands of one job."""

    def __init__(
        self, machine: Machine, environment: Mapping[str, str], shell: str, cwd: str
    ) -> None:
        """Keep what all steps of the job have in common."""
        self._machine, self._environment = machine, environment
        self._shell, self._cwd = shell, cwd
        self._background: list[subprocess.Popen[bytes]] = []

    def run(self, options: Mapping[str, Any]) -> tuple[int, str]:
        """Run one step and give its exit status and output; background steps give 0 at once."""
        argv = [*shlex.split(options.get("shell", self._shell)), "-c", options["command"]]
        own = {name: _text(value) for name, value in options.get("environment", {}).items()}
        environment = {name: _text(value) for name, value in self._environment.items()}
        cwd = self._machine.inside(options.get("working_directory", "."), self._cwd)
        try:
            process = self._machine.start(argv, cwd, {**environment, **own})
        except OSError as error:
            return 127, f"can't start the step: {error}\n"
        if options.get("background"):
            self._background.append(process)
            return 0, "runs in the background\n"
        return _watch(process, _seconds(str(options.get("no_output_timeout", "10m"))))

    def end_background(self) -> None:
        """Kill what still runs when the job ends, as it would end with its container."""
        for process in self._background:
            _kill(process)
        self._background.clear()
        running = self._machine.left_running()
        while running:
            for pid in running:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
            running = self._machine.left_running()


def _text(value: Any) -> str:
    """Write a value as CircleCI does in an environment: booleans as `1` and `0`."""
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _seconds(duration: str) -> float:
    return sum(
        float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([smh])", duration)
    )


def _watch(process: subprocess.Popen[bytes], silence: float) -> tuple[int, str]:
    """Collect the output until the step ends, or until it has been silent for too long."""
    stream = process.stdout
    if stream is None:
        raise ValueError("the step's output is not a pipe")
    chunks: list[bytes] = []
    with stream, selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        deadline = time.monotonic() + silence
        while time.monotonic() < deadline:
            if not selector.select(timeout=deadline - time.monotonic()):
                break
            chunk = os.read(stream.fileno(), 65536)
            if not chunk:
                status = process.wait()
                return status, b"".join(chunks).decode("utf-8", "replace")
            chunks.append(chunk)
            deadline = time.monotonic() + silence
    _kill(process)
    chunks.append(b"\nno output for too long\n")
    return _TIMED_OUT, b"".join(chunks).decode("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
