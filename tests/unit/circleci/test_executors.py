"""Executors: named ones looked up where they are written, and the job's own keys over them."""

from __future__ import annotations

import pytest

from tests.unit.circleci.expanding import clean, errors, expanded, job_of, plain

BASE = """\
version: 2.1
executors:
  tool:
    parameters:
      tag: {type: string, default: latest}
      large: {type: boolean, default: false}
    docker:
      - image: cimg/tool:<< parameters.tag >>
      - image: redis:7
    environment: {ENV: ci, TAG: << parameters.tag >>}
    shell: /bin/bash
    working_directory: ~/project
    resource_class: medium
  machine:
    machine: {image: ubuntu-2404:current, docker_layer_caching: true}
    resource_class: large
jobs:
  job:
JOB
    steps: [checkout]
workflows:
  main:
    jobs: [job]
"""


def _config(*lines: str) -> str:
    return BASE.replace("JOB", "\n".join(f"    {line}" for line in lines))


def test_a_named_executor_gives_all_its_keys() -> None:
    job = plain(_config("executor: tool"))["jobs"]["job"]
    assert job == {
        "docker": [{"image": "cimg/tool:latest"}, {"image": "redis:7"}],
        "environment": {"ENV": "ci", "TAG": "latest"},
        "shell": "/bin/bash",
        "working_directory": "~/project",
        "resource_class": "medium",
        "steps": ["checkout"],
    }


@pytest.mark.parametrize(
    "lines",
    [
        ("executor: {name: tool, tag: '2.7'}",),
        ("executor:", "  name: tool", "  tag: '2.7'"),
        (
            "parameters: {e: {type: executor, default: {name: tool, tag: '2.7'}}}",
            "executor: << parameters.e >>",
        ),
        (
            "parameters: {e: {type: executor, default: tool}}",
            "executor: {name: << parameters.e >>, tag: '2.7'}",
        ),
        (
            "parameters: {n: {type: string, default: tool}}",
            "executor: {name: << parameters.n >>, tag: '2.7'}",
        ),
    ],
)
def test_an_executor_is_named_in_many_ways(lines: tuple[str, ...]) -> None:
    job = plain(_config(*lines))["jobs"]["job"]
    assert job["docker"][0] == {"image": "cimg/tool:2.7"}
    assert job["environment"]["TAG"] == "2.7"


def test_the_jobs_own_keys_win_and_environments_add_up() -> None:
    job = plain(
        _config(
            "docker: [{image: python:2.7}]",
            "executor: tool",
            "environment: {TAG: mine, TESTS: unit}",
            "working_directory: ~/tests",
        )
    )["jobs"]["job"]
    assert job == {
        "docker": [{"image": "python:2.7"}],
        "environment": {"ENV": "ci", "TAG": "mine", "TESTS": "unit"},
        "shell": "/bin/bash",
        "working_directory": "~/tests",
        "resource_class": "medium",
        "steps": ["checkout"],
    }


def test_another_kind_of_place_replaces_the_executors() -> None:
    executor = job_of(clean(_config("machine: true", "executor: tool")), "job").executor
    assert executor.kind == "machine"
    assert executor.images == ()
    assert executor.arg("shell") is not None


def test_environments_are_read_in_all_their_forms() -> None:
    expansion = clean(
        _config("executor: tool", "environment: [A=1, {B: two}, 'C=<< pipeline.git.branch >>=x']")
    )
    job = job_of(expansion, "job")
    assert [(one.name, one.value.display) for one in job.executor.environment] == [
        ("ENV", "ci"),
        ("TAG", "latest"),
        ("A", "1"),
        ("B", "two"),
        ("C", "<< pipeline.git.branch >>=x"),
    ]


def test_an_orbs_executor_is_looked_up_in_the_orb() -> None:
    orb = "version: 2.1\nexecutors:\n  tool:\n    docker: [{image: the/orb:1}]\n"
    text = _config("executor: them/tool").replace(
        "executors:", "orbs: {them: a/b@1.0.0}\nexecutors:"
    )
    executor = job_of(clean(text, {"a/b@1.0.0": orb}), "job").executor
    assert [image.reference.text for image in executor.images] == ["the/orb:1"]
    assert executor.orb == "a/b@1.0.0"


def test_an_executor_is_looked_up_where_it_is_written() -> None:
    orb = (
        "version: 2.1\nexecutors:\n  tool:\n    docker: [{image: the/orb:1}]\n"
        "jobs:\n  test:\n    parameters: {e: {type: executor, default: tool}}\n"
        "    executor: << parameters.e >>\n    steps: [checkout]\n"
    )
    text = (
        "version: 2.1\norbs: {them: a/b@1.0.0}\nexecutors:\n  tool:\n"
        "    docker: [{image: mine:1}]\nworkflows:\n  main:\n    jobs:\n"
        "      - them/test: {name: theirs}\n"
        "      - them/test: {name: mine, e: tool}\n      - them/test: {name: also, e: them/tool}\n"
    )
    jobs = plain(text, {"a/b@1.0.0": orb})["jobs"]
    assert {name: job["docker"][0]["image"] for name, job in jobs.items()} == {
        "theirs": "the/orb:1",
        "mine": "mine:1",
        "also": "the/orb:1",
    }


def test_what_is_given_to_an_unseen_executor_is_kept() -> None:
    text = _config("executor: {name: win/default, shell: bash.exe}", "environment: {A: b}").replace(
        "executors:", "orbs: {win: circleci/windows@5.0}\nexecutors:"
    )
    job = job_of(clean(text), "job")
    assert (job.executor.kind, job.executor.name, job.executor.orb) == (
        "opaque",
        "win/default",
        "circleci/windows@5.0",
    )
    assert job.shell is not None and job.shell.text == "bash.exe"
    assert [one.name for one in job.all_environment()] == ["A"]


def test_a_name_may_stand_for_an_orbs_executor() -> None:
    text = _config("executor: mine").replace(
        "executors:", "orbs: {win: circleci/windows@5.0}\nexecutors:\n  mine: win/default"
    )
    assert job_of(clean(text), "job").executor.orb == "circleci/windows@5.0"


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (("executor: nope",), "nope: cannot find a definition for executor named nope"),
        (("executor: {tag: a}",), "{tag: a}: an executor needs a name"),
        (("executor: [tool]",), "[tool]: an executor needs a name"),
        (("executor: {name: tool, to: a}",), "to: unexpected argument(s): to"),
        (
            ("executor: {name: tool, large: a}",),
            "a: type error for argument 'large': expected boolean, got string",
        ),
    ],
)
def test_a_wrong_executor_is_an_error_at_its_place(lines: tuple[str, ...], error: str) -> None:
    text = _config(*lines)
    assert errors(expanded(text), text) == [error]


def test_a_self_hosted_runner_needs_no_more_than_its_class() -> None:
    executor = job_of(clean(_config("resource_class: acme/runner")), "job").executor
    assert executor.kind == "machine"
    assert executor.self_hosted


def test_executors_that_no_job_uses_are_expanded_by_themselves() -> None:
    (executor,) = clean(_config("executor: tool")).executors
    assert (executor.name, executor.kind) == ("machine", "machine")
    assert executor.machine_image is not None
    (tool,) = clean(_config("executor: machine")).executors
    assert [image.reference.display for image in tool.images] == [
        "cimg/tool:<< parameters.tag >>",
        "redis:7",
    ]
