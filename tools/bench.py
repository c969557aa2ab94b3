"""Measures the packed orb's job and the checker, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import platform
import tempfile
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml

from tools import build_bundle, pack_orb
from tools.run_orb import compile_config, using
from tools.runner.job import Project, run_job
from tools.runner.machine import Machine

PAGE = pack_orb.ROOT / "docs" / "benchmarks.md"
_SIZES = (10, 50, 100, 200)
_COLUMNS = ("bundle", "characters", "own code", "click", "PyYAML", "files", "bytes unpacked")
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


def _sizes(bundles: Mapping[str, build_bundle.Bundle]) -> Iterator[tuple[str, ...]]:
    for purpose, bundle in bundles.items():
        files = build_bundle.decode(bundle.encoded)
        parts = (
            {name: text for name, text in files.items() if name.startswith(prefix)}
            for prefix in ("secguard/", "click/", "yaml/")
        )
        # What is left out of the whole is what a part weighs there, next to what is like it.
        weights = (
            len(bundle.encoded)
            - len(build_bundle.encode({name: files[name] for name in files if name not in part}))
            for part in parts
        )
        sizes = (len(bundle.encoded), *weights, len(files), len(bundle.archive))
        yield (f"`for: {purpose}`", *(f"{size:,}" for size in sizes))


def _job(orb: dict[str, Any], compiled: bool) -> dict[str, Any]:
    """Write a job that checks before, or after, the modules are compiled."""
    wait = {"name": "Wait", "command": 'until ls "$SECGUARD_PYZ".*; do sleep 0.05; done'}
    check = {"path": "config.yml", "report_dir": "report", "fail_on": "none"}
    steps: list[Any] = ["secguard/install", {"run": wait}, "checkout", {"secguard/check": check}]
    if not compiled:
        steps.pop(1)
    job = {
        "docker": [{"image": "cimg/base:2026.08"}],
        "environment": {"SECGUARD_NO_CACHE": "" if compiled else "1"},
        "steps": steps,
    }
    return {
        **using(orb, "check", {}),
        "jobs": {"job": job},
        "workflows": {"main": {"jobs": ["job"]}},
    }


def _times(size: int, compiled: bool, rounds: int) -> dict[str, float]:
    """Give the least time that each step of a job worked on a config of a size."""
    orb = yaml.safe_load(pack_orb.PACKED.read_text(encoding="utf-8"))
    config = compile_config(_job(orb, compiled))
    best: dict[str, float] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            target = Path(scratch, "config.yml")
            target.write_text(config_of(size), encoding="utf-8")
            project = Project(target, Path(scratch, "store"))
            result = run_job(config, "job", project, Machine(Path(scratch, "machine")))
            if not result.ok:
                raise RuntimeError(str(result.failed))
            for step in result.steps:
                best[step.name] = min(step.cpu_seconds, best.get(step.name, step.cpu_seconds))
    return best


def _steps(rounds: int) -> Iterator[tuple[str, ...]]:
    unpack = []
    for size in _SIZES:
        times = [_times(size, compiled, rounds) for compiled in (False, True)]
        unpack += [found["Unpack secguard"] for found in times]
        checks = (f"{found['Check CircleCI config'] * 1000:.0f} ms" for found in times)
        yield (f"Check CircleCI config, {size} KB", *checks)
    yield "Unpack secguard", f"{min(unpack) * 1000:.0f} ms", ""


def _table(*rows: tuple[str, ...]) -> str:
    head, *others = rows
    rule = ("---", *("---:" for _ in head[1:]))
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *others))


def with_sections_of_others(page: str, before: str) -> str:
    """Keep what other measurements wrote between markers, below this one."""
    _, begin, sections = before.partition("\n<!-- begin: ")
    return page + begin + sections


def with_section(page: str, name: str, section: str) -> str:
    """Put a section into the page, in the place of the one of this name, or below all others."""
    begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->\n"
    before, found, rest = page.partition(begin)
    after = rest.partition(end)[2] if found else ""
    return f"{before.rstrip()}\n\n{begin}{section}{end}{after}"


def put(name: str, section: str) -> None:
    """Put a section into the page on the disk."""
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), name, section), encoding="utf-8")


def _measured(rounds: int) -> str:
    return f"""\
## Steps of a job

On {platform.system()} {platform.machine()} with Python {platform.python_version()}; the best of \
{rounds} runs. Times are those that a step's processes worked, since the machine has other things \
to do; take them as an order of magnitude.

The check starts Python, reads the config, and writes all four reports. It is faster once the
modules are compiled, which a process does beside the checkout; see [the bundle](bundle.md).

{_table(("step", "not compiled yet", "compiled"), *_steps(rounds))}"""


def times_of(page: str) -> str:
    """Give the section about times of a page, without what others wrote below it."""
    _, heading, rest = page.partition("## Steps of a job\n")
    return heading + rest.partition("\n<!-- begin: ")[0]


def main() -> None:
    """Measure, write the page and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often; the best time counts")
    parser.add_argument("--sizes", action="store_true", help="measure no times, keep those there")
    options = parser.parse_args()
    bundles = build_bundle.build()
    before = PAGE.read_text(encoding="utf-8")
    page = f"""\
# Benchmarks

Written by `make bench`.

## Size

Each use of the orb's command `install` adds one bundle to the compiled config: so many characters,
of which so many are saved where secguard's own code, click or PyYAML is left out.

{_table(_COLUMNS, *_sizes(bundles))}
The packed orb, which holds them all, has {pack_orb.PACKED.stat().st_size:,} bytes.

{times_of(before) if options.sizes else _measured(options.rounds)}"""
    PAGE.write_text(with_sections_of_others(page, before), encoding="utf-8")
    print(page, end="")


if __name__ == "__main__":
    main()
