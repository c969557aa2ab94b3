"""One job: its environment, its steps in order, and what is left when it ends."""

from __future__ import annotations

import resource
import shlex
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

from tools.runner import files
from tools.runner.machine import Machine
from tools.runner.shell import Shell

_BASH = "/bin/bash -eo pipefail"
_SH = "/bin/sh -eo pipefail"
_NOTHING_TO_DO = ("add_ssh_keys", "setup_remote_docker")


@dataclass(frozen=True)
class StepResult:
    """What came of one step."""

    name: str
    ok: bool
    exit_status: int
    output: str
    seconds: float
    cpu_seconds: float
    """What its own processes worked; less than `seconds` where it waited for the machine."""


@dataclass(frozen=True)
class JobResult:
    """What came of a job."""

    steps: tuple[StepResult, ...]
    """The steps that ran, in order."""
    ok: bool
    halted: bool
    """True if a step ended the job early with `circleci-agent step halt`."""
    artifacts: Path
    test_results: Path

    @property
    def failed(self) -> tuple[StepResult, ...]:
        """Give the steps that failed."""
        return tuple(step for step in self.steps if not step.ok)


@dataclass
class Project:
    """What jobs of one pipeline share."""

    checkout: Path
    """The folder whose copy the checkout step gives."""
    store: Path
    """A folder for the workspace and the caches."""
    name: str = "project"
    branch: str = "main"
    sha1: str = "0" * 40
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of the project, and of the contexts of its jobs."""


class _Run:
    """The state of a job between steps."""

    def __init__(self, job: Mapping[str, Any], name: str, project: Project, machine: Machine):
        self.job, self.project, self.machine = job, project, machine
        self.cwd = machine.inside(job.get("working_directory", "~/project"), machine.home)
        bash_env = machine.inside("~/.circleci-bash-env", "")
        self.halt = machine.inside("~/.circleci-halt", "")
        _write_agent(machine, self.halt)
        machine.outside(bash_env).touch()
        image = (job.get("docker") or [{}])[0]
        environment = {
            **machine.environment(),
            **_builtin_variables(name, project, self.cwd),
            "BASH_ENV": bash_env,
            **image.get("environment", {}),
            **project.environment,
            **job.get("environment", {}),
        }
        default = _BASH if _has_bash(machine) else _SH
        self.shell = Shell(machine, environment, job.get("shell", default), self.cwd)

    @property
    def halted(self) -> bool:
        return self.machine.outside(self.halt).exists()


def run_job(
    compiled: Mapping[str, Any], name: str, project: Project, machine: Machine
) -> JobResult:
    """Run a job of a compiled config; steps after a failed one run only if they ask for it."""
    run = _Run(compiled["jobs"][name], name, project, machine)
    machine.outside(run.cwd).mkdir(parents=True, exist_ok=True)
    results: list[StepResult] = []
    ok = True
    for step in run.job["steps"]:
        kind, options = _read(step)
        if not _wanted(kind, options, ok):
            continue
        results.append(_run_step(run, kind, options))
        ok = ok and results[-1].ok
        if run.halted:
            break
    run.shell.end_background()
    scratch = machine.scratch
    return JobResult(
        tuple(results), ok, run.halted, scratch / "artifacts", scratch / "test-results"
    )


def _read(step: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(step, str):
        return step, {}
    ((kind, options),) = step.items()
    if kind == "run" and isinstance(options, str):
        options = {"command": options}
    return kind, dict(options or {})


def _wanted(kind: str, options: Mapping[str, Any], ok: bool) -> bool:
    if kind.startswith("store_"):
        return True
    when = options.get("when", "on_success")
    return bool(when == "always" or when == ("on_success" if ok else "on_fail"))


def _run_step(run: _Run, kind: str, options: dict[str, Any]) -> StepResult:
    started, worked = time.monotonic(), _worked()
    name = str(options.get("name", kind))
    if kind == "run":
        status, output = run.shell.run(options)
    elif kind in _NOTHING_TO_DO:
        status, output = 0, "nothing to do on this machine\n"
    else:
        place = files.Place(run.machine, run.cwd, run.project.checkout, run.project.store)
        status, output = files.step(kind, options, place)
    seconds = time.monotonic() - started
    return StepResult(name, status == 0, status, output, seconds, _worked() - worked)


def _worked() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _has_bash(machine: Machine) -> bool:
    process = machine.start(["/bin/bash", "-c", ":"], machine.home, machine.environment())
    process.communicate()
    return process.returncode == 0


def _write_agent(machine: Machine, halt: str) -> None:
    """Put a `circleci-agent` on the path that knows `step halt` and nothing else."""
    script = f'#!/bin/sh\n[ "$1 $2" = "step halt" ] && : > {shlex.quote(halt)}\n'
    for name in ("circleci-agent", "circleci"):
        path = machine.scratch / "bin" / name
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)
    leftover = machine.outside(halt)
    if leftover.exists():
        leftover.unlink()
    for name in ("artifacts", "test-results"):
        shutil.rmtree(machine.scratch / name, ignore_errors=True)
        (machine.scratch / name).mkdir()


def _builtin_variables(name: str, project: Project, cwd: str) -> dict[str, str]:
    return {
        "CI": "true",
        "CIRCLECI": "true",
        "CIRCLE_BRANCH": project.branch,
        "CIRCLE_BUILD_NUM": "1",
        "CIRCLE_JOB": name,
        "CIRCLE_NODE_INDEX": "0",
        "CIRCLE_NODE_TOTAL": "1",
        "CIRCLE_PROJECT_REPONAME": project.name,
        "CIRCLE_PROJECT_USERNAME": "local",
        "CIRCLE_SHA1": project.sha1,
        "CIRCLE_WORKFLOW_ID": "00000000-0000-0000-0000-000000000000",
        "CIRCLE_WORKING_DIRECTORY": cwd,
    }
