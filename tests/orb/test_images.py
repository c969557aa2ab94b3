"""The orb's part for images, in jobs that run for real and ask a registry on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.fakes.circleci import TOKEN, CircleCI
from tests.fakes.circleci_state import Job, Step
from tests.fakes.registry import SECRET, USER, Registry
from tests.unit.images.checkouts import write
from tools.run_orb import compile_config, using
from tools.runner.job import JobResult, Project, run_job
from tools.runner.machine import Machine

CONFIG = """\
version: 2.1
jobs:
  build:
    docker:
      - image: HOST/acme/app:1.0
        auth: {username: someone, password: $REGISTRY_PASSWORD}
    steps: [checkout]
  old:
    machine: {image: "ubuntu-2004:2024.11.1"}
    steps: [checkout]
workflows:
  main:
    jobs: [build, old]
"""
STEP = "Check images"
INSTALL = {"secguard/install": {"for": "images"}}
Run = Callable[..., JobResult]


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry(auth="basic") as registry:
        yield registry


@pytest.fixture
def run(orb: dict[str, Any], tmp_path: Path, registry: Registry) -> Run:
    """Run the job `check`, or the command `images` in a job, on a checkout with one image."""
    digest = registry.image("acme/app", "1.0", created="2026-09-01T00:00:00Z")
    key = f"{registry.host}/acme/app:1.0"
    lock = {"version": 1, "images": {key: {"digest": digest, "resolved": "2026-09-02"}}}
    known = f"[{registry.host}]"
    policy = f"images: {{private_registries: {known}, plain_registries: {known}}}\n"
    files = {
        "config.yml": CONFIG.replace("HOST", registry.host),
        "secguard.yml": policy,
        "secguard.lock": json.dumps(lock),
    }
    checkout = tmp_path / "checkout"
    write(checkout / ".circleci", files)

    def job(parameters: dict[str, Any], *steps: Any, **more: str) -> JobResult:
        config = using(orb, "check", parameters)
        name = "secguard"
        if steps:
            name = "job"
            docker = [{"image": "cimg/base:2026.08"}]
            job = {"docker": docker, "steps": [INSTALL, "checkout", *steps]}
            config.update(jobs={name: job}, workflows={"main": {"jobs": [name]}})
        secrets = {"REGISTRY_PASSWORD": SECRET, "USER": USER, **more}
        project = Project(checkout, tmp_path / "store", environment=secrets)
        return run_job(compile_config(config), name, project, Machine(tmp_path / "machine"))

    return job


def output(result: JobResult) -> str:
    (step,) = (step for step in result.steps if step.name == STEP)
    assert SECRET not in step.output
    return step.output


def test_the_command_asks_with_the_config_s_own_login(run: Run, registry: Registry) -> None:
    result = run({}, {"secguard/images": {"config_auth": True, "frozen": True, "fail_on": "none"}})
    assert result.ok, result.failed
    assert "1 image named, 1 asked for" in output(result)
    assert registry.credentials()
    assert "[machine-image-unsupported]" in output(result)


@pytest.mark.parametrize(("wanted", "failed"), [("", False), ("fail", True)])
def test_without_a_login_the_answer_is_unknown(run: Run, wanted: str, failed: bool) -> None:
    result = run({}, {"secguard/images": {"on_unreachable": wanted, "fail_on": "none"}})
    assert "1 asked for, 1 without an answer" in output(result)
    assert [step.name for step in result.failed] == ([STEP] if failed else [])


def test_offline_asks_nobody(run: Run, registry: Registry) -> None:
    result = run({}, {"secguard/images": {"offline": True, "online": True}})
    assert "no registry was asked" in output(result)
    assert registry.log == []


def test_the_job_checks_images_where_that_is_wanted(run: Run, registry: Registry) -> None:
    registry.image("acme/app", "1.0", created="2026-10-01T00:00:00Z")
    given = {"check_images": True, "images_config_auth": True, "fail_on": "high"}
    result = run(given)
    assert [step.name for step in result.failed] == [STEP]
    assert "high[image-drift]" in output(result)
    assert "machine-image-unsupported" not in output(result)
    stored = sorted(path.name for path in (result.artifacts / "secguard").rglob("*.*"))
    assert {"images.json", "images.xml", "report.json", "secguard.xml"} <= set(stored)


def test_what_ran_is_compared_with_the_lock(run: Run, registry: Registry) -> None:
    text = f"{registry.host}/acme/app:1.0"
    first = f"Starting container {text}\n  using image {text[:-4]}@sha256:{'0' * 64}\n"
    with CircleCI() as fake:
        job = Job("build", [Step("Spin up environment", first)])
        pipeline = fake.org.project("shop").pipeline(job)
        given = {"pipeline": pipeline.id, "host": fake.url, "token_variable": "READ_TOKEN"}
        hosts = {"private_host": fake.storage.host, "plain_host": fake.storage.host}
        result = run({}, {"secguard/images_ran": {**given, **hosts}}, READ_TOKEN=TOKEN)
    (step,) = result.failed
    assert step.name == "Compare images that ran"
    assert "high[image-ran-other]" in step.output and TOKEN not in step.output
    assert registry.log == []


def test_the_job_leaves_images_alone_by_default(run: Run, registry: Registry) -> None:
    result = run({})
    assert STEP not in [step.name for step in result.steps]
    assert registry.log == []
