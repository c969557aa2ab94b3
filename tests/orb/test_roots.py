"""The packed orb's job, run for real where there is little: what works and how it fails."""

from __future__ import annotations

import copy
import re
import stat
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.orb import needs
from tests.tools import interpreters
from tools.run_orb import compile_config, run_check, using
from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine
from tools.verify_bundle import carried

Make = Callable[..., Machine]

CLEAN = """\
version: 2.1
jobs:
  build:
    docker:
      - image: cimg/base:2026.08@sha256:{digest}
    steps:
      - run:
          name: Grüße
          command: make
workflows:
  main:
    jobs: [build]
""".format(digest="0" * 64)
SLOPPY = CLEAN.replace("      - run:", "      - add_ssh_keys\n      - run:")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a config that is fine."""
    folder = tmp_path / "checkout"
    (folder / ".circleci").mkdir(parents=True)
    (folder / ".circleci" / "config.yml").write_text(CLEAN, encoding="utf-8")
    return folder


def check(orb: dict[str, Any], checkout: Path, machine: Machine, **parameters: Any) -> JobResult:
    return run_check(orb, checkout, parameters, machine)


def failure(result: JobResult) -> tuple[str, int, str]:
    (step,) = result.failed
    return step.name, step.exit_status, step.output


@pytest.mark.parametrize("version", interpreters.SUPPORTED)
def test_bash_and_one_python_are_enough(
    version: str, orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    here = machine(python=version)
    result = check(orb, checkout, here)
    assert result.ok, result.failed
    assert f"({version}." in result.steps[0].output
    assert sorted(path.name for path in (result.artifacts / "secguard").iterdir()) == [
        "junit",
        "report.html",
        "report.json",
        "report.sarif",
    ]
    assert (result.test_results / "secguard.xml").is_file()
    (unpacked,) = (here.scratch / "tmp").glob("secguard-*/secguard.pyz")
    assert stat.S_IMODE(unpacked.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("version", interpreters.TOO_OLD)
def test_an_old_python_is_refused_by_name(
    version: str, orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    name, status, output = failure(check(orb, checkout, machine(python=version)))
    assert (name, status) == ("Unpack secguard", 2)
    assert f"no usable Python 3.8 or later; found: /usr/local/bin/python3 ({version})" in output


def test_a_newer_python_beside_an_old_one_is_found(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    result = check(orb, checkout, machine(python="3.6", also="3.9"))
    assert result.ok, result.failed
    assert "/usr/bin/python3.9 (3.9." in result.steps[0].output


def test_a_python_without_what_is_needed_is_passed_over(
    orb: dict[str, Any], checkout: Path, machine: Make, tmp_path: Path
) -> None:
    (library,) = interpreters.prefix(needs.python("3.11")).glob("lib/python3.11/*/_lzma.*.so")
    (tmp_path / "nothing").touch()
    without = {"python": "3.11", "extra": {str(library): tmp_path / "nothing"}}
    _, status, output = failure(check(orb, checkout, machine(**without)))
    assert status == 2
    assert "found: /usr/local/bin/python3 (3.11 without lzma)\n" in output


@pytest.mark.parametrize("sh", ["bash", "busybox"])
def test_without_python_the_message_says_what_to_add(
    sh: str, orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    name, status, output = failure(check(orb, checkout, machine(sh=sh)))
    assert (name, status) == ("Unpack secguard", 2)
    assert output == (
        "secguard: no usable Python 3.8 or later; found: none\n"
        "hint: use an image that has one, such as cimg/base, or this orb's default executor\n"
    )


def test_a_python_without_bash_is_enough(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    result = check(orb, checkout, machine(python="3.12", sh="busybox"))
    assert result.ok, result.failed


def test_findings_fail_the_job_and_the_reports_are_kept(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    (checkout / ".circleci" / "config.yml").write_text(SLOPPY, encoding="utf-8")
    result = check(orb, checkout, machine(python="3.11"), fail_on="low", min_confidence="low")
    assert failure(result)[:2] == ("Check CircleCI config", 1)
    assert [step.name for step in result.steps[-2:]] == ["store_test_results", "store_artifacts"]
    assert (result.artifacts / "secguard" / "report.sarif").is_file()
    assert (result.test_results / "secguard.xml").is_file()


def test_findings_can_be_shown_without_failing(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    (checkout / ".circleci" / "config.yml").write_text(SLOPPY, encoding="utf-8")
    result = check(orb, checkout, machine(python="3.11"), fail_on="none")
    assert result.ok, result.failed


def test_rules_can_be_chosen_and_left_out(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    (checkout / ".circleci" / "config.yml").write_text(SLOPPY, encoding="utf-8")
    given = {
        "fail_on": "low",
        "min_confidence": "low",
        "select": "orb-unused ssh-keys-unrestricted",
    }
    here = machine(python="3.11")
    assert "2 rules" in failure(check(orb, checkout, here, **given))[2]
    given["ignore"] = "ssh-keys-unrestricted"
    assert check(orb, checkout, here, **given).ok


def test_no_reports_are_kept_where_none_are_wanted(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    result = check(orb, checkout, machine(python="3.11"), report_dir="")
    assert result.ok, result.failed
    assert not list(result.artifacts.iterdir())


def test_several_paths_are_checked(orb: dict[str, Any], checkout: Path, machine: Make) -> None:
    (checkout / "more.yml").write_text(CLEAN, encoding="utf-8")
    result = check(orb, checkout, machine(python="3.11"), path=".circleci:more.yml")
    assert result.ok, result.failed
    assert "2 files" in result.steps[2].output


def test_parameters_are_never_run(orb: dict[str, Any], checkout: Path, machine: Make) -> None:
    here = machine(python="3.11")
    result = check(orb, checkout, here, path="$(: > /tmp/a)`: > /tmp/b`; : > /tmp/c")
    assert not result.ok
    assert not [path.name for path in (here.scratch / "tmp").iterdir() if len(path.name) == 1]


def test_a_changed_chunk_is_refused(orb: dict[str, Any], checkout: Path, machine: Make) -> None:
    damaged = copy.deepcopy(orb)
    environment = dict(carried(damaged))["check"]
    chunk = environment["SECGUARD_BUNDLE_1"]
    environment["SECGUARD_BUNDLE_1"] = ("A" if chunk[0] != "A" else "B") + chunk[1:]
    name, status, output = failure(check(damaged, checkout, machine(python="3.11")))
    assert (name, status) == ("Unpack secguard", 3)
    assert "the bundle in this orb is damaged" in output


def test_a_checker_changed_between_steps_is_refused(
    orb: dict[str, Any], checkout: Path, machine: Make, tmp_path: Path
) -> None:
    config = using(orb, "check", {})
    config["jobs"] = {
        "own": {
            "docker": [{"image": "cimg/base:2026.08"}],
            "steps": [
                "secguard/install",
                {"run": {"name": "Change", "command": 'printf "#" >> "$SECGUARD_PYZ"'}},
                "secguard/check",
            ],
        }
    }
    config["workflows"]["main"]["jobs"] = ["own"]
    project = Project(checkout, tmp_path / "store")
    result = run_job(compile_config(config), "own", project, machine(python="3.11"))
    name, status, output = failure(result)
    assert (name, status) == ("Check CircleCI config", 3)
    assert "its SHA-256 is not the one of this orb" in output


@pytest.mark.parametrize("version", ["3.8", "3.13"])
def test_a_hostile_checkout_changes_nothing(
    version: str, orb: dict[str, Any], checkout: Path, machine: Make, tmp_path: Path
) -> None:
    for name in ("yaml", "click", "secguard", "json", "sitecustomize", "usercustomize"):
        (checkout / f"{name}.py").write_text("raise SystemExit('hijacked')", encoding="utf-8")
    (checkout / ".python-version").write_text("../../../hijacked", encoding="utf-8")
    (checkout / "python3").write_text("#!/bin/sh\necho hijacked\n", encoding="utf-8")
    (checkout / "python3").chmod(0o755)
    project = Project(
        checkout,
        tmp_path / "store",
        environment={"PYTHONPATH": ".", "PYTHONSTARTUP": "yaml.py", "PYTHONHOME": "."},
    )
    config = compile_config(using(orb, "check", {}))
    result = run_job(config, "secguard", project, machine(python=version))
    assert result.ok, result.failed
    assert "hijacked" not in "".join(step.output for step in result.steps)


def test_a_broken_shim_first_on_the_path_is_passed_over(
    orb: dict[str, Any], checkout: Path, machine: Make, tmp_path: Path
) -> None:
    shim = tmp_path / "shim"
    shim.write_text("#!/bin/sh\necho 'no version is set' >&2\nexit 126\n", encoding="utf-8")
    shim.chmod(0o755)
    result = check(orb, checkout, machine(python="3.11", extra={"/usr/local/sbin/python3": shim}))
    assert result.ok, result.failed


def test_a_function_from_an_earlier_step_is_not_run(
    orb: dict[str, Any], checkout: Path, machine: Make, tmp_path: Path
) -> None:
    config = using(orb, "check", {})
    names = "python3 python printf /usr/local/bin/python3"
    trap = f'for name in {names}; do printf "function %s {{ exit 0; }}\\n" $name; done'
    run = {"name": "Set a trap", "command": f'{trap} >> "$BASH_ENV"'}
    config["workflows"]["main"]["jobs"][0]["secguard/check"]["pre-steps"] = [{"run": run}]
    (checkout / ".circleci" / "config.yml").write_text(SLOPPY, encoding="utf-8")
    config["workflows"]["main"]["jobs"][0]["secguard/check"]["min_confidence"] = "low"
    config["workflows"]["main"]["jobs"][0]["secguard/check"]["fail_on"] = "low"
    project = Project(checkout, tmp_path / "store")
    result = run_job(compile_config(config), "secguard", project, machine(python="3.11"))
    assert failure(result)[:2] == ("Check CircleCI config", 1)


def test_the_output_names_the_digest_of_the_bundle(
    orb: dict[str, Any], checkout: Path, machine: Make
) -> None:
    output = check(orb, checkout, machine(python="3.11")).steps[0].output
    wanted = orb["commands"]["check"]["steps"][0]["run"]["environment"]["SECGUARD_SHA256"]
    assert wanted.startswith("check=")
    assert re.search(f"^sha256 of its bundle: {wanted[6:]}$", output, re.MULTILINE)
