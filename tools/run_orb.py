"""Runs the packed orb's check job on this machine and shows what it says."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from secguard.circleci.compiled import compiled
from secguard.circleci.expand import Settled, expand
from secguard.source.text import TextFile
from secguard.source.tree import parse
from tools import pack_orb
from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine

REPORTS = pack_orb.ROOT / "build" / "report"
EXAMPLE = pack_orb.ROOT / "examples" / "webshop"


@dataclass(frozen=True)
class _Given:
    """What all runs have in common."""

    orb: Mapping[str, Any]
    parameters: Mapping[str, str]
    reports: Path

    def below(self, name: str) -> _Given:
        return replace(self, reports=self.reports / name)


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


def _run(target: Path, given: _Given) -> int:
    """Run the job, show what its steps say, keep its reports and give its exit status."""
    with tempfile.TemporaryDirectory(prefix="run-orb-") as scratch:
        machine = Machine(Path(scratch, "machine"))
        parameters = {
            "path": target.name if target.is_file() else "",
            "report_dir": f"{machine.home}/report",
            **given.parameters,
        }
        result = run_check(given.orb, target.resolve(), parameters, machine)
        for step in result.steps:
            if step.output:
                print(f"--- {step.name} ({step.seconds:.2f} s)\n{step.output}")
        if given.reports.exists():
            shutil.rmtree(given.reports)
        given.reports.mkdir(parents=True)
        for report in result.artifacts.glob("secguard/*"):
            shutil.move(str(report), str(given.reports / report.name))
    return max((step.exit_status for step in result.failed), default=0)


def _demonstrate(given: _Given) -> int:
    """Run the job where it has to pass and where it has to fail; give 0 if it did both."""
    print("=== this project")
    own = _run(pack_orb.ROOT, given.below("project"))
    print("=== a flawed example, whose job fails here as it would on CircleCI")
    flawed = _run(EXAMPLE, given.below("example"))
    said = "as it should" if (own, flawed) == (0, 1) else "not as it should"
    print(f"=== exit statuses {own} and {flawed}, {said}; reports: {given.reports}")
    return int((own, flawed) != (0, 1))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job on a target, or on this project and the example, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, nargs="?", help="a repository, or a file to check")
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--orb", type=Path, default=pack_orb.PACKED, help="the packed orb")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="where to put the reports")
    options = parser.parse_args(argv)
    orb = yaml.safe_load(options.orb.read_text(encoding="utf-8"))
    parameters = dict(item.split("=", 1) for item in options.parameter)
    given = _Given(orb, parameters, options.reports)
    if options.target is None:
        return _demonstrate(given)
    target = options.target.expanduser()
    if not target.exists():
        parser.error(f"there is no {target}")
    status = _run(target, given)
    print(f"=== exit status {status}; reports: {options.reports}")
    return status


if __name__ == "__main__":
    sys.exit(main())
