"""`secguard images` and what is not in the checkout: the catalog, orbs, silent registries."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.acceptance.runs import Run, runner
from tests.fakes.http_server import Reply, Server
from tests.fakes.registry import Registry
from tests.unit.images.checkouts import write

CATALOG: dict[str, Any] = {
    "data": {
        "attributes": {
            "linux": {"medium": ["ubuntu-2404:current", "ubuntu-2404:2026.05.1"]},
            "macos": {"m4": ["xcode:26.5"]},
            "windows": {},
            "deprecated": {"linux": ["ubuntu-2404:2026.05.1"]},
        }
    }
}
MACHINES = """\
version: 2.1
jobs:
  gone: {machine: {image: "ubuntu-2404:2025.09.1"}, steps: [checkout]}
  ends: {machine: {image: "ubuntu-2404:2026.05.1"}, steps: [checkout]}
  fine: {macos: {xcode: "26.5"}, steps: [checkout]}
workflows:
  main:
    jobs: [gone, ends, fine]
"""
ORB = """\
version: 2.1
executors:
  default:
    docker: [{image: HOST/acme/hidden:1}]
jobs:
  work:
    executor: default
    steps: [checkout]
"""
USES_ORB = """\
version: 2.1
orbs: {tools: acme/tools@1.0.0}
workflows:
  main:
    jobs: [tools/work]
"""
PINNED = """\
version: 2.1
jobs:
  build: {docker: [{image: "IMAGE"}], steps: [checkout]}
workflows:
  main:
    jobs: [build]
"""


@pytest.fixture
def circleci() -> Iterator[Server]:
    with Server(lambda asked: Reply(CATALOG)) as server:
        yield server


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        yield registry


@pytest.fixture
def images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Run]:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: runner(capfd)("images", *arguments)


def test_machines_are_held_against_the_catalog(
    images: Callable[..., Run], circleci: Server, tmp_path: Path
) -> None:
    write(tmp_path, {".circleci/config.yml": MACHINES})
    run = images("verify", "--online", "--host", circleci.url)
    assert run.status == 1
    assert run.out.count("[image-not-offered]") == 2
    assert "medium[image-not-offered]: 'ubuntu-2404:2025.09.1' is not offered" in run.out
    assert "low[image-not-offered]: 'ubuntu-2404:2026.05.1' is announced to be removed" in run.out
    (asked,) = circleci.log
    assert asked.path == "/api/v3/catalog/offerings"
    assert not {"circle-token", "authorization"} & set(asked.headers)


def test_the_catalog_is_asked_only_where_that_is_wanted_and_needed(
    images: Callable[..., Run], circleci: Server, tmp_path: Path
) -> None:
    write(tmp_path, {".circleci/config.yml": MACHINES})
    assert "image-not-offered" not in images("verify", "--host", circleci.url).out
    assert images("verify", "--online", "--offline", "--host", circleci.url).status == 0
    write(tmp_path, {".circleci/config.yml": PINNED.replace("IMAGE", "localhost:5000/app:1")})
    assert images("verify", "--online", "--host", circleci.url).status == 0
    assert circleci.log == []


@pytest.mark.parametrize(("wanted", "status"), [("unknown", 0), ("fail", 3)])
@pytest.mark.parametrize(
    "reply",
    [
        Reply({}, 401),
        Reply({}, 500),
        Reply("<html>"),
        Reply({"data": {"attributes": {"linux": {}}}}),
        Reply({"data": {"attributes": []}}),
        Reply([]),
        Reply(b"{" + b" " * 3_000_000 + b"}"),
    ],
)
def test_a_catalog_that_is_none_is_told_and_nothing_is_said_of_machines(
    images: Callable[..., Run],
    circleci: Server,
    tmp_path: Path,
    reply: Reply,
    wanted: str,
    status: int,
) -> None:
    circleci.answer = lambda asked: reply
    write(tmp_path, {".circleci/config.yml": MACHINES})
    run = images("verify", "--online", "--host", circleci.url, "--on-unreachable", wanted)
    assert run.status == status, run.out
    assert "machine images could not be checked" in run.out
    assert "image-not-offered" not in run.out


def test_images_of_an_orb_are_seen_where_its_source_is(
    images: Callable[..., Run], registry: Registry, tmp_path: Path
) -> None:
    files = {
        ".circleci/config.yml": USES_ORB,
        "orbs/acme/tools@1.0.0.yml": ORB.replace("HOST", registry.host),
    }
    write(tmp_path, files)
    known = ("--private-registry", registry.host, "--plain-registry", registry.host)
    run = images("verify", *known)
    assert "not looked into: acme/tools@1.0.0" in run.out and "0 asked for" in run.out
    run = images("verify", *known, "--orb-dir", "orbs")
    assert run.status == 1 and "high[image-missing]" in run.out
    registry.image("acme/hidden", "1")
    run = images("lock", *known, "--orb-dir", "orbs")
    assert run.out == "written: .circleci/secguard.lock, 1 image\n"


def test_a_digest_that_is_locked_stays_known_without_its_registry(
    images: Callable[..., Run], registry: Registry, tmp_path: Path
) -> None:
    known = ("--private-registry", registry.host, "--plain-registry", registry.host)
    registry.image("acme/app", "1")
    text = PINNED.replace("IMAGE", f"{registry.host}/acme/app:1")
    write(tmp_path, {".circleci/config.yml": text})
    assert images("lock", *known).status == 0
    assert images("update", *known).out == "1 image looked at, nothing is newer\n"
    registry.mode = "broken"
    assert images("verify", *known, "--on-unreachable", "fail").status == 3
    registry.mode = ""
    assert images("pin", *known).status == 0
    registry.mode = "broken"
    run = images("verify", *known, "--on-unreachable", "fail", "--today", "2026-11-22")
    assert run.status == 0, run.out
    row = images("list").out.splitlines()[1]
    assert f"{registry.host}/acme/app:1@sha256:" in row and len(row) < 120
