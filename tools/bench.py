"""Measures the packed orb's job and the checker, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator

import yaml

from tools import build_bundle, pack_orb
from tools.run_orb import run_check
from tools.runner.machine import Machine

PAGE = pack_orb.ROOT / "docs" / "benchmarks.md"
_SIZES = (10, 50, 100, 200)
_JOB = """\
  job-{n}:
    docker:
      - image: cimg/node:22.14.0
    environment:
      STAGE: "{n}"
    steps:
      - checkout
      - restore_cache:
          keys:
            - v1-{n}-{{{{ checksum "package-lock.json" }}}}
      - run:
          name: Install
          command: npm ci
      - run:
          name: Test
          command: |
            set -euo pipefail
            for suite in unit integration; do
              npm run "test:$suite" -- --reporter junit | tee "$suite.log"
            done
      - store_test_results:
          path: reports
"""


def config_of(kilobytes: int) -> str:
    """Write a config of about this size: jobs as people write them, and a workflow for all."""
    jobs, count = "", 0
    while len(jobs) < kilobytes * 1000:
        jobs, count = jobs + _JOB.format(n=count), count + 1
    names = "".join(f"      - job-{n}\n" for n in range(count))
    return f"version: 2.1\njobs:\n{jobs}workflows:\n  main:\n    jobs:\n{names}"


def _sizes(bundle: build_bundle.Bundle) -> Iterator[tuple[str, str]]:
    files = build_bundle.decode(bundle.encoded)
    for label, prefix in (("secguard", "secguard/"), ("click", "click/"), ("PyYAML", "yaml/")):
        part = {name: text for name, text in files.items() if name.startswith(prefix)}
        yield label, f"{len(part)} files, {len(build_bundle.encode(part)):,} characters by itself"
    yield "bundle, as the orb carries it", f"{len(bundle.encoded):,} characters"
    yield "bundle, unpacked", f"{len(bundle.archive):,} bytes"
    yield "packed orb", f"{pack_orb.PACKED.stat().st_size:,} bytes"


def _steps(rounds: int) -> Iterator[tuple[str, str]]:
    orb = yaml.safe_load(pack_orb.PACKED.read_text(encoding="utf-8"))
    best: dict[str, float] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            target = Path(scratch, "config.yml")
            target.write_text(config_of(10), encoding="utf-8")
            machine = Machine(Path(scratch, "machine"))
            given = {"path": "config.yml", "report_dir": f"{machine.home}/report"}
            for step in run_check(orb, target, {**given, "fail_on": "none"}, machine).steps:
                best[step.name] = min(step.seconds, best.get(step.name, step.seconds))
    for name, seconds in best.items():
        yield name, f"{seconds * 1000:.0f} ms"


def _checks(bundle: build_bundle.Bundle, rounds: int) -> Iterator[tuple[str, str]]:
    for size in _SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            target = Path(scratch, "config.yml")
            target.write_text(config_of(size), encoding="utf-8")
            pyz = Path(scratch, "secguard.pyz")
            pyz.write_bytes(bundle.archive)
            command = [sys.executable, "-I", "-S", str(pyz), "check", "--fail-on", "none"]
            command.append(str(target))
            times = []
            for _ in range(rounds):
                started = time.perf_counter()
                subprocess.run(command, capture_output=True, check=True)
                times.append(time.perf_counter() - started)
        yield f"config of {size} KB", f"{min(times) * 1000:.0f} ms"


def _table(heads: tuple[str, str], rows: Iterator[tuple[str, str]]) -> str:
    lines = (f"| {left} | {right} |\n" for left, right in (heads, ("---", "---:"), *rows))
    return "".join(lines)


def main() -> None:
    """Measure, write the page and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often; the best time counts")
    rounds = parser.parse_args().rounds
    bundle = build_bundle.build()
    page = f"""\
# Benchmarks

Written by `make bench`, on {platform.system()} {platform.machine()} with Python \
{platform.python_version()}; the best of {rounds} runs. Times are wall-clock times on a shared \
machine, so take them as an order of magnitude.

## Size

{_table(("what", "size"), _sizes(bundle))}
## The job `check`, on a config of 10 KB

{_table(("step", "time"), _steps(rounds))}
## `secguard check`, start of Python included

{_table(("input", "time"), _checks(bundle, rounds))}"""
    PAGE.write_text(page, encoding="utf-8")
    print(page, end="")


if __name__ == "__main__":
    main()
