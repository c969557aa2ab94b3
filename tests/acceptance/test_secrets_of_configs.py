"""Secrets of configs stay out of reports and files, whichever rules were chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Iterator

import pytest

from tests.acceptance.runs import Secguard, runner
from tests.fakes.circleci import TOKEN, CircleCI
from tests.unit.images.checkouts import write

PASSWORD = "S3cr3t-Pa55w0rd-9f3c"
CONFIG = f"""\
version: 2.1
jobs:
  ship:
    docker: [{{image: "cimg/base:2026.08", auth: {{username: bob, password: {PASSWORD}}}}}]
    environment: {{DB_PASSWORD: {PASSWORD}}}
    steps: [{{run: "true"}}]
workflows:
  main: {{jobs: [{{ship: {{context: [prod, "old-{PASSWORD}"], name: "ship-{PASSWORD}"}}}}]}}
"""


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    with CircleCI() as fake:
        fake.org.context("prod", "AWS_SECRET_ACCESS_KEY")
        fake.org.project("app").pipeline(source=CONFIG)
        yield fake


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Secguard:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", TOKEN)
    write(tmp_path, {".circleci/config.yml": CONFIG})
    return runner(capfd)


@pytest.mark.parametrize(
    "more", [(), ("--select", "context-open"), ("--ignore", "plaintext-secret")]
)
def test_a_rule_that_does_not_run_still_masks(secguard: Secguard, more: tuple[str, ...]) -> None:
    done = secguard("check", *more)
    assert "context-open" in done.out and "ship-****" in done.out
    assert PASSWORD not in done.out + done.err


def test_images_are_shown_without_them(secguard: Secguard) -> None:
    done = secguard("images", "--strict")
    assert PASSWORD not in done.out + done.err


def test_settings_are_judged_without_showing_them(secguard: Secguard, circleci: CircleCI) -> None:
    for form in ("text", "json", "html"):
        where = ("--project", "gh/acme/app", "--host", circleci.url)
        done = secguard("access", *where, "--output-format", form)
        assert "context-unrestricted" in done.out and "ship-****" in done.out
        assert PASSWORD not in done.out + done.err


def test_a_sweep_writes_down_none(secguard: Secguard, circleci: CircleCI, tmp_path: Path) -> None:
    asked = ("--org", "gh/acme", "--host", circleci.url, "--output-format", "json")
    done = secguard("sweep", *asked)
    rules = {one["rule"] for one in json.loads(done.out)["findings"]}
    assert {"plaintext-secret", "context-open", "context-unrestricted"} <= rules
    assert PASSWORD not in done.out + done.err
    state = [path for path in (tmp_path / "secguard-sweep").rglob("*") if path.is_file()]
    assert len(state) == 4
    for path in state:
        assert PASSWORD not in path.read_text()
