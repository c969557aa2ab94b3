"""The orb's jobs that ask CircleCI, run for real against one in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.fakes import circleci_state as state
from tests.fakes.circleci import TOKEN, CircleCI
from tests.unit.images.checkouts import write
from tools.run_orb import compile_config
from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine

SECRET = "kT9v2LqW8xR4mZ1bN6cJ3hF7yD5gS0"
CONFIG = """\
version: 2.1
jobs:
  ship:
    docker: [{image: cimg/base:2026.08}]
    steps: [checkout, {run: ./ship.sh}]
workflows:
  main: {jobs: [{ship: {context: [prod]}}]}
"""
Run = Callable[..., JobResult]


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    organisation = state.Organisation()
    organisation.context("prod", "SHOP_TOKEN").variables[0].value = SECRET
    app = organisation.project("app")
    output = f"logged in with {SECRET}\n"
    app.pipeline(state.Job("ship", [state.Step("Ship", output)]), source=CONFIG)
    with CircleCI(organisation) as fake:
        yield fake


@pytest.fixture
def run(orb: dict[str, Any], tmp_path: Path, circleci: CircleCI) -> Run:
    """Run jobs of a config on one checkout, one after the other; give what the last came to."""
    checkout = tmp_path / "checkout"
    write(checkout / ".circleci", {"config.yml": CONFIG})

    places = {"report_dir": str(tmp_path / "report"), "folder": str(tmp_path / "state")}

    def jobs(*invocations: tuple[str, dict[str, Any]]) -> JobResult:
        for name, given in invocations:
            known = orb["jobs"][name]["parameters"]
            given.update((key, value) for key, value in places.items() if key in known)
        config = {
            "version": 2.1,
            "orbs": {"secguard": orb},
            "workflows": {"main": {"jobs": [{f"secguard/{n}": given} for n, given in invocations]}},
        }
        compiled = compile_config(config)
        secrets = {"CIRCLE_TOKEN": TOKEN, "SHOP_TOKEN": SECRET}
        project = Project(checkout, tmp_path / "store", environment=secrets)
        machine = Machine(tmp_path / "machine")
        results = [run_job(compiled, given["name"], project, machine) for _, given in invocations]
        for result in results:
            for step in result.steps:
                assert SECRET not in step.output and TOKEN not in step.output
            for path in result.artifacts.rglob("*"):
                text = path.read_text() if path.is_file() else ""
                assert SECRET not in text and TOKEN not in text
        return results[-1]

    return jobs


def _output(result: JobResult, name: str) -> str:
    (step,) = (step for step in result.steps if step.name == name)
    return step.output


def _reported(result: JobResult) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in json.loads((result.artifacts / "secguard" / "report.json").read_text())["findings"]:
        found.setdefault(one["rule"], set()).add(one["where"]["uri"])
    return found


def test_the_job_access_joins_settings_with_the_config(run: Run, circleci: CircleCI) -> None:
    given = {"name": "a", "host": circleci.url, "project": "gh/acme/app", "rotation": True}
    result = run(("access", given))
    assert [step.name for step in result.failed] == ["Audit access"]
    assert _reported(result)["context-unrestricted"] == {"context:prod"}
    assert "a push to any branch runs 'ship' with it" in " ".join(
        _output(result, "Audit access").split()
    )
    assert "SHOP_TOKEN" in _output(result, "Check the age of secrets")
    assert (result.artifacts / "secguard" / "rotation.json").is_file()


def test_the_job_logs_finds_what_a_job_wrote(run: Run, circleci: CircleCI) -> None:
    storage = circleci.storage.host
    given = {"name": "l", "host": circleci.url, "last": "3", "project": "gh/acme/app"}
    result = run(("logs", {**given, "private_host": storage, "plain_host": storage}))
    assert [step.name for step in result.failed] == ["Search logs for secrets"]
    assert "SHOP_TOKEN" in _output(result, "Search logs for secrets")
    assert "secret-in-log" in _reported(result)


def test_three_jobs_sweep_an_organisation(run: Run, circleci: CircleCI, tmp_path: Path) -> None:
    host = {"host": circleci.url}
    result = run(
        ("sweep_plan", {"name": "plan", "org": "gh/acme", **host}),
        ("sweep_run", {"name": "run", "requires": ["plan"], **host}),
        ("sweep_merge", {"name": "merge", "requires": ["run"]}),
    )
    assert [step.name for step in result.failed] == ["Sweep the organisation"]
    assert _reported(result)["context-unrestricted"] == {"context:prod"}
    (costs,) = (tmp_path / "store" / "caches").rglob("content")
    assert set(json.loads(costs.read_text())) == {"gh/acme/app"}


def test_without_a_token_it_says_what_is_missing(
    run: Run, circleci: CircleCI, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"name": "a", "host": circleci.url, "token_variable": "NO_SUCH_TOKEN"}
    result = run(("access", {**given, "project": "gh/acme/app"}))
    assert "there is no API token in NO_SUCH_TOKEN" in _output(result, "Audit access")
    assert [step.exit_status for step in result.failed] == [2]
