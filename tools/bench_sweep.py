"""Sweeps a made-up organisation on 1, 4 and 16 nodes and writes a section of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from tests.fakes import circleci_state as state
from tests.fakes.circleci import TOKEN, CircleCI
from tools.bench import put
from tools.build_bundle import ROOT

_NODES = (1, 4, 16)
_VARIABLES = 10
_CONTEXTS = 50
_CONFIG = """\
version: 2.1
jobs:
  test:
    docker: [{{image: "cimg/python:3.12@sha256:{digest}"}}]
    steps: [checkout, {{run: pytest}}]
  ship:
    docker: [{{image: cimg/base:2026.08}}]
    steps: [checkout, {{run: ./ship.sh}}]
workflows:
  main:
    jobs:
      - test
      - ship: {{context: [team-{team:02}], requires: [test]{filters}}}
"""
# A process has the memory of its parent until it runs something else, and counts it as its own.
_CHILD = """\
import os, re, sys, time
from secguard.cli import main
status = main(tuple(sys.argv[2:]))
held = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
os.write(int(sys.argv[1]), f"{time.process_time()} {held[1]}".encode())
sys.exit(status)
"""
_FILTERS = ", filters: {branches: {only: main}}"


class Node(NamedTuple):
    """What one node took."""

    seconds: float
    """Time of a processor."""
    memory: int
    """The most it held, in bytes."""


def organisation(projects: int) -> state.Organisation:
    """Make an organisation whose projects have ten variables each and a config that ran."""
    made = state.Organisation()
    for number in range(_CONTEXTS):
        context = made.context(f"team-{number:02}", "AWS_ROLE", "DEPLOY_TOKEN", "NPM_TOKEN")
        if number % 3:
            context.restrictions = [
                state.Restriction("expression", 'pipeline.git.branch == "main"')
            ]

    def fill(project: state.Project, number: int) -> None:
        names = (f"SERVICE_{n}_TOKEN" for n in range(_VARIABLES))
        project.variables = [state.Variable(name, f"{name}-{number}") for name in names]
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        filters = _FILTERS if number % 2 else ""
        team = number % _CONTEXTS
        project.pipeline(source=_CONFIG.format(digest=digest, team=team, filters=filters))

    made.many(projects, fill)
    return made


def _secguard(*arguments: str) -> Node:
    read, write = os.pipe()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "python"), "CIRCLE_TOKEN": TOKEN}
    command = [sys.executable, "-c", _CHILD, str(write), "sweep", *arguments]
    null = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, stdout=null, stderr=null, pass_fds=(write,)) as process:
        os.close(write)
        with os.fdopen(read) as told:
            words = told.read().split()
    if process.returncode not in (0, 1, 3):
        raise RuntimeError(f"a node ended with {process.returncode}")
    return Node(float(words[0]), int(words[1]) * 1024)


def swept(fake: CircleCI, folder: Path, total: int) -> tuple[list[str], str]:
    """Sweep on so many nodes, two at a time; give a row of the table, and the report's digest."""
    where = ("--state", str(folder / str(total)))
    host = ("--host", fake.url)
    _secguard("plan", *where, *host, "--org", "gh/acme", "--today", "2026-11-25")
    fake.log.clear()
    nodes: list[Node] = []
    waiting = list(range(total))

    def work() -> None:
        while waiting:
            index = waiting.pop()
            node = ("--node", f"{index}/{total}", "--rate", "1000", "--max-seconds", "18000")
            nodes.append(_secguard("run", *where, *host, *node))

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    requests = len(fake.log)
    report = folder / f"{total}.json"
    merged = _secguard("merge", *where, "--output", f"json={report}")
    count = fake.org.count
    row = [
        str(total),
        f"{sum(node.seconds for node in nodes) / count * 1000:.0f} ms",
        f"{requests / count:.1f}",
        f"{max(node.memory for node in nodes) / 1e6:.0f} MB",
        f"{merged.seconds:.0f} s",
        f"{merged.memory / 1e6:.0f} MB",
    ]
    print(f"{total} nodes: {took:.0f} s", *row, sep=" | ", file=sys.stderr)
    return row, hashlib.sha256(report.read_bytes()).hexdigest()


def measure(projects: int) -> str:
    """Sweep on each number of nodes, and write the section."""
    rows, digests = [], set()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, CircleCI(
        organisation(projects)
    ) as fake:
        for total in _NODES:
            row, digest = swept(fake, Path(scratch), total)
            rows.append(row)
            digests.add(digest)
    if len(digests) != 1:
        raise RuntimeError("the reports differ")
    head = ["nodes", "a project", "requests for it", "memory of a node", "merge", "memory of it"]
    table = [head, ["---:"] * len(head), *rows]
    return (
        f"\n## `secguard sweep`\n\nWritten by `python -m tools.bench_sweep`: an organisation"
        f" with {projects:,} projects and\n{projects * _VARIABLES:,} variables, served by this "
        "machine. A project's time is time of a processor, and memory is\nthe most that a process "
        "held. All numbers of nodes gave the same report, byte for byte.\n\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in table)
        + "\n"
    )


def main() -> None:
    """Measure, put the section in its place and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=10_000)
    section = measure(parser.parse_args().projects)
    put("sweep", section)
    print(section, end="")


if __name__ == "__main__":
    main()
