"""`secguard images ran` compares what jobs were started from with the lock file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.acceptance.runs import Run, runner
from tests.fakes.circleci import TOKEN, CircleCI
from tests.fakes.circleci_state import Job, Step
from tests.unit.images.checkouts import DIGEST, OTHER, write

CONFIG = """\
version: 2.1
jobs:
  build:
    docker:
      - image: acme/app:1.0
      - image: acme/db:2
    steps: [checkout]
workflows:
  main:
    jobs: [build]
"""
LOCK = {
    "version": 1,
    "images": {
        "docker.io/acme/app:1.0": {"digest": DIGEST},
        "docker.io/acme/db:2": {"digest": OTHER},
    },
}
FIRST = "Spin up environment"


def spun(*images: str) -> Step:
    """Write what CircleCI writes when it starts containers."""
    lines = ["Build-agent version 1.0\r\n"]
    for image in images:
        text, _, digest = image.partition("@")
        name = text.rpartition(":")[0]
        lines.append(f"Starting container {text}\r\n{text}:\r\n  using image {name}@{digest}\r\n")
    return Step(FIRST, "".join(lines))


GOOD = spun(f"acme/app:1.0@{DIGEST}", f"acme/db:2@{OTHER}")


@pytest.fixture
def fake() -> Iterator[CircleCI]:
    with CircleCI() as fake:
        fake.org.project("shop")
        yield fake


@pytest.fixture
def ran(
    fake: CircleCI,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., Run]:
    """Run some jobs, and then the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", TOKEN)
    files = {"config.yml": CONFIG, "secguard.lock": json.dumps(LOCK)}
    write(tmp_path / ".circleci", files)
    storage = fake.storage.url.partition("//")[2]

    def run(*jobs: Job, arguments: tuple[str, ...] = ()) -> Run:
        pipeline = fake.org.known["gh/acme/shop"].pipeline(*jobs)
        monkeypatch.setenv("CIRCLE_PIPELINE_ID", pipeline.id)
        network = ("--host", fake.url, "--private-host", storage, "--plain-host", storage)
        return runner(capfd)("images", "ran", *network, *arguments)

    return run


def test_what_was_locked_is_what_ran(ran: Callable[..., Run], fake: CircleCI) -> None:
    run = ran(Job("build", [GOOD, Step("Test", "ok\r\n")]))
    assert run.status == 0, run.out
    assert "note: 1 job ran in 2 containers" in run.out and "No findings." in run.out
    assert all("circle-token" not in asked.headers for asked in fake.storage.log)
    assert TOKEN not in run.out + run.err


def test_other_content_than_was_locked_is_found(ran: Callable[..., Run]) -> None:
    run = ran(Job("build", [spun(f"acme/app:1.0@{OTHER}")]))
    assert run.status == 1
    assert "high[image-ran-other]: the job ran in 'acme/app:1.0' as 'sha256:4e4e" in run.out
    assert " --> job:gh/acme/shop/" in run.out
    assert "::: .circleci/config.yml:5:16" in run.out


def test_an_image_that_nobody_locked_is_found(ran: Callable[..., Run]) -> None:
    run = ran(Job("build", [spun(f"evil/app:9@{DIGEST}")]))
    assert run.status == 1
    assert "medium[image-ran-other]" in run.out
    assert "which the lock file does not have" in " ".join(run.out.split())


@pytest.mark.parametrize(
    "job",
    [
        Job("build", [Step("Test", "ok")]),
        Job("build", [Step(FIRST, "")]),
        Job("build", [Step(FIRST, "Starting container acme/app:1.0\nError response")]),
        Job("build", [Step(FIRST, f"Starting container a//b\nusing image a//b@{DIGEST}\n")]),
        Job("build", []),
    ],
    ids=["no first step", "no output", "no digest", "no reference", "no step"],
)
def test_what_is_not_told_has_not_passed(ran: Callable[..., Run], job: Job) -> None:
    run = ran(job)
    assert run.status == 3
    assert "not checked:" in run.out


def test_a_step_of_the_job_s_own_is_not_believed(ran: Callable[..., Run]) -> None:
    run = ran(Job("build", [spun(f"acme/app:1.0@{OTHER}"), Step(FIRST, GOOD.output)]))
    assert run.status == 1 and "note: 1 job ran in 1 container" in run.out
    assert ran(Job("build", [Step("Checkout", "ok"), GOOD])).status == 3


def test_every_node_of_a_job_is_looked_at(ran: Callable[..., Run], fake: CircleCI) -> None:
    run = ran(Job("build", [GOOD], parallel=3))
    assert run.status == 0
    assert len(fake.storage.log) == 3


def test_a_job_on_a_machine_runs_in_no_container(ran: Callable[..., Run]) -> None:
    run = ran(Job("build", [Step(FIRST, "Using volume\r\n")]), Job("later", status="blocked"))
    assert run.status == 0
    assert "note: 1 job ran in 0 containers; 1 job did not start" in run.out


@pytest.mark.parametrize(
    ("kind", "more"),
    [("status", {"status": 500}), ("html", {}), ("cut", {}), ("status", {"status": 404})],
)
def test_an_output_that_cannot_be_had_has_not_passed(
    ran: Callable[..., Run], fake: CircleCI, kind: str, more: dict[str, int]
) -> None:
    fake.storage.fail(kind, "/output/", **more)
    run = ran(Job("build", [GOOD]), arguments=("--time-limit", "5"))
    assert run.status == 3 and "what the job ran in is not known" in run.out


def test_a_token_without_access_and_none_at_all_are_told(
    ran: Callable[..., Run], fake: CircleCI, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.refuse("/workflow")
    assert ran(Job("build", [GOOD])).status == 3
    monkeypatch.delenv("CIRCLE_TOKEN")
    run = ran(Job("build", [GOOD]))
    assert run.status == 2 and "there is no API token in CIRCLE_TOKEN" in run.err


def test_a_lock_file_is_needed(ran: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / ".circleci" / "secguard.lock").unlink()
    run = ran(Job("build", [GOOD]))
    assert run.status == 2 and "there is no lock file" in run.err
