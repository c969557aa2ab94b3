"""The local runner does with steps what CircleCI documents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "file.txt").write_text("content", encoding="utf-8")
    return folder


class Runner:
    """Runs jobs of one pipeline, each on a machine of its own."""

    def __init__(self, scratch: Path, checkout: Path) -> None:
        self.scratch, self.number = scratch, 0
        self.project = Project(checkout, scratch / "store", environment={"FROM_CONTEXT": "yes"})

    def __call__(self, *steps: Any, **job: Any) -> JobResult:
        self.number += 1
        machine = Machine(self.scratch / str(self.number))
        return run_job({"jobs": {"job": {"steps": steps, **job}}}, "job", self.project, machine)


@pytest.fixture
def runner(tmp_path: Path, checkout: Path) -> Runner:
    return Runner(tmp_path, checkout)


def run(command: str, **options: Any) -> dict[str, Any]:
    return {"run": {"name": command, "command": command, **options}}


def outputs(result: JobResult) -> list[str]:
    return [step.output for step in result.steps]


def test_steps_run_in_the_working_directory(runner: Runner) -> None:
    result = runner("checkout", run("cat file.txt; pwd"))
    assert result.ok
    assert outputs(result)[1].endswith("/home/project\n")
    assert outputs(result)[1].startswith("content")
    assert outputs(runner(run("pwd"), working_directory="~/else"))[0].endswith("/home/else\n")


def test_the_first_failing_command_fails_the_step(runner: Runner) -> None:
    result = runner(run("false | true; printf unreached"))
    assert [(step.ok, step.exit_status, step.output) for step in result.steps] == [(False, 1, "")]


def test_a_plain_string_is_a_command(runner: Runner) -> None:
    assert outputs(runner({"run": "printf hello"})) == ["hello"]


def test_after_a_failure_only_steps_that_ask_for_it_run(runner: Runner) -> None:
    result = runner(
        run("exit 7"),
        run("printf a"),
        run("printf b", when="always"),
        run("printf c", when="on_fail"),
        run("printf d", when="on_success"),
        {"store_artifacts": {"path": "/nowhere"}},
    )
    assert not result.ok
    assert [step.exit_status for step in result.failed] == [7]
    assert outputs(result) == ["", "b", "c", "nothing found\n"]


def test_without_a_failure_on_fail_does_not_run(runner: Runner) -> None:
    assert outputs(runner(run("printf a", when="on_fail"), run("printf b"))) == ["b"]


def test_bash_env_lasts_from_step_to_step(runner: Runner) -> None:
    result = runner(run("echo 'export KEPT=1' >> \"$BASH_ENV\""), run("printf $KEPT"))
    assert outputs(result)[1] == "1"


def test_the_innermost_environment_wins(runner: Runner) -> None:
    result = runner(
        run('printf "$A$B$C$D$FROM_CONTEXT$CIRCLE_JOB"', environment={"C": "step"}),
        docker=[{"image": "x", "environment": {"A": "image", "B": "image", "C": "image"}}],
        environment={"B": "job", "C": "job", "D": True},
    )
    assert outputs(result) == ["imagejobstep1yesjob"]


def test_nothing_of_this_process_leaks(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAKED", "leaked")
    assert outputs(runner(run('printf "${LEAKED:-clean}"'))) == ["clean"]


def test_a_step_may_have_a_shell_of_its_own(runner: Runner) -> None:
    assert outputs(runner(run("false; printf on", shell="/bin/sh"))) == ["on"]  # noqa: S604
    assert outputs(runner(run("false; printf on"), shell="/bin/bash")) == ["on"]  # noqa: S604


def test_halt_ends_the_job_as_passed(runner: Runner) -> None:
    result = runner(run("circleci-agent step halt"), run("exit 1"), run("exit 1", when="always"))
    assert (result.ok, result.halted, len(result.steps)) == (True, True, 1)


def test_artifacts_and_test_results_are_kept(runner: Runner) -> None:
    result = runner(
        run("mkdir out && printf x > out/report.xml"),
        {"store_artifacts": {"path": "out", "destination": "kept"}},
        {"store_artifacts": {"path": "out/report.xml"}},
        {"store_test_results": {"path": "out"}},
    )
    assert result.ok
    kept = sorted(
        path.relative_to(result.artifacts).as_posix()
        for path in result.artifacts.rglob("*")
        if path.is_file()
    )
    assert kept == ["kept/report.xml", "out/report.xml"]
    assert (result.test_results / "report.xml").read_text(encoding="utf-8") == "x"


def test_the_workspace_goes_from_job_to_job(runner: Runner) -> None:
    first = runner(
        run("mkdir -p a/b && printf x > a/b/c"),
        {"persist_to_workspace": {"root": "a", "paths": ["b"]}},
    )
    second = runner({"attach_workspace": {"at": "~/ws"}}, run("cat ~/ws/b/c"))
    assert first.ok
    assert outputs(second)[1] == "x"


def test_persisting_what_is_not_there_fails(runner: Runner) -> None:
    assert not runner({"persist_to_workspace": {"root": ".", "paths": ["gone"]}}).ok


def test_caches_are_found_by_prefix(runner: Runner) -> None:
    runner(run("printf x > c"), {"save_cache": {"key": "v1-abc", "paths": ["c"]}})
    result = runner({"restore_cache": {"keys": ["v1-xyz", "v1-"]}}, run("cat c"))
    assert outputs(result)[1] == "x"


def test_background_steps_do_not_hold_the_job_up(runner: Runner) -> None:
    result = runner(run("sleep 600", background=True), run("printf on"))
    assert outputs(result) == ["runs in the background\n", "on"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_steps_leave_running_ends_with_the_job(tmp_path: Path, checkout: Path) -> None:
    steps = [
        run("setsid sleep 600 > /dev/null 2>&1 & echo $! > pid"),
        run('kill -0 "$(cat pid)" && printf running'),
    ]
    machine = Machine(tmp_path / "machine")
    project = Project(checkout, tmp_path / "store")
    result = run_job({"jobs": {"job": {"steps": steps}}}, "job", project, machine)
    assert outputs(result)[1] == "running"
    assert machine.left_running() == []


def test_a_silent_step_is_ended(runner: Runner) -> None:
    (step,) = runner(run("sleep 600", no_output_timeout="0.2s")).steps
    assert not step.ok
    assert "no output for too long" in step.output


def test_git_leaves_ignored_files_behind(runner: Runner, checkout: Path) -> None:
    (checkout / ".gitignore").write_text("ignored\n", encoding="utf-8")
    (checkout / "ignored").write_text("", encoding="utf-8")
    runner(run(f"git init -q {checkout}"))
    assert outputs(runner("checkout", run("ls -A")))[1].split() == [".gitignore", "file.txt"]


def test_an_unknown_step_is_an_error(runner: Runner) -> None:
    with pytest.raises(ValueError, match="no such step"):
        runner({"teleport": {}})
