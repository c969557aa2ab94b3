"""Matrices: their cells, the names these get, and what may be excluded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.circleci.expanding import JOBS, clean, errors, expanded, job_of, plain, steps_of

JOB = f"""\
{JOBS}executors:
  linux: {{machine: {{image: linux}}}}
  macos: {{macos: {{xcode: 16.0.0}}}}
jobs:
  build:
    parameters:
      version: {{type: string, default: ""}}
      platform: {{type: string, default: ""}}
      a: {{type: integer, default: 0}}
      b: {{type: integer, default: 0}}
      os: {{type: executor, default: linux}}
      then: {{type: steps, default: []}}
    executor: << parameters.os >>
    steps:
      - run: make << parameters.version >> << parameters.platform >> << parameters.a >>
      - steps: << parameters.then >>
  last:
    machine: {{image: default}}
    steps: [checkout]
"""


def _workflow(jobs: str) -> str:
    rows = "".join(f"      {row}\n" for row in jobs.strip("\n").split("\n"))
    return f"{JOB}workflows:\n  main:\n    jobs:\n{rows}"


def _jobs(jobs: str, **given: Any) -> list[Any]:
    found = plain(_workflow(jobs), **given)["workflows"]["main"]["jobs"]
    assert isinstance(found, list)
    return found


THREE = (
    "- build:\n    matrix:\n      parameters:\n"
    '        version: ["0.1", "0.2", "0.3"]\n        platform: [macos, windows, linux]\n'
)


def test_a_matrix_makes_a_job_of_each_combination() -> None:
    names = [
        f"build-{platform}-{version}"
        for version in ("0.1", "0.2", "0.3")
        for platform in ("macos", "windows", "linux")
    ]
    assert _jobs(THREE) == names
    assert steps_of(clean(_workflow(THREE)), "build-windows-0.2") == ["make 0.2 windows 0"]


TWO = (
    "- build:\n    matrix:\n      parameters:\n"
    '        platform: [linux, macos]\n        version: ["1", "2"]\n'
)


def test_names_are_in_the_order_of_the_parameters_names() -> None:
    assert _jobs(TWO) == ["build-linux-1", "build-linux-2", "build-macos-1", "build-macos-2"]


@pytest.mark.parametrize("name", ["build-linux-2", "build-2-linux"])
def test_both_orders_of_a_default_name_can_be_required(name: str) -> None:
    """The documentation's examples fit the order of names, and that of declaration reversed."""
    assert _jobs(f"{TWO}- last: {{requires: [{name}]}}")[-1] == {
        "last": {"requires": ["build-linux-2"]}
    }


def test_cells_can_be_excluded() -> None:
    jobs = _jobs(
        "- build:\n    matrix:\n      parameters: {a: [1, 2, 3], b: [4, 5, 6]}\n"
        "      exclude: [{a: 3, b: 5}]"
    )
    assert len(jobs) == 8
    assert "build-3-5" not in jobs and "build-3-4" in jobs


def test_a_cell_is_seen_in_names_and_requires() -> None:
    jobs = _jobs(
        "- build:\n    name: build-v<< matrix.version >>\n"
        '    matrix: {parameters: {version: ["0.1", "0.2"]}}\n'
        "- build:\n    name: deploy-v<< matrix.version >>\n"
        '    matrix: {parameters: {version: ["0.1", "0.2"]}}\n'
        "    requires: [build-v<< matrix.version >>]\n"
        "    context: [prod-<< matrix.version >>]\n"
    )
    assert jobs == [
        "build-v0.1",
        "build-v0.2",
        {"deploy-v0.1": {"requires": ["build-v0.1"], "context": ["prod-0.1"]}},
        {"deploy-v0.2": {"requires": ["build-v0.2"], "context": ["prod-0.2"]}},
    ]


@pytest.mark.parametrize(("alias", "name"), [("", "build"), ("alias: all", "all")])
def test_a_whole_matrix_can_be_required(alias: str, name: str) -> None:
    jobs = _jobs(
        f"- build:\n    matrix:\n      parameters: {{a: [1, 2]}}\n      {alias}\n"
        f"- last: {{requires: [{name}]}}"
    )
    assert jobs[-1] == {"last": {"requires": ["build-1", "build-2"]}}


def test_executors_and_steps_can_be_axes() -> None:
    expansion = clean(
        _workflow(
            "- build:\n    matrix:\n      parameters:\n        os: [linux, macos]\n"
            "        then: [[{run: one}], [{run: two}]]\n"
        )
    )
    found = [
        (job.executor.kind, job.steps[-1].command.text if job.steps[-1].command else "")
        for job in expansion.workflows[0].jobs
    ]
    assert found == [("machine", "one"), ("machine", "two"), ("macos", "one"), ("macos", "two")]


def test_a_matrix_sees_pipeline_parameters() -> None:
    jobs = "- build:\n    matrix: {parameters: {version: [<< pipeline.parameters.name >>, '2']}}\n"
    assert _jobs(jobs) == ["build-<< pipeline.parameters.name >>", "build-2"]
    assert _jobs(jobs, values={"pipeline.parameters.name": "x"}) == ["build-x", "build-2"]


def test_a_single_value_is_an_axis_of_one() -> None:
    assert _jobs("- build:\n    matrix: {parameters: {version: one}}") == ["build-one"]


def test_pre_steps_see_the_cell() -> None:
    expansion = clean(
        _workflow(
            "- build:\n    matrix: {parameters: {a: [1]}}\n"
            "    pre-steps: [{run: echo << matrix.a >>}]"
        )
    )
    assert steps_of(expansion, "build-1")[0] == "echo 1"


def test_the_definition_does_not_see_the_cell() -> None:
    text = _workflow("- last:\n    matrix: {parameters: {}}").replace(
        "steps: [checkout]", "steps: [{run: echo << matrix.a >>}]"
    )
    assert steps_of(clean(text), "last") == ["echo << matrix.a >>"]


@pytest.mark.parametrize(
    ("jobs", "error"),
    [
        ("- build:\n    matrix: {alias: x}", "{alias: x}: a matrix needs parameters"),
        (
            "- build:\n    matrix: {parameters: {none: [1]}}",
            "1: unexpected argument(s): none",
        ),
        (
            "- build:\n    matrix: {parameters: {a: [x]}}",
            "x: type error for argument 'a': expected integer, got string",
        ),
        (
            "- build:\n    name: x-<< matrix.z >>\n    matrix: {parameters: {a: [1]}}",
            "<< matrix.z >>: the matrix has no parameter 'z'",
        ),
    ],
)
def test_a_wrong_matrix_is_an_error_at_its_place(jobs: str, error: str) -> None:
    text = _workflow(jobs)
    assert errors(expanded(text), text) == [error]


def test_the_values_of_a_job_are_kept() -> None:
    job = job_of(clean(_workflow("- build:\n    matrix: {parameters: {a: [7]}}")), "build-7")
    assert job.matrix == (("a", "7"),)
    assert [(name, getattr(value, "text", "")) for name, value in job.arguments] == [("a", "7")]
