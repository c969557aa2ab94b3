"""`secguard env` from the command line: what it says of a job, and that it says no value."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.masked import CANARY, SECGUARD, environment


def check(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SECGUARD, "env", *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def report(folder: Path, *arguments: str, **more: str) -> dict[str, Any]:
    done = check(folder, "--output-format=json", "--min-confidence=low", *arguments, **more)
    assert CANARY not in done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rules(found: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in found["findings"]}


def test_a_job_with_a_sound_secret_is_clean(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "a job that wants to show a secret can do so" in " ".join(done.stdout.split())


def test_a_value_in_the_checkout_is_found(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(f"TOKEN = {CANARY!r}\n")
    found = report(tmp_path)
    assert rules(found) == {"secret-in-checkout"}
    assert not rules(report(tmp_path, "--checkout="))
    (tmp_path / "inner").mkdir()
    assert not rules(report(tmp_path, "--checkout=inner"))


def test_what_an_earlier_step_exports_is_told_apart(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.write_text(f"export SHOP_TOKEN={CANARY}\nset -x\n")
    found = report(tmp_path, "--checkout=", BASH_ENV=str(exports))
    assert rules(found) == {"secret-not-masked", "tracing-on"}


def test_the_table_says_what_is_masked(tmp_path: Path) -> None:
    key = base64.b64encode(b"a: 1\nb: 2\n").decode()
    done = check(tmp_path, "--list", NPM_TOKEN="x1", DEPLOY_KEY=key)
    rows = [line.split("  ") for line in done.stdout.splitlines() if line[:3] in ("NPM", "SHO")]
    assert [(row[0], row[-1].strip()) for row in rows] == [
        ("NPM_TOKEN", "no: it has less than 4 characters"),
        ("SHOP_TOKEN", "yes, where it is printed as it is"),
    ]


def test_options_overrule_what_a_name_says(tmp_path: Path) -> None:
    assert rules(report(tmp_path, SOME_TOKEN="ab")) == {"secret-not-masked", "variable-name-weak"}
    assert not rules(report(tmp_path, "--not-secret=SOME_TOKEN", SOME_TOKEN="ab"))
    assert rules(report(tmp_path, "--secret=PLAIN", PLAIN="ab cd\nef")) == {"secret-not-masked"}


def test_the_policy_says_what_is_no_secret(tmp_path: Path) -> None:
    folder = tmp_path / ".circleci"
    folder.mkdir()
    (folder / "secguard.yml").write_text("allow:\n  secrets: [SOME_*]\n")
    found = report(tmp_path, "--policy-ref=checkout", SOME_TOKEN="ab")
    assert not rules(found)


def token(**claims: object) -> str:
    named = {f"oidc.circleci.com/{name.replace('_', '-')}": claims[name] for name in claims}
    payload = base64.urlsafe_b64encode(json.dumps(named).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


CONFIG = """\
version: 2.1
jobs:
  deploy:
    docker: [{image: "cimg/base:2026.01"}]
    steps: [checkout]
workflows:
  main:
    jobs:
      - deploy: {context: [aws, npm]}
      - deploy: {name: deploy-eu, context: aws}
"""
POLICY = "runtime: [{ssh_rerun: deny}, {jobs: [deploy*], refs: [refs/heads/main]}]\n"


def test_the_job_s_own_token_is_told_as_facts(tmp_path: Path) -> None:
    own = token(ssh_rerun=True, context_ids=["c1", "c2"], vcs_ref="refs/heads/main")
    found = report(tmp_path, CIRCLE_OIDC_TOKEN_V2=own)
    notes = " ".join(found["notes"])
    assert "unverified, says: refs refs/heads/main; contexts c1, c2; ssh_rerun true" in notes
    assert rules(found) == {"job-rerun-with-ssh"}
    assert own not in json.dumps(found)


@pytest.mark.parametrize(
    ("job", "unexpected"), [("deploy", False), ("deploy-eu", True), ("other", False)]
)
def test_the_token_s_contexts_are_held_against_the_config(
    tmp_path: Path, job: str, unexpected: bool
) -> None:
    (tmp_path / ".circleci").mkdir()
    (tmp_path / ".circleci" / "config.yml").write_text(CONFIG)
    own = token(context_ids=["c1", "c2"])
    found = report(tmp_path, CIRCLE_OIDC_TOKEN_V2=own, CIRCLE_JOB=job)
    assert rules(found) == ({"job-context-unexpected"} if unexpected else set())
    assert any("held against no config" in note for note in found["notes"]) == (job == "other")


@pytest.mark.parametrize(
    ("claims", "status", "told"),
    [
        ({"ssh_rerun": False, "vcs_ref": "refs/heads/main"}, 0, set()),
        ({"ssh_rerun": True, "vcs_ref": "refs/heads/main"}, 1, {"job-rerun-with-ssh"}),
        ({"ssh_rerun": False, "vcs_ref": "refs/heads/fix"}, 1, {"job-not-allowed"}),
        ({"ssh_rerun": False}, 3, set()),
        ({"vcs_ref": "refs/heads/main"}, 3, set()),
        ({}, 3, set()),
    ],
)
def test_the_policy_is_held_against_the_token_or_the_run_is_incomplete(
    tmp_path: Path, claims: dict[str, object], status: int, told: set[str]
) -> None:
    (tmp_path / ".circleci").mkdir()
    (tmp_path / ".circleci" / "secguard.yml").write_text(POLICY)
    done = check(
        tmp_path,
        "--policy-ref=checkout",
        "--output-format=json",
        CIRCLE_OIDC_TOKEN_V2=token(**claims),
        CIRCLE_JOB="deploy-eu",
    )
    assert done.returncode == status, done.stdout
    assert rules(json.loads(done.stdout)) == told


def test_another_selection_of_rules_needs_no_token(tmp_path: Path) -> None:
    (tmp_path / ".circleci").mkdir()
    (tmp_path / ".circleci" / "secguard.yml").write_text(POLICY)
    done = check(tmp_path, "--policy-ref=checkout", "--select=secret-not-masked")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["--select=secret-in-file", "--select=secret-echoed"])
def test_rules_for_other_targets_are_known_but_do_not_run(tmp_path: Path, name: str) -> None:
    done = check(tmp_path, name)
    assert "Nothing was checked" in done.stdout


def test_a_rule_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert check(tmp_path, "--select=secret-not-mask").returncode == 2
