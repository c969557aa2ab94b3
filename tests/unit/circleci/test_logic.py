"""Conditions: statements and expressions decided alike, and left open where nobody can know."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.circleci.compiled import plain as plain_value
from secguard.circleci.model import Workflow
from tests.unit.circleci.expanding import (
    JOBS,
    clean,
    errors,
    expanded,
    job_of,
    steps_of,
    with_steps,
)

BRANCH = "pipeline.git.branch"
NAME = "pipeline.parameters.name"
FLAG = "pipeline.parameters.flag"

STATEMENTS = [
    # statement, expression
    ("<< pipeline.parameters.flag >>", "pipeline.parameters.flag"),
    ("{not: << pipeline.parameters.flag >>}", "not pipeline.parameters.flag"),
    ("{equal: [main, << pipeline.git.branch >>]}", 'pipeline.git.branch == "main"'),
    ("{not: {equal: [main, << pipeline.git.branch >>]}}", 'pipeline.git.branch != "main"'),
    (
        "{and: [<< pipeline.parameters.flag >>, {equal: [main, << pipeline.git.branch >>]}]}",
        'pipeline.parameters.flag and pipeline.git.branch == "main"',
    ),
    (
        "{or: [{equal: [main, << pipeline.git.branch >>]}, "
        "{equal: [dev, << pipeline.git.branch >>]}]}",
        'pipeline.git.branch == "main" or pipeline.git.branch == "dev"',
    ),
    (
        "{matches: {pattern: ^v.+$, value: << pipeline.git.branch >>}}",
        "pipeline.git.branch matches /^v.+$/",
    ),
    (
        "{and: [{not: << pipeline.parameters.flag >>}, {not: {matches: {pattern: .*x.*, value: "
        "<< pipeline.git.branch >>}}}]}",
        "not pipeline.parameters.flag and not (pipeline.git.branch matches /.*x.*/)",
    ),
    (
        "{equal: [prod, << pipeline.parameters.stage >>]}",
        'pipeline.parameters.stage == "prod"',
    ),
    ("{equal: [3, << pipeline.parameters.count >>]}", "pipeline.parameters.count == 3"),
    ("<< pipeline.parameters.name >>", "pipeline.parameters.name"),
    ('{not: {equal: ["", << pipeline.parameters.name >>]}}', 'pipeline.parameters.name != ""'),
    ("true", "true"),
    ("{not: true}", "not true"),
    ("{and: [true, << pipeline.parameters.flag >>]}", "true and pipeline.parameters.flag"),
    ("{or: [false, << pipeline.parameters.flag >>]}", "false or pipeline.parameters.flag"),
    ("{equal: [1, 1]}", "1 == 1"),
]
SETTLED: list[dict[str, Any]] = [
    {},
    {FLAG: True, BRANCH: "main", NAME: "x"},
    {FLAG: False, BRANCH: "v1", NAME: ""},
    {FLAG: True, BRANCH: "x", "pipeline.parameters.stage": "prod"},
    {BRANCH: "dev", "pipeline.parameters.count": 4},
]


def _workflow(when: str, values: dict[str, Any], key: str = "when") -> Workflow:
    text = (
        f"{JOBS}workflows:\n  main:\n    {key}: {when}\n    jobs: [{{hold: {{type: approval}}}}]\n"
    )
    (workflow,) = clean(text, values=values).workflows
    return workflow


def _answer(workflow: Workflow) -> bool | None:
    return None if workflow.conditions else workflow.runs


@pytest.mark.parametrize("values", SETTLED, ids=lambda one: ",".join(map(str, one.values())))
@pytest.mark.parametrize(("statement", "expression"), STATEMENTS)
def test_a_statement_and_its_expression_decide_alike(
    statement: str, expression: str, values: dict[str, Any]
) -> None:
    legacy = _answer(_workflow(statement, values))
    assert _answer(_workflow(f"'{expression}'", values)) is legacy
    asked = {name for name in (BRANCH, NAME, FLAG) if name in expression}
    if "stage" not in expression and "count" not in expression and asked <= set(values):
        assert legacy is not None
    opposite = _answer(_workflow(statement, values, "unless"))
    assert opposite is (None if legacy is None else not legacy)


TABLE = {
    "true": True,
    "false": False,
    "0": False,
    "42": True,
    '""': False,
    "null": False,
    ".nan": False,
    "text": True,
    "off": False,
    "<< pipeline.parameters.flag >>": None,
    "{and: [<< pipeline.parameters.flag >>, false]}": False,
    "{and: [<< pipeline.parameters.flag >>, true]}": None,
    "{or: [<< pipeline.parameters.flag >>, true]}": True,
    "{or: [<< pipeline.parameters.flag >>, false]}": None,
    "{not: << pipeline.parameters.flag >>}": None,
    "{not: {and: [<< pipeline.parameters.flag >>, false]}}": True,
    "{equal: [a, a, a]}": True,
    "{equal: [a, << pipeline.git.branch >>, b]}": False,
    "{equal: [1, '1']}": False,
    "{equal: [dev, << pipeline.parameters.stage >>]}": None,
    "{equal: [test, << pipeline.parameters.stage >>]}": False,
    "{equal: ['x-dev', x-<< pipeline.parameters.stage >>]}": None,
    "{matches: {pattern: .*, value: << pipeline.git.branch >>}}": None,
    "{matches: {pattern: 'a.', value: ab}}": True,
    "{matches: {pattern: 'a', value: ab}}": False,
    "{matches: {pattern: '7', value: 7}}": True,
    "{matches: {pattern: '(a+)+b', value: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}": None,
    # text around a template is never empty
    "<< pipeline.parameters.flag >> == true": True,
    "'<< pipeline.git.branch >> == \"main\"'": True,
    # CircleCI takes a misspelt statement without a word; what it then does is not known
    "{equals: [a, b]}": None,
    "{equal: [a, b], and: [true]}": None,
}


@pytest.mark.parametrize("condition", TABLE)
def test_a_condition_of_steps_has_three_answers(condition: str) -> None:
    text = with_steps(
        f"- when:\n    condition: {condition}\n    steps: [{{run: then}}]\n"
        f"- unless:\n    condition: {condition}\n    steps: [{{run: else}}]\n"
        "- run: end"
    )
    expansion = clean(text)
    expected = {True: ["then"], False: ["else"], None: ["then", "else"]}[TABLE[condition]]
    assert steps_of(expansion, "job") == [*expected, "end"]
    conditions = [len(step.conditions) for step in expansion.jobs[0].steps]
    assert conditions == [int(len(expected) == 2)] * len(expected) + [0]


def test_an_open_condition_says_what_it_asks_for() -> None:
    text = with_steps(
        "- say: {loud: << pipeline.parameters.flag >>}",
        "commands:\n  say:\n    parameters:\n      loud: {type: boolean}\n    steps:\n"
        "      - unless:\n          condition:\n"
        '            or: [<< parameters.loud >>, << pipeline.git.branch == "main" >>]\n'
        "          steps: [{run: quiet}]\n",
    )
    (step,) = clean(text).jobs[0].steps
    (condition,) = step.conditions
    assert condition.negated
    assert condition.names == ("pipeline.parameters.flag", "pipeline.git.branch")
    assert plain_value(condition.value) == {
        "or": ["<< pipeline.parameters.flag >>", '<< pipeline.git.branch == "main" >>']
    }


def test_conditions_in_conditions_are_all_kept() -> None:
    text = with_steps(
        "- when:\n    condition: << pipeline.parameters.flag >>\n    steps:\n"
        "      - unless:\n          condition: << pipeline.git.tag >>\n"
        "          steps: "
        "[checkout]\n"
    )
    (step,) = clean(text).jobs[0].steps
    assert [(one.negated, one.names) for one in step.conditions] == [
        (False, ("pipeline.parameters.flag",)),
        (True, ("pipeline.git.tag",)),
    ]


def test_parameters_of_other_kinds_can_be_asked_for() -> None:
    text = with_steps(
        "- both: {then: [checkout]}\n- both\n",
        "commands:\n  both:\n    parameters:\n      then: {type: steps, default: []}\n    steps:\n"
        "      - when: {condition: << parameters.then >>, steps: << parameters.then >>}\n"
        "      - unless: {condition: << parameters.then >>, steps: [{run: none}]}\n",
    )
    assert steps_of(clean(text), "job") == ["checkout", "none"]


def test_an_executor_is_equal_to_its_definition() -> None:
    text = (
        f"{JOBS}executors:\n  linux: &linux {{docker: [{{image: a}}]}}\n"
        "  macos: &macos {macos: {xcode: 16.0.0}}\n  other: {parameters: {}, machine: true}\n"
        "jobs:\n  job:\n    parameters: {os: {type: executor}}\n    executor: << parameters.os >>\n"
        "    steps:\n      - when:\n"
        "          condition: {or: [{equal: [*linux, << parameters.os >>]}]}\n"
        "          steps: [{run: on linux}]\n"
        "      - unless:\n          condition: {equal: [<< parameters.os >>, *macos]}\n"
        "          steps: [{run: not on macos}]\n"
        "workflows: {main: {jobs: [{job: {matrix: {parameters: {os: [linux, macos, other]}}}}]}}\n"
    )
    expansion = clean(text)
    assert steps_of(expansion, "job-linux") == ["on linux", "not on macos"]
    assert steps_of(expansion, "job-macos") == []
    assert [bool(step.conditions) for step in job_of(expansion, "job-other").steps] == [True, True]


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        ("[true]", "[true]: a condition is a value or a statement, not a list"),
        ("{and: []}", "and: 'and' has no arguments"),
        ("{or: }", "or: 'or' has no arguments"),
        ("{equal: []}", "equal: 'equal' has no arguments"),
        ("{matches: {value: a}}", "{value: a}: 'matches' needs a pattern and a value"),
    ],
)
def test_what_circleci_refuses_is_an_error(condition: str, error: str) -> None:
    text = with_steps(f"- when:\n    condition: {condition}\n    steps: [checkout]\n")
    assert errors(expanded(text), text) == [error]


def test_an_expression_that_cannot_be_worked_out_keeps_its_workflow() -> None:
    text = f"{JOBS}workflows:\n  main:\n    when: pipeline.number starts-with 1\n    jobs: []\n"
    expansion = expanded(text, values={"pipeline.number": 1})
    assert errors(expansion, text) == [
        "pipeline.number starts-with 1: the expression cannot be worked out: "
        "`starts-with` needs strings"
    ]
    assert expansion.workflows[0].conditions


def test_an_unknown_name_leaves_an_expression_open() -> None:
    assert _answer(_workflow("some.thing", {})) is None


@pytest.mark.parametrize("depth", [99, 120])
def test_logic_is_read_to_a_depth_of_a_hundred(depth: int) -> None:
    condition = "{not: " * depth + "true" + "}" * depth
    text = with_steps(f"- when:\n    condition: {condition}\n    steps: [checkout]\n")
    expansion = expanded(text)
    if depth > 100:
        assert "deeper than 100 levels" in errors(expansion)[0]
        assert steps_of(expansion, "job") == ["checkout"]
    else:
        assert errors(expansion) == []
        assert steps_of(expansion, "job") == []
