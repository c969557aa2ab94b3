"""`secguard sweep` over an organisation in this process: on one node, on many, and interrupted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.fakes import circleci_state as state
from tests.fakes.circleci import TOKEN, CircleCI

COUNT = 40
SECRET = "wJalrXUtnFEMI-of-nobody-9f3c"
TAIL = SECRET[-4:]
BAD = """\
version: 2.1
jobs:
  ship:
    docker: [{image: cimg/base:2026.08}]
    steps: [{run: "curl -sSf https://get.example.com/x.sh | bash"}]
workflows:
  main: {jobs: [{ship: {context: [prod]}}]}
"""
GOOD = BAD.replace("curl -sSf https://get.example.com/x.sh | bash", "true").replace("[prod]", "[]")


def _fill(project: state.Project, number: int) -> None:
    if number % 7 == 6:
        return
    project.pipeline(source=BAD if number % 10 == 0 else GOOD)
    if number % 4 == 0:
        project.variables.append(state.Variable("NPM_TOKEN", SECRET))


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    organisation = state.Organisation()
    organisation.context("prod", "AWS_SECRET_ACCESS_KEY").variables[0].value = SECRET
    organisation.context("forgotten", "OLD_TOKEN")
    organisation.many(COUNT, _fill)
    with CircleCI(organisation) as fake:
        yield fake


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Secguard:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", TOKEN)
    for name in ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL"):
        monkeypatch.delenv(name, raising=False)
    return runner(capfd)


def _plan(secguard: Secguard, fake: CircleCI, *more: str) -> Run:
    day = ("--today", "2026-11-25")
    return secguard("sweep", "plan", "--org", "gh/acme", "--host", fake.url, *day, *more)


def _node(secguard: Secguard, fake: CircleCI, index: int, total: int, *more: str) -> Run:
    node = ("--node", f"{index}/{total}", "--rate", "1000")
    return secguard("sweep", "run", "--host", fake.url, *node, *more)


def _merged(secguard: Secguard) -> str:
    return secguard("sweep", "merge", "--output-format", "json").out


def test_four_and_sixteen_nodes_find_what_one_finds(
    secguard: Secguard, circleci: CircleCI, tmp_path: Path
) -> None:
    reports = []
    for total in (1, 4, 16):
        assert _plan(secguard, circleci, "--state", f"s{total}").status == 0
        for index in range(total):
            done = _node(secguard, circleci, index, total, "--state", f"s{total}")
            assert done.status == 0
        merged = secguard("sweep", "merge", "--state", f"s{total}", "--output-format", "json")
        reports.append(merged.out)
    assert reports[0] == reports[1] == reports[2]
    assert json.loads(reports[0])["findings"]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            text = path.read_text()
            assert TOKEN not in text and SECRET not in text and TAIL not in text


def test_settings_and_configs_are_judged_together(secguard: Secguard, circleci: CircleCI) -> None:
    _plan(secguard, circleci)
    _node(secguard, circleci, 0, 1)
    report = json.loads(_merged(secguard))
    by_place: dict[str, set[str]] = {}
    for one in report["findings"]:
        by_place.setdefault(one["where"]["uri"], set()).add(one["rule"])
    assert "context-unrestricted" in by_place["context:prod"]
    assert "curl-pipe-shell" in by_place["gh/acme/p000010/.circleci/config.yml"]
    joined = [one for one in report["findings"] if one["where"]["uri"] == "context:prod"]
    related = {where["uri"] for one in joined for where in one["related"]}
    assert "gh/acme/p000000/.circleci/config.yml" in related
    copied = [one for one in report["findings"] if one["rule"] == "secret-copied"]
    assert copied and "NPM_TOKEN" in copied[0]["message"]


def test_a_sweep_that_is_cut_short_goes_on(secguard: Secguard, circleci: CircleCI) -> None:
    _plan(secguard, circleci)
    circleci.fail("status", "/api/v2/project/gh/acme/p000003/pipeline", status=500, times=99)
    _node(secguard, circleci, 0, 2)
    half = json.loads(_merged(secguard))
    assert any("were not looked at" in one["message"] for one in half["problems"])
    assert secguard("sweep", "merge").status == 3
    asked = len(circleci.log)
    _node(secguard, circleci, 0, 2)
    again = {one.path for one in circleci.log[asked:] if "/project/gh/" in one.path}
    assert all("/p000003" in path for path in again)
    _node(secguard, circleci, 1, 2)
    whole = json.loads(_merged(secguard))
    assert not any("were not looked at" in one["message"] for one in whole["problems"])
    failed = [one for one in whole["problems"] if one["where"]["uri"] == "project:gh/acme/p000003"]
    assert len(failed) == 1
    circleci.faults.clear()
    for index in range(2):
        _node(secguard, circleci, index, 2)
    problems = json.loads(_merged(secguard))["problems"]
    assert not [one for one in problems if one["where"]["uri"] == "project:gh/acme/p000003"]


@pytest.mark.parametrize(
    ("path", "said"),
    [("/insights/", "insights name are unknown"), ("", "no project of 'gh/acme' is known")],
)
def test_projects_that_nobody_names_are_not_passed(
    secguard: Secguard, circleci: CircleCI, path: str, said: str
) -> None:
    if path:
        circleci.refuse(path)
    else:
        circleci.org.count = 0
    _plan(secguard, circleci)
    _node(secguard, circleci, 0, 1)
    problems = json.loads(_merged(secguard))["problems"]
    assert [said in one["message"] for one in problems if not one["tolerated"]].count(True) == 1
    assert secguard("sweep", "merge").status == 3


def test_the_merge_asks_nothing(
    secguard: Secguard, circleci: CircleCI, monkeypatch: pytest.MonkeyPatch
) -> None:
    _plan(secguard, circleci)
    _node(secguard, circleci, 0, 1)
    monkeypatch.delenv("CIRCLE_TOKEN")
    asked = len(circleci.log)
    assert json.loads(_merged(secguard))["findings"]
    assert len(circleci.log) == asked


def test_projects_can_be_named(secguard: Secguard, circleci: CircleCI, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("gh/acme/p000010  # shop\n\ngithub/acme/p000011\n")
    assert _plan(secguard, circleci, "--projects", "mine").status == 0
    _node(secguard, circleci, 0, 1)
    report: dict[str, Any] = json.loads(_merged(secguard))
    uris = {one["where"]["uri"] for one in report["findings"]}
    assert "gh/acme/p000010/.circleci/config.yml" in uris
    assert not any("p000020" in uri for uri in uris)
    (tmp_path / "odd").write_text("../../etc/passwd\n")
    assert _plan(secguard, circleci, "--projects", "odd").status == 2


def test_one_command_does_it_all(secguard: Secguard, circleci: CircleCI) -> None:
    done = secguard("sweep", "--org", "gh/acme", "--host", circleci.url, "--rate", "1000")
    assert done.status in (1, 3)
    assert "context-unrestricted" in done.out
    assert f"{COUNT} of {COUNT} projects" in done.err


def test_without_a_plan_it_says_how_to_make_one(secguard: Secguard, circleci: CircleCI) -> None:
    done = _node(secguard, circleci, 0, 1)
    assert done.status == 2
    assert "sweep plan" in done.err
