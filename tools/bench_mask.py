"""Measures `secguard run` and writes its section of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import base64
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Callable, Iterable, Mapping

from tools import build_bundle
from tools.bench import put

_COUNTS = (5, 20, 100)
_MEGABYTES = 100
_LINES = 2_000
_PYTHON = (sys.executable, "-I", "-S", "-X", "utf8")
_LINE = "npm http fetch GET 200 https://registry.example.com/left-pad 12ms (cache {n})"
_COLOURED = "\x1b[32mPASS\x1b[0m \x1b[2mtests/unit/\x1b[22m\x1b[1mtest_{n}.py\x1b[22m (0.42 s)"
_TICK = """\
import sys, time
for _ in range(int(sys.argv[1])):
    time.sleep(0.002)
    sys.stdout.write(f"{time.monotonic():.7f}" + " built in 12 ms" * 4 + "\\n")
    sys.stdout.flush()
"""


def secrets(count: int) -> dict[str, str]:
    """Make an environment with so many secrets of the kinds that jobs have."""
    source = random.Random(7)  # noqa: S311

    def text(size: int) -> str:
        return base64.b64encode(source.getrandbits(8 * size).to_bytes(size, "big")).decode()[:size]

    def key() -> str:
        lines = "\n".join(text(64) for _ in range(25))
        return f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n"

    kinds = (
        lambda: "ghp_" + source.getrandbits(180).to_bytes(23, "big").hex()[:36],
        lambda: text(40),
        lambda: source.getrandbits(160).to_bytes(20, "big").hex(),
        lambda: text(16),
        lambda: f"postgres://app:{text(14)}@db.example.com:5432/app",
        lambda: f"eyJhbGciOiJIUzI1NiJ9.{text(120)}.{text(43)}",
        lambda: text(20),
        lambda: f"xoxb-{source.randrange(10**11, 10**12)}-{text(24)}",
        lambda: text(32),
        key,
    )
    return {f"SERVICE_{n}_TOKEN": kinds[n % len(kinds)]() for n in range(count)}


class Masker:
    """The unpacked bundle, with its modules compiled."""

    def __init__(self, folder: Path) -> None:
        """Unpack it."""
        self.pyz = folder / "secguard.pyz"
        self.pyz.write_bytes(build_bundle.build()["mask"].archive)
        code = "import sys; sys.path.insert(0, sys.argv[1]); from secguard import bytecode as b"
        command = [*_PYTHON, "-c", f"{code}; b.write(sys.argv[1])", str(self.pyz)]
        subprocess.run(command, check=True)

    def start(self, command: Iterable[str], count: int) -> subprocess.Popen[bytes]:
        """Start a command below it, with so many secrets."""
        return _start([*_PYTHON, str(self.pyz), "run", "--", *command], secrets(count))


def _start(command: list[str], more: Mapping[str, str]) -> subprocess.Popen[bytes]:
    env = {"PATH": os.environ["PATH"], **more}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE)


def _output(process: subprocess.Popen[bytes]) -> int:
    if process.stdout is None:
        raise ValueError("the output is not a pipe")
    return process.stdout.fileno()


def _worked(process: subprocess.Popen[bytes]) -> float:
    """Read all output, and give the seconds that the process and its own have worked."""
    output = _output(process)
    while os.read(output, 1 << 20):
        pass
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.WEXITSTATUS(status)
    process.communicate()
    return usage.ru_utime + usage.ru_stime


def startup(masker: Masker, count: int, rounds: int) -> float:
    """Measure what a command that does nothing costs, in seconds."""
    return min(_worked(masker.start(["true"], count)) for _ in range(rounds))


def throughput(masker: Masker, count: int, rounds: int, log: Path) -> str:
    """Measure how fast a log comes through, the start not counted."""
    idle = startup(masker, count, rounds)
    best = min(_worked(masker.start(["cat", str(log)], count)) for _ in range(rounds)) - idle
    return f"{log.stat().st_size / best / 1e6:.0f} MB/s"


def latency(start: Callable[[], subprocess.Popen[bytes]], rounds: int) -> str:
    """Measure how long after it was written a line arrives: the median, and what 1 % exceed."""
    middle, worst = min((_delays(start()) for _ in range(rounds)), key=lambda pair: pair[1])
    return f"{middle * 1e6:.0f} / {worst * 1e6:.0f} µs"


def _delays(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    with open(_output(process), "rb", closefd=False) as output:
        delays = sorted(time.monotonic() - float(line.split(b" ", 1)[0]) for line in output)
    process.communicate()
    return delays[len(delays) // 2], delays[len(delays) * 99 // 100]


def measure(rounds: int) -> str:
    """Measure everything and write the section."""
    tick = [*_PYTHON, "-c", _TICK, str(_LINES)]
    rows: dict[str, list[str]] = {
        "start and end": [""],
        "plain log": [""],
        "coloured log": [""],
        "a line, median / 99 %": [
            latency(lambda: _start(["sh", "-c", '"$@" | cat', "sh", *tick], {}), rounds)
        ],
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        masker = Masker(Path(scratch))
        logs = {"plain log": _LINE, "coloured log": _COLOURED}
        for count in _COUNTS:
            rows["start and end"].append(f"{startup(masker, count, 3 * rounds) * 1000:.0f} ms")
            for name, line in logs.items():
                log = Path(scratch, "log")
                block = "".join(f"{line.format(n=n)}\n" for n in range(20_000)).encode()
                log.write_bytes(block * (_MEGABYTES * 1_000_000 // len(block)))
                rows[name].append(throughput(masker, count, rounds, log))
            rows["a line, median / 99 %"].append(
                latency(partial(masker.start, tick, count), rounds)
            )
    head = ["`secguard run`", "`cat` instead", *(f"{count} secrets" for count in _COUNTS)]
    table = [head, ["---", *("---:" for _ in head[1:])], *([k, *v] for k, v in rows.items())]
    return (
        f"\n## Masking\n\nWritten by `python -m tools.bench_mask`, on {platform.system()} "
        f"{platform.machine()} with Python\n{platform.python_version()}; the best of {rounds} "
        "runs, through a pipe, with compiled modules. Start and speed are in time that\nthe "
        "processes worked; delays are in time of the clock.\n\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in table)
        + "\n"
    )


def main() -> None:
    """Measure, put the section in its place and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often; the best time counts")
    section = measure(parser.parse_args().rounds)
    put("masking", section)
    print(section, end="")


if __name__ == "__main__":
    main()
