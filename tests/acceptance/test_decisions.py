"""The policy, comments, baselines and diffs, seen from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.runs import Secguard, runner
from tests.repositories import Repository, needs_git

pytestmark = needs_git

CONFIG = """\
version: 2.1
jobs:
  build:
    docker:
      - image: cimg/base:2026.08
    steps:
      - add_ssh_keys
workflows:
  main:
    jobs: [build]
"""
RULES = tuple(
    f"--select={name}"
    for name in ("ssh-keys-unrestricted", "suppression-invalid", "policy-weakened")
)


@pytest.fixture
def secguard(capfd: pytest.CaptureFixture[str]) -> Secguard:
    return runner(capfd)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path)
    made.write(".circleci/config.yml", CONFIG)
    made.commit()
    made.publish()
    made.git("checkout", "-q", "-b", "work")
    monkeypatch.chdir(tmp_path)
    return made


def _report(secguard: Secguard, *arguments: str) -> dict[str, Any]:
    run = secguard("check", "--output-format", "json", *RULES, *arguments)
    assert not run.err
    found: dict[str, Any] = json.loads(run.out)
    found["rules found"] = [one["rule"] for one in found["findings"]]
    found["status"] = run.status
    return found


def test_a_policy_of_the_default_branch_counts(repository: Repository, secguard: Secguard) -> None:
    repository.git("checkout", "-q", "main")
    repository.write(".circleci/secguard.yml", "fail_on: high\nseverity: {policy-weakened: low}\n")
    repository.commit()
    repository.publish()
    report = _report(secguard)
    assert report["rules found"] == ["ssh-keys-unrestricted"]
    assert report["status"] == 0
    assert _report(secguard, "--fail-on", "medium")["status"] == 1
    assert report["notes"] == []


def test_a_branch_cannot_excuse_itself(repository: Repository, secguard: Secguard) -> None:
    repository.write(".circleci/secguard.yml", "ignore: [ssh-keys-unrestricted]\n")
    repository.commit()
    run = secguard("check", "--output-format", "json", "--fail-on", "medium")
    report = json.loads(run.out)
    found = {one["rule"] for one in report["findings"]}
    assert {"ssh-keys-unrestricted", "policy-weakened"} <= found
    assert run.status == 1
    (note,) = report["notes"]
    assert note == ".circleci/secguard.yml is new in this checkout and counts once it is merged"
    run = secguard("check", "--output-format", "json", "--policy-ref", "checkout")
    found = {one["rule"] for one in json.loads(run.out)["findings"]}
    assert not {"ssh-keys-unrestricted", "policy-weakened"} & found


def test_a_broken_policy_stops_the_run(repository: Repository, secguard: Secguard) -> None:
    repository.write(".circleci/secguard.yml", "ignored: [x]\n")
    run = secguard("check")
    assert run.status == 2
    assert run.err == (
        "secguard: .circleci/secguard.yml:1:1: the key 'ignored' is unknown\n"
        "  = help: did you mean 'ignore'?\n"
    )


def test_an_unreadable_base_is_not_passed(
    repository: Repository, secguard: Secguard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(".circleci/secguard.yml", "strict: true\n")
    repository.commit()
    repository.git("update-ref", "refs/heads/main", "HEAD")
    repository.write(".circleci/secguard.yml", "strict: false\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    url = f"file://{repository.top}"
    repository.git("clone", "-q", "-b", "work", "--filter=blob:none", url, str(clone))
    monkeypatch.chdir(clone)
    run = secguard("check")
    assert run.status == 3
    assert "is not in this clone" in run.err or "cannot be read" in run.err
    assert "method: full" in run.err


def test_a_policy_can_be_named(repository: Repository, secguard: Secguard) -> None:
    repository.write("rules/ours.yml", "exceptions: [{rule: ssh-keys-unrestricted, reason: one}]\n")
    report = _report(secguard, "--policy", "rules/ours.yml", "--policy-ref", "checkout")
    assert [(one["by"], one["reason"]) for one in report["suppressed"]] == [("policy", "one")]
    assert secguard("check", "--policy", "none.yml").status == 2
    assert secguard("check", "--policy-ref", "none").status == 2


def test_two_policies_are_one_too_many(repository: Repository, secguard: Secguard) -> None:
    for folder in ("one", "two"):
        repository.write(f"{folder}/config.yml", CONFIG)
        repository.write(f"{folder}/secguard.yml", "strict: true\n")
    assert "more than one policy" in secguard("check", "one", "two").err
    assert secguard("check", "one", ".").status == 1


def test_exceptions_end(repository: Repository, secguard: Secguard) -> None:
    until = "exceptions: [{rule: ssh-keys-unrestricted, reason: x, until: 2026-05-31}]\n"
    repository.write(".circleci/secguard.yml", until)
    here = ("--policy-ref", "checkout")
    assert _report(secguard, *here, "--today", "2026-05-31")["rules found"] == []
    found = _report(secguard, *here, "--today", "2026-06-01")["rules found"]
    assert found == ["ssh-keys-unrestricted", "suppression-invalid"]
    assert secguard("check", "--today", "tomorrow").status == 2


def test_a_comment_suppresses_with_its_reason(repository: Repository, secguard: Secguard) -> None:
    reason = "  # secguard: ignore[ssh-keys-unrestricted] a single key"
    repository.write(".circleci/config.yml", CONFIG.replace("keys\n", f"keys{reason}\n"))
    report = _report(secguard)
    assert report["findings"] == []
    assert [(one["by"], one["reason"]) for one in report["suppressed"]] == [
        ("comment", "a single key")
    ]


def test_a_baseline_leaves_new_findings(repository: Repository, secguard: Secguard) -> None:
    here = ("--policy-ref", "checkout")
    report = _report(secguard, "--write-baseline", "known.json")
    assert report["status"] == 0 and report["findings"] == []
    assert report["notes"] == ["the baseline known.json has 1 finding now"]
    moved = "# moved\n" + CONFIG
    repository.write(".circleci/config.yml", moved)
    assert _report(secguard, "--baseline", "known.json", *here)["findings"] == []
    repository.write(
        ".circleci/config.yml", moved.replace("keys\n", "keys\n      - add_ssh_keys\n")
    )
    report = _report(secguard, "--baseline", "known.json", *here)
    (found,) = report["findings"]
    assert found["where"]["span"]["line"] == 9
    rewritten = ("--baseline", "known.json", "--write-baseline", "known.json", *here)
    assert _report(secguard, *rewritten)["notes"] == ["the baseline known.json has 2 findings now"]
    repository.write(".circleci/config.yml", CONFIG)
    report = _report(secguard, "--baseline", "known.json", *here)
    assert report["notes"] == [
        "the baseline can be written again: one of its entries match nothing any more"
    ]


def test_a_baseline_of_the_branch_does_not_count(
    repository: Repository, secguard: Secguard
) -> None:
    _report(secguard, "--write-baseline", "known.json")
    report = _report(secguard, "--baseline", "known.json")
    assert report["rules found"] == ["ssh-keys-unrestricted"]
    assert report["notes"] == ["known.json is new in this checkout and counts once it is merged"]


def test_only_what_is_new_is_shown(repository: Repository, secguard: Secguard) -> None:
    assert _report(secguard, "--diff-base", "main")["rules found"] == []
    added = CONFIG.replace("keys\n", "keys\n      - add_ssh_keys\n")
    repository.write(".circleci/config.yml", "# moved\n\n" + added)
    for paths in ((), (".circleci/config.yml",), (str(repository.top),)):
        report = _report(secguard, "--diff-base", "main", *paths)
        assert report["rules found"] == ["ssh-keys-unrestricted"]
        assert [one["by"] for one in report["suppressed"]] == ["diff"]
        assert report["notes"] == ["only what is new against main is shown"]


def test_what_a_change_uncovers_is_new(repository: Repository, secguard: Secguard) -> None:
    reason = "  # secguard: ignore[ssh-keys-unrestricted] a single key"
    repository.write(".circleci/config.yml", CONFIG.replace("keys\n", f"keys{reason}\n"))
    repository.commit()
    repository.write(".circleci/config.yml", CONFIG)
    report = _report(secguard, "--diff-base", "HEAD")
    assert report["rules found"] == ["ssh-keys-unrestricted"]


def test_orbs_in_several_files_are_compared(repository: Repository, secguard: Secguard) -> None:
    repository.write("src/@orb.yml", "version: 2.1\ndescription: x\n")
    script = "#!/bin/sh\n# secguard: ignore[no-such-rule] x\n"
    repository.write("src/scripts/a.sh", script)
    command = "steps:\n  - run: {name: x, command: <<include(scripts/a.sh)>>}\n"
    repository.write("src/commands/a.yml", command)
    repository.commit()
    assert _report(secguard, "--diff-base", "HEAD")["findings"] == []
    repository.write("src/scripts/a.sh", script.replace("no-such", "another"))
    (found,) = _report(secguard, "--diff-base", "HEAD")["findings"]
    assert found["where"]["uri"] == "src/scripts/a.sh"


def test_an_unknown_base_is_refused(repository: Repository, secguard: Secguard) -> None:
    assert secguard("check", "--diff-base", "nothing").status == 2
    assert secguard("check", "--diff-base", "-x").status == 2


def test_without_a_repository_git_is_not_even_loaded(repository: Repository) -> None:
    (repository.top / ".git").rename(repository.top / "moved")
    code = (
        "import sys; from secguard.cli import main; main(['check']); "
        "sys.exit('subprocess' in sys.modules)"
    )
    root = Path(__file__).parents[2] / "python"
    environment = {"PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE)
    assert done.returncode == 0


def test_a_flag_that_the_orb_leaves_off_does_not_overrule_the_policy(
    repository: Repository, secguard: Secguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(".circleci/secguard.yml", "strict: true\nmin_severity: high\n")
    monkeypatch.setenv("SECGUARD_CHECK_STRICT", "false")
    monkeypatch.setenv("SECGUARD_CHECK_POLICY_REF", "checkout")
    monkeypatch.setenv("SECGUARD_CHECK_MIN_SEVERITY", "")
    assert _report(secguard)["rules found"] == ["ssh-keys-unrestricted"]
    repository.write(".circleci/secguard.yml", "min_severity: high\n")
    assert _report(secguard)["rules found"] == []
    monkeypatch.setenv("SECGUARD_CHECK_MIN_SEVERITY", "low")
    assert _report(secguard)["rules found"] == ["ssh-keys-unrestricted"]
