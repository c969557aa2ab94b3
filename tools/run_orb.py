"""Runs the packed orb's check job on this machine and shows what it says."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Mapping

import yaml

from secguard.circleci.compiled import compiled
from secguard.circleci.expand import Settled, expand
from secguard.source.text import TextFile
from secguard.source.tree import parse
from tools import pack_orb
from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine

REPORTS = pack_orb.ROOT / "build" / "report"


def compile_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Expand a config, orbs written inline, into what CircleCI's compiler would give."""
    text = TextFile("config.yml", pack_orb.dump(dict(config)))
    expansion = expand(parse(text), settled=Settled(defaults=True))
    if expansion.errors:
        raise ValueError("; ".join(error.message for error in expansion.errors))
    return compiled(expansion)


def using(orb: Mapping[str, Any], job: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Write the config of a project that runs one job of the orb."""
    invocation = {f"secguard/{job}": {"name": "secguard", **parameters}}
    return {
        "version": 2.1,
        "orbs": {"secguard": dict(orb)},
        "workflows": {"main": {"jobs": [invocation]}},
    }


def run_check(
    orb: Mapping[str, Any], target: Path, parameters: Mapping[str, Any], machine: Machine
) -> JobResult:
    """Run a packed orb's job `check`, with a copy of the target as the checkout."""
    config = compile_config(using(orb, "check", parameters))
    project = Project(target, machine.scratch / "store", name=target.name)
    return run_job(config, "secguard", project, machine)


def _show(result: JobResult) -> None:
    for step in result.steps:
        mark = "ok" if step.ok else f"exit status {step.exit_status}"
        print(f"--- {step.name} ({step.seconds:.2f} s, {mark})")
        print(step.output, end="")
    if REPORTS.exists():
        shutil.rmtree(REPORTS)
    if any(result.artifacts.iterdir()):
        shutil.copytree(result.artifacts / "secguard", REPORTS)
        print(f"--- reports: {REPORTS}")


def main() -> None:
    """Run the job on each target; end like the worst of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", type=Path, nargs="+", help="folders or files to check")
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    parameters = dict(item.split("=", 1) for item in arguments.parameter)
    orb = yaml.safe_load(pack_orb.PACKED.read_text(encoding="utf-8"))
    worst = 0
    for target in arguments.targets:
        print(f"=== {target}")
        with tempfile.TemporaryDirectory(prefix="run-orb-") as scratch:
            machine = Machine(Path(scratch, "machine"))
            given = {
                "path": target.name if target.is_file() else ".",
                "report_dir": f"{machine.home}/report",
                **parameters,
            }
            result = run_check(orb, target.resolve(), given, machine)
            _show(result)
        worst = max([worst, *(step.exit_status for step in result.failed)])
    sys.exit(worst)


if __name__ == "__main__":
    main()
