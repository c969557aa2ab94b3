"""What `secguard images` says when it cannot write, or is asked for what makes no sense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.acceptance.runs import Run, runner
from tests.fakes.registry import Registry
from tests.unit.images.checkouts import DIGEST, write

CONFIG = """\
version: 2.1
jobs:
  build:
    parameters: {v: {type: enum, enum: ["1", "2"], default: "1"}}
    docker:
      - image: HOST/acme/app:<< parameters.v >>
      - image: "HOST/acme/db\\x3a2"
    steps: [checkout]
workflows:
  main:
    jobs:
      - build: {matrix: {parameters: {v: ["1", "2"]}}}
"""


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        for tag in "12":
            registry.image("acme/app", tag)
            registry.image("acme/db", tag)
        yield registry


@pytest.fixture
def images(
    tmp_path: Path,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., Run]:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {".circleci/config.yml": CONFIG.replace("HOST", registry.host)})
    known = ("--private-registry", registry.host, "--plain-registry", registry.host)
    day = ("--today", "2026-11-22")
    return lambda command, *arguments: runner(capfd)("images", command, *known, *day, *arguments)


def test_what_cannot_be_pinned_is_named_once_with_the_reason(
    images: Callable[..., Run], registry: Registry, tmp_path: Path
) -> None:
    run = images("pin")
    assert run.status == 0 and run.out == ""
    assert run.err.splitlines() == [
        f"left: .circleci/config.yml:6:16: {registry.host}/acme/app:1 (and 1 other value) is put "
        "together by templates",
        f"left: .circleci/config.yml:7:17: {registry.host}/acme/db:2 is written with escapes",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--min-age", "soon"), "'soon' is no number of days"),
        (("--only", "acme/*"), "'acme/*' names no images"),
        (("--offline",), "no registry may be asked"),
    ],
)
def test_an_update_that_makes_no_sense_is_refused(
    images: Callable[..., Run], arguments: tuple[str, ...], message: str
) -> None:
    assert images("lock").status == 0
    run = images("update", *arguments)
    assert run.status == 2 and message in run.err


def test_an_update_needs_a_lock_file(images: Callable[..., Run]) -> None:
    run = images("update")
    assert run.status == 2 and "there is no lock file .circleci/secguard.lock" in run.err


def test_the_lock_file_does_not_run_ahead_of_the_config(
    images: Callable[..., Run], registry: Registry, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(f"FROM {registry.host}/acme/db:1@{DIGEST}\n")
    path = tmp_path / "sub" / "Dockerfile"
    write(tmp_path, {"sub/Dockerfile": elsewhere.read_text()})
    entry = {"version": 1, "images": {f"{registry.host}/acme/db:1": {"digest": DIGEST}}}
    lock = tmp_path / "sub" / "secguard.lock"
    write(tmp_path, {"sub/secguard.lock": json.dumps(entry)})
    before = lock.read_text()
    path.unlink()
    path.symlink_to(elsewhere)
    run = images("update", "sub/Dockerfile", "--lock", "sub/secguard.lock")
    assert run.status == 3 and "sub/Dockerfile" in run.err
    assert elsewhere.read_text() == f"FROM {registry.host}/acme/db:1@{DIGEST}\n"
    assert lock.read_text() == before
