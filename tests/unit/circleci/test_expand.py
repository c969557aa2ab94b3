"""What is settled of a pipeline, and what an expansion is made of."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.circleci.values import HOLE
from tests.unit.circleci.expanding import (
    JOBS,
    clean,
    errors,
    expanded,
    job_of,
    root_of,
    steps_of,
    with_steps,
)

ALL = "- run: << pipeline.parameters.TYPE >>"


@pytest.mark.parametrize(
    ("name", "given", "answers"),
    [
        ("flag", "true", ("yes", "no")),
        ("flag", "yes", ("yes", "no")),
        ("flag", "off", ("no", "yes")),
        ("flag", True, ("yes", "no")),
        ("name", "true", ("yes", "yes")),
        ("name", "", ("no", "yes")),
        ("name", "7", ("yes", "yes")),
        ("count", "0", ("no", "yes")),
        ("count", "7", ("yes", "no")),
        ("count", 7, ("yes", "no")),
    ],
)
def test_text_is_read_as_the_type_of_its_parameter(name: str, given: Any, answers: Any) -> None:
    text = with_steps(
        f"- when: {{condition: << pipeline.parameters.{name} >>, steps: [{{run: yes}}]}}\n"
        f"- unless: {{condition: << pipeline.parameters.{name} >>, steps: [{{run: no}}]}}\n"
        f"- unless:\n    condition: {{or: [{{equal: [7, << pipeline.parameters.{name} >>]}}, "
        f"{{equal: [true, << pipeline.parameters.{name} >>]}}]}}\n    steps: [{{run: yes}}]\n"
    )
    found = steps_of(clean(text, values={f"pipeline.parameters.{name}": given}), "job")
    assert found[0] == answers[0]
    assert ("yes" if len(found) == 2 else "no") == answers[1]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("flag", "maybe", "type error for argument 'flag': expected boolean, got string"),
        ("count", "many", "type error for argument 'count': expected integer, got string"),
        ("stage", "test", "argument 'stage' is not one of the enum's values: dev, prod"),
        ("stages", "x", "unexpected argument(s): stages"),
    ],
)
def test_a_value_that_circleci_would_not_take_is_an_error(
    name: str, given: str, message: str
) -> None:
    text = with_steps("- checkout")
    expansion = expanded(text, values={f"pipeline.parameters.{name}": given})
    assert [error.message for error in expansion.errors] == [message]


def test_defaults_are_taken_where_they_are_asked_for() -> None:
    text = with_steps(
        "- run: << pipeline.parameters.flag >> << pipeline.parameters.name >> "
        "<< pipeline.parameters.stage >> << pipeline.parameters.count >> << pipeline.number >>."
        "<< pipeline.git.branch >>.<< pipeline.git.branch.is_default >>\n"
    )
    assert steps_of(clean(text, defaults=True), "job") == ["false  dev 3 1..false"]
    (step,) = job_of(clean(text), "job").steps
    assert step.command is not None
    assert step.command.text.count(HOLE) == 7


def test_what_is_given_wins_over_the_default() -> None:
    text = with_steps("- run: << pipeline.parameters.stage >> << pipeline.git.branch >>")
    given = {"pipeline.parameters.stage": "prod", "pipeline.git.branch": "main"}
    assert steps_of(clean(text, values=given, defaults=True), "job") == ["prod main"]


@pytest.mark.parametrize("type", ["steps", "executor", "env_var_name"])
def test_a_pipeline_parameter_has_a_plain_type(type: str) -> None:
    text = f"version: 2.1\nparameters:\n  it: {{type: {type}}}\nworkflows: {{}}\n"
    assert errors(expanded(text), text) == [f"it: pipeline parameter 'it' cannot be of type {type}"]


def test_parameters_of_the_pipeline_are_listed() -> None:
    found = clean(f"{JOBS}workflows: {{}}\n").parameters
    assert [(one.name, one.type, one.choices, one.tainted) for one in found] == [
        ("pipeline.parameters.flag", "boolean", (), False),
        ("pipeline.parameters.name", "string", (), True),
        ("pipeline.parameters.stage", "enum", ("dev", "prod"), False),
        ("pipeline.parameters.count", "integer", (), False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "[]",
        "version: 2.1",
        "version: [2.1]",
        "jobs: a",
        "jobs: [a]",
        "jobs: {a: }",
        "jobs: {a: b}",
        "workflows: a",
        "workflows: [a]",
        "workflows: {a: b}",
        "workflows: {a: {jobs: b}}",
        "workflows: {a: {jobs: {b: c}}}",
        "workflows: {a: {jobs: [[b]]}}",
        "workflows: {a: {jobs: [{}]}}",
        "workflows: {a: {when: [], unless: {}, triggers: a, jobs: [{b: [c]}]}}",
        "workflows: {a: {jobs: [{b: {matrix: a, requires: {c: d}, context: {e: f}}}]}}",
        "workflows: {a: {jobs: [{b: {matrix: {parameters: [a]}, pre-steps: a}}]}}",
        "orbs: a",
        "orbs: [a]",
        "orbs: {a: [b], c: , d: {orbs: {e: }}}",
        "commands: {a: , b: [c], d: {steps: e, parameters: f}, g: {parameters: {h: i, j: }}}",
        "executors: {a: , b: [c], d: e}",
        "parameters: [a]",
        "parameters: {a: , b: c, d: {type: [e], enum: f, default: {g: h}}}",
        "job-groups: {a: b}\nworkflows: {c: {jobs: [a]}}",
        "job-groups: {a: {jobs: {b: c}}}\nworkflows: {c: {jobs: [{a: b}]}}",
        "jobs: {a: {steps: [[run], {}, {run: [a]}, {when: a}, 3, null, {3: 4}, {[a]: b}]}}",
        "jobs: {a: {environment: [[b], {c: [d]}, e], docker: a, machine: [b], executor: [c]}}",
        "jobs: {a: {docker: [b, {c: d}, {image: [e]}], shell: [f]}}",
        "jobs: {a: {steps: a, parameters: {g: {type: steps}, h: {type: executor}}}}",
        "? [a]\n: b\njobs: {? {c: d} : e}",
        "<<: a\njobs: {<<: [b, {c: {steps: []}}]}",
    ],
)
@pytest.mark.parametrize("version", ["", "version: 2\n", "version: 2.1\n"])
def test_no_tree_makes_it_fail(text: str, version: str) -> None:
    whole = version + text if ":" in text and not text.startswith("version") else text
    expansion = expanded(whole)
    assert isinstance(expansion.jobs, tuple)
    assert root_of(whole) is not None
