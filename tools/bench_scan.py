"""Measures `secguard scan`, with grep beside it, and writes a section of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import string
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Callable, Iterator

from secguard.runtime.environ import variables
from secguard.runtime.patterns import patterns
from secguard.runtime.scan import Limits, scan
from secguard.runtime.search import Engine
from secguard.runtime.spots import Needles
from tools.bench import put

_MEGABYTES = 64
_CHUNK = 1 << 20
_SECRETS = (3, 66)
_LINES = (
    "{n:08.3f} npm http fetch GET 200 https://registry.npmjs.org/{word}/-/{word}-1.{d}.tgz {d}ms",
    "#{d} sha256:{hex} {d}.{d}MB / 9.{d}MB extracting",
    '{{"level":"info","time":"2026-08-0{d}T10:11:12Z","msg":"{word} {word}","id":"{hex}"}}',
    "\x1b[32mPASS\x1b[0m tests/{word}/test_{word}.py::test_{word}[{d}]",
    '  File "/home/circleci/project/{word}/{word}.py", line {d}, in {word}',
)


def log_of(megabytes: int) -> bytes:
    """Write a log such as jobs write, the same each time."""
    rng = random.Random(1)  # noqa: S311
    words = [
        "".join(rng.choices(string.ascii_lowercase, k=rng.randrange(3, 11))) for _ in range(999)
    ]
    lines: list[str] = []
    for number in range(20_000):
        values = {"n": number / 7, "d": rng.randrange(1, 10), "word": rng.choice(words)}
        lines.append(rng.choice(_LINES).format(hex=rng.randbytes(32).hex(), **values))
    block = "\n".join(lines).encode()
    return (block * (megabytes * 1_000_000 // len(block) + 1))[: megabytes * 1_000_000]


def needles_for(secrets: int, formats: bool) -> Needles:
    """Look for the forms of as many secrets, of the kinds that jobs have."""
    rng = random.Random(2)  # noqa: S311
    word = string.ascii_letters + string.digits
    kinds = ((word, 40), (word, 20), ("0123456789abcdef", 40), (word + "!#$%&*<>'\"\\", 16))
    values = ["".join(rng.choices(*kinds[n % 4][:1], k=kinds[n % 4][1])) for n in range(secrets)]
    labels = patterns(variables({f"V{n}_TOKEN": v.encode() for n, v in enumerate(values)}))
    return Needles(Engine(labels), labels, formats)


def _best(rounds: int, run: Callable[[], object], whose: int) -> float:
    times = []
    for _ in range(rounds):
        before = resource.getrusage(whose)
        run()
        after = resource.getrusage(whose)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def _grep(folder: str, needles: Needles) -> None:
    # Patterns go through a pipe and hold no line end: grep takes each line for one.
    lines = b"\n".join(one for one in needles.labels if b"\n" not in one)
    command = ["grep", "-raobF", "-f", "-", folder]
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    subprocess.run(command, input=lines, env=env, check=False, capture_output=True)


def _rows(folder: str, rounds: int) -> Iterator[tuple[str, ...]]:
    own, children = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    values = [needles_for(count, False) for count in _SECRETS]
    full = [needles_for(count, True) for count in _SECRETS]
    contents = [path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    size = sum(map(len, contents))
    data = b"".join(contents)
    chunks = [data[at : at + _CHUNK] for at in range(0, size, _CHUNK)]
    limits = Limits(1 << 40, lambda: False, 1)

    def row(name: str, run: Callable[[Needles], object], sets: list[Needles]) -> tuple[str, ...]:
        whose = children if name.startswith("`grep") else own
        speeds = (size / 1e6 / _best(rounds, partial(run, one), whose) for one in sets)
        return (name, *(f"{speed:,.0f} MB/s" for speed in speeds))

    def in_memory(needles: Needles) -> None:
        for chunk in chunks:
            needles.engine.find(chunk)

    def whole(needles: Needles) -> None:
        scan([folder], needles, limits)

    yield ("", *(f"{len(one.labels):,} patterns" for one in values))
    yield row("the search alone, in memory", in_memory, values)
    yield row("`secguard scan`, values", whole, values)
    yield row("`secguard scan`, values and tokens", whole, full)
    if shutil.which("grep"):
        yield row("`grep -raobF`", partial(_grep, folder), values)


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head, *others = rows
    rule = ("---", *("---:" for _ in head[1:]))
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *others))


def section(tree: Path, rounds: int) -> str:
    """Measure, and write the section."""
    with tempfile.TemporaryDirectory(prefix="bench-") as log, tempfile.TemporaryDirectory() as copy:
        Path(log, "job.log").write_bytes(log_of(_MEGABYTES))
        shutil.copytree(tree, Path(copy, "tree"), ignore=shutil.ignore_patterns("*.pyc", "site-*"))
        parts = [
            f"## `secguard scan`\n\nMegabytes in a second of one core's time; the best of {rounds} "
            f"runs.\n\n### A log of {_MEGABYTES} MB\n\n",
            _table(_rows(log, rounds)),
            "\n### The files of Python's standard library\n\n",
            _table(_rows(copy, rounds)),
        ]
    return "".join(parts)


def main() -> None:
    """Measure, put the section into the page, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often; the best time counts")
    parser.add_argument("--tree", type=Path, default=Path(os.__file__).parent)
    options = parser.parse_args()
    made = section(options.tree, options.rounds)
    put("scan", made)
    sys.stdout.write(made)


if __name__ == "__main__":
    main()
