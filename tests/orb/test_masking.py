"""The orb's commands for the run time, in jobs that run for real."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from tools.run_orb import compile_config, using
from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine

Make = Callable[..., Machine]
CANARY = "cnry_7Qx2Vb9LmPz4RtWk8"
ENCODED = "Y25yeV83UXgyVmI5TG1QejRSdFdrOA=="


@pytest.fixture
def run(orb: dict[str, Any], tmp_path: Path) -> Callable[..., JobResult]:
    """Run a job with some steps after `install`, and a secret from a context."""

    def job(
        *steps: Any, machine: Machine | None = None, purposes: tuple[str, ...] = ("scan",)
    ) -> JobResult:
        checkout = tmp_path / "checkout"
        checkout.mkdir()
        (checkout / "README").write_text("none\n")
        config = using(orb, "check", {})
        config["jobs"] = {
            "job": {
                "docker": [{"image": "cimg/base:2026.08"}],
                "steps": [
                    *({"secguard/install": {"for": purpose}} for purpose in purposes),
                    "checkout",
                    *steps,
                ],
            }
        }
        config["workflows"]["main"]["jobs"] = ["job"]
        secrets = {"SHOP_TOKEN": CANARY}
        project = Project(checkout, tmp_path / "store", environment=secrets)
        return run_job(
            compile_config(config), "job", project, machine or Machine(tmp_path / "machine")
        )

    return job


@pytest.fixture
def safely(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Make the step that stores artifacts, with a copy where no other test has its own."""
    stage = str(tmp_path / "stage")
    return lambda **given: {"secguard/store_artifacts_safely": {"stage": stage, **given}}


def output(result: JobResult, name: str) -> str:
    (step,) = [step for step in result.steps if step.name == name]
    return step.output


PRINT = 'echo "plain $SHOP_TOKEN"; printf %s "$SHOP_TOKEN" | base64; exit "${STATUS:-0}"'


def test_a_masked_step_shows_no_secret(run: Callable[..., JobResult]) -> None:
    result = run({"secguard/run": {"name": "Print", "command": PRINT}})
    assert result.ok, result.failed
    assert output(result, "Print") == "plain ****\n****\n"


@pytest.mark.parametrize("sh", ["bash", "busybox"])
def test_a_python_and_a_shell_are_enough(
    run: Callable[..., JobResult], machine: Make, sh: str
) -> None:
    step = {"secguard/run": {"name": "Print", "command": 'echo "plain $SHOP_TOKEN"'}}
    result = run(step, machine=machine(python="3.8", sh=sh))
    assert result.ok, result.failed
    assert output(result, "Print") == "plain ****\n"


@pytest.mark.parametrize(
    "purposes", [("mask",), ("mask", "check"), ("scan", "mask"), ("env", "scan", "check")]
)
def test_masking_finds_what_was_installed_for_it(
    run: Callable[..., JobResult], purposes: tuple[str, ...]
) -> None:
    learn = 'new=fresh-Zq8Lw3Xv; printf %s "$new" | secguard mask add; echo "new $new $SHOP_TOKEN"'
    result = run(
        {"secguard/run": {"name": "One", "command": learn}},
        "secguard/mask_steps",
        {"run": {"name": "All", "command": learn}},
        purposes=purposes,
    )
    assert result.ok, result.failed
    assert output(result, "One") == output(result, "All") == "new **** ****\n"


def test_commands_of_several_purposes_work_side_by_side(run: Callable[..., JobResult]) -> None:
    config = "mkdir .circleci; printf 'version: 2.1\\njobs: {}\\n' > .circleci/config.yml"
    result = run(
        {"run": {"name": "Write", "command": config}},
        {"secguard/check": {"fail_on": "none"}},
        {"secguard/env": {"fail_on": "none"}},
        {"secguard/run": {"name": "Print", "command": PRINT}},
        {"secguard/scan": {"path": ".", "fail_on": "none"}},
        purposes=("scan", "env", "check"),
    )
    assert result.ok, result.failed
    assert output(result, "Print") == "plain ****\n****\n"


@pytest.mark.parametrize(
    ("purpose", "step", "wanted"),
    [
        (
            "check",
            {"secguard/run": {"command": "true"}},
            "'run': use the command secguard/install with 'for: mask or for: scan'",
        ),
        (
            "check",
            "secguard/mask_steps",
            "'run': use the command secguard/install with 'for: mask'",
        ),
        (
            "mask",
            {"secguard/scan": {"path": "."}},
            "'scan': use the command secguard/install with 'for: scan'",
        ),
        ("mask", "secguard/check", "'check': use the command secguard/install with 'for: check'"),
    ],
)
def test_a_command_that_was_not_installed_for_says_what_to_write(
    run: Callable[..., JobResult], purpose: str, step: Any, wanted: str
) -> None:
    (failed,) = run(step, purposes=(purpose,)).failed
    assert failed.exit_status == 2
    assert failed.output.startswith(f"secguard: not installed for {wanted} before this one")


def test_a_masked_step_fails_as_its_commands_do(run: Callable[..., JobResult]) -> None:
    command = "false | true\necho not reached"
    result = run({"secguard/run": {"name": "Fail", "command": command}})
    assert [(step.name, step.exit_status, step.output) for step in result.failed] == [
        ("Fail", 1, "")
    ]


def test_a_masked_step_can_mask_what_it_learns(run: Callable[..., JobResult]) -> None:
    command = 'new=fresh-Zq8Lw3Xv; printf %s "$new" | secguard mask add; echo "new $new"'
    result = run({"secguard/run": {"name": "Learn", "command": command}})
    assert result.ok, result.failed
    assert output(result, "Learn") == "new ****\n"


def test_the_text_of_a_masked_step_is_no_part_of_a_script(run: Callable[..., JobResult]) -> None:
    command = "echo '; exit 7' \"$(printf '%s' \"it's\")\" > /dev/null; echo $0 $#"
    result = run({"secguard/run": {"name": "Quotes", "command": command}})
    assert output(result, "Quotes") == "/bin/bash 0\n"


def test_all_later_steps_are_masked(run: Callable[..., JobResult]) -> None:
    export = "echo 'export MINTED_TOKEN=Lx9vQ2pT7wK4mZ3s' >> \"$BASH_ENV\""
    show = 'set -- a; bash -c \'echo "$1 $SHOP_TOKEN" >&2\' x inner; echo "$MINTED_TOKEN $1"'
    options = {"name": "Options", "command": "false | true; echo ended", "shell": "bash"}
    result = run(
        "secguard/mask_steps",
        {"run": {"name": "Print", "command": PRINT}},
        {"run": {"name": "Export", "command": export}},
        {"run": {"name": "Show", "command": show}},
        {"run": options},
        {"run": {"name": "Fail", "command": "false | true; echo not reached"}},
    )
    assert output(result, "Print") == "plain ****\n****\n"
    assert output(result, "Show") == "inner ****\n**** a\n"
    assert output(result, "Options") == "ended\n"
    assert [(step.name, step.exit_status, step.output) for step in result.failed] == [
        ("Fail", 1, "")
    ]


def test_a_step_whose_filter_is_gone_shows_nothing(run: Callable[..., JobResult]) -> None:
    result = run(
        "secguard/mask_steps",
        {"run": {"name": "Remove", "command": 'rm "$SECGUARD_PYZ_RUN"'}},
        {"run": {"name": "Print", "command": PRINT}},
    )
    assert [step.name for step in result.failed] == ["Print"]
    assert CANARY not in output(result, "Print") and ENCODED not in output(result, "Print")


WRITE = {"run": {"name": "Write", "command": 'mkdir out; ln -s /etc out/l; echo "$A" > out/log'}}


def test_artifacts_without_secrets_are_stored(
    run: Callable[..., JobResult], safely: Callable[..., Any]
) -> None:
    result = run(
        WRITE,
        safely(path="out"),
        safely(path="README", destination="docs"),
        safely(path="nothing"),
    )
    assert result.ok, result.failed
    stored = sorted(
        path.relative_to(result.artifacts).as_posix()
        for path in result.artifacts.rglob("*")
        if not path.is_dir()
    )
    assert stored == ["docs/README", "out/log"]


@pytest.mark.parametrize("failed", ["true", "false"])
def test_artifacts_with_secrets_are_not_stored(
    run: Callable[..., JobResult], safely: Callable[..., Any], failed: str
) -> None:
    leak = 'mkdir out; printf %s "$SHOP_TOKEN" | base64 > out/log; '
    result = run(
        {"run": {"name": "Write", "command": leak + failed}},
        safely(path="README"),
        safely(path="out"),
    )
    assert "Search artifacts for secrets" in [step.name for step in result.failed]
    stored = [path for path in result.artifacts.rglob("*") if path.is_file()]
    assert [path.name for path in stored] == ["README"]


def test_a_workspace_with_secrets_is_not_handed_on(
    run: Callable[..., JobResult], tmp_path: Path
) -> None:
    leak = {"run": {"name": "Write", "command": 'mkdir out; echo "$SHOP_TOKEN" > out/.npmrc'}}
    result = run(leak, {"secguard/persist_to_workspace_safely": {"root": ".", "path": "out"}})
    assert [step.name for step in result.failed] == ["Search workspace for secrets"]
    assert not [path for path in (tmp_path / "store").rglob("*") if path.name == ".npmrc"]


def test_a_workspace_without_secrets_is_handed_on(
    run: Callable[..., JobResult], tmp_path: Path
) -> None:
    result = run(WRITE, {"secguard/persist_to_workspace_safely": {"root": ".", "path": "out"}})
    assert result.ok, result.failed
    assert [path for path in (tmp_path / "store").rglob("*") if path.name == "log"]


def test_the_environment_is_checked_without_showing_it(run: Callable[..., JobResult]) -> None:
    export = "echo 'export MINTED_TOKEN=Lx9vQ2pT7wK4mZ3s' >> \"$BASH_ENV\""
    step = {"run": {"name": "Export", "command": export}}
    result = run(step, "secguard/env", purposes=("env",))
    shown = output(result, "Check secrets of the job")
    assert [step.name for step in result.failed] == ["Check secrets of the job"]
    assert "MINTED_TOKEN" in shown and "SHOP_TOKEN" in shown
    assert CANARY not in shown and "Lx9vQ2pT7wK4mZ3s" not in shown
