"""Parameters: arguments bound, checked by type, and refused as CircleCI refuses them."""

from __future__ import annotations

import pytest

from tests.unit.circleci.expanding import (
    JOBS,
    clean,
    errors,
    expanded,
    shown,
    steps_of,
    with_steps,
)

TYPES = {
    "string": "words",
    "boolean": "true",
    "integer": "3",
    "number": "1.5",
    "enum": "red",
    "env_var_name": "MY_NAME",
    "steps": "[checkout]",
}


def _say(type: str, more: str = "") -> str:
    enum = ", enum: [red, green]" if type == "enum" else ""
    use = "steps: << parameters.it >>" if type == "steps" else 'run: "<< parameters.it >>"'
    return (
        f"commands:\n  say:\n    parameters:\n      it: {{type: {type}{enum}{more}}}\n"
        f"    steps:\n      - {use}\n"
    )


@pytest.mark.parametrize("type", TYPES)
def test_an_argument_of_the_declared_type_is_taken(type: str) -> None:
    expansion = clean(with_steps(f"- say: {{it: {TYPES[type]}}}", _say(type)))
    assert steps_of(expansion, "job") == ["checkout" if type == "steps" else TYPES[type]]


@pytest.mark.parametrize("type", TYPES)
def test_a_default_is_taken_where_no_argument_is_given(type: str) -> None:
    expansion = clean(with_steps("- say", _say(type, f", default: {TYPES[type]}")))
    assert steps_of(expansion, "job") == ["checkout" if type == "steps" else TYPES[type]]


@pytest.mark.parametrize(
    ("type", "argument", "got"),
    [
        ("string", "60", "integer"),
        ("string", "1.5", "number"),
        ("string", "true", "boolean"),
        ("string", "[a]", "sequence"),
        ("string", "{a: b}", "mapping"),
        ("boolean", '"true"', "string"),
        ("boolean", "1", "integer"),
        ("integer", '"1"', "string"),
        ("integer", "1.5", "number"),
        ("number", "one", "string"),
        ("enum", "[red]", "sequence"),
    ],
)
def test_an_argument_of_another_type_is_an_error_at_its_place(
    type: str, argument: str, got: str
) -> None:
    text = with_steps(f"- say: {{it: {argument}}}", _say(type))
    assert errors(expanded(text), text) == [
        f"{argument}: type error for argument 'it': expected {type}, got {got}"
    ]


@pytest.mark.parametrize(
    ("type", "argument"),
    [
        ("boolean", "yes"),
        ("boolean", "Off"),
        ("boolean", "y"),
        ("boolean", "N"),
        ("string", "2019-01-01"),
        ("string", '"60"'),
        ("string", ""),
        ("boolean", "<< pipeline.parameters.flag >>"),
        ("integer", "<< pipeline.number >>"),
        ("string", "<< pipeline.git.branch >>"),
        ("enum", "<< pipeline.parameters.stage >>"),
    ],
)
def test_an_argument_that_may_fit_is_no_error(type: str, argument: str) -> None:
    clean(with_steps(f"- say:\n    it: {argument}", _say(type)))


def test_y_and_n_are_booleans() -> None:
    more = (
        "commands:\n  say:\n    parameters:\n      it: {type: boolean}\n    steps:\n"
        "      - when: {condition: << parameters.it >>, steps: [checkout]}\n"
    )
    assert steps_of(clean(with_steps("- say: {it: y}\n- say: {it: n}", more)), "job") == [
        "checkout"
    ]


def test_an_argument_outside_of_an_enum_is_an_error() -> None:
    text = with_steps("- say: {it: blue}", _say("enum"))
    expansion = expanded(text)
    assert errors(expansion, text) == [
        "blue: argument 'it' is not one of the enum's values: red, green"
    ]
    assert [shown(place, text) for place in expansion.errors[0].related] == ["it"]


def test_a_default_outside_of_its_enum_is_an_error_even_if_nothing_calls() -> None:
    text = with_steps("- checkout", _say("enum", ", default: blue"))
    assert errors(expanded(text), text) == [
        "blue: argument 'it' is not one of the enum's values: red, green"
    ]


def test_a_huge_enum_is_not_told_whole() -> None:
    names = ", ".join(f"name{number}" for number in range(100_000))
    more = (
        f"commands:\n  say:\n    parameters:\n      it: {{type: enum, enum: [{names}]}}\n"
        "    steps: [{run: << parameters.it >>}]\n"
    )
    (message,) = errors(expanded(with_steps("- say: {it: blue}", more)))
    assert message.endswith("name8, name9, and more")


def test_a_name_that_is_no_variable_is_an_error() -> None:
    text = with_steps("- say: {it: MY-NAME}", _say("env_var_name"))
    assert errors(expanded(text), text) == [
        "MY-NAME: argument 'it' is not the name of an environment variable"
    ]


def test_missing_and_unexpected_arguments_are_errors() -> None:
    text = with_steps("- say\n- say: {it: a, that: b}", _say("string"))
    assert errors(expanded(text), text) == [
        "say: missing required argument(s): it",
        "that: unexpected argument(s): that",
    ]


def test_an_empty_default_is_none() -> None:
    text = with_steps("- say\n- say: {it: a}", _say("string", ", default: null"))
    assert errors(expanded(text), text) == ["say: missing required argument(s): it"]


def test_a_missing_argument_leaves_its_place_unknown() -> None:
    expansion = expanded(with_steps("- say", _say("string")))
    assert steps_of(expansion, "job") == ["<< parameters.it >>"]


def test_an_unknown_type_is_an_error() -> None:
    text = with_steps("- say: {it: a}", _say("text"))
    assert errors(expanded(text), text) == ["it: parameter 'it' has the unknown type 'text'"]


def test_a_pipeline_parameter_needs_a_default() -> None:
    text = "version: 2.1\nparameters:\n  to: {type: string}\nworkflows: {}\n"
    assert errors(expanded(text), text) == ["to: pipeline parameter 'to' has no default"]


def test_a_reference_that_nothing_declares_is_an_error() -> None:
    text = with_steps('- run: "<< parameters.a >> << pipeline.parameters.b >> << matrix.c >>"')
    assert errors(expanded(text), text) == [
        "<< parameters.a >>: arguments referenced without declared parameters: parameters.a",
        "<< pipeline.parameters.b >>: undeclared pipeline parameter: pipeline.parameters.b",
    ]


def test_a_caller_does_not_lend_its_parameters() -> None:
    more = (
        "commands:\n  outer:\n    parameters: {it: {type: string, default: a}}\n"
        "    steps: [inner]\n  inner:\n    steps: [{run: << parameters.it >>}]\n"
    )
    text = with_steps("- outer", more)
    assert errors(expanded(text), text) == [
        "<< parameters.it >>: arguments referenced without declared parameters: parameters.it"
    ]


def test_a_default_sees_pipeline_values_and_no_parameters() -> None:
    more = _say("string", ', default: "<< pipeline.git.branch >>-<< pipeline.parameters.name >>"')
    assert steps_of(clean(with_steps("- say", more)), "job") == [
        "<< pipeline.git.branch >>-<< pipeline.parameters.name >>"
    ]


def test_what_nothing_calls_keeps_its_parameters_open() -> None:
    more = (
        "commands:\n  say:\n    parameters:\n      to: {type: string, default: you}\n"
        "      loud: {type: boolean, default: false}\n"
        "      then: {type: steps, default: [checkout]}\n"
        "    steps:\n      - run: << parameters.to >>\n"
        "      - when: {condition: << parameters.loud >>, steps: [{run: loud}]}\n"
        "      - steps: << parameters.then >>\n"
    )
    expansion = clean(with_steps("- checkout", more))
    assert steps_of(expansion, "say") == ["<< parameters.to >>", "loud", "checkout"]
    unknown = expansion.unused[0].steps[0].command
    assert unknown is not None and unknown.unknowns[0].default is not None
    assert unknown.assumed == "you"


def test_a_parameter_may_have_any_name() -> None:
    more = (
        "commands:\n  say:\n    parameters:\n      2nd.Name_x-y: {type: string}\n"
        "    steps: [{run: << parameters.2nd.Name_x-y >>}]\n"
    )
    assert steps_of(clean(with_steps("- say: {2nd.Name_x-y: a}", more)), "job") == ["a"]


def test_a_workflow_may_declare_parameters() -> None:
    text = (
        f"{JOBS}jobs:\n  job:\n    machine: {{image: default}}\n"
        "    parameters: {to: {type: string}}\n"
        "    steps: [{run: << parameters.to >>}]\nworkflows:\n  main:\n"
        "    parameters: {whom: {type: string, default: you}}\n"
        "    jobs: [{job: {to: << parameters.whom >>}}]\n"
    )
    assert steps_of(clean(text), "job") == ["you"]
