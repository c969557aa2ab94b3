"""Substitution: types kept, text pasted, sections kept or dropped, mistakes pointed at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.circleci.expanding import clean, errors, expanded, plain, steps_of, with_steps

SAY = """\
commands:
  say:
    parameters:
      s: {type: string, default: text}
      b: {type: boolean, default: true}
      i: {type: integer, default: 7}
      n: {type: number, default: 1.5}
      e: {type: enum, enum: [red, green], default: red}
      steps: {type: steps, default: [checkout]}
      where: {type: executor, default: none}
    steps:
      - run: {command: a, environment: {X: VALUE}}
"""


def _value(text: str, **given: Any) -> Any:
    config = with_steps("- say", SAY.replace("VALUE", text))
    (step,) = plain(config, **given)["jobs"]["job"]["steps"]
    return step["run"]["environment"]["X"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<< parameters.s >>", "text"),
        ("<< parameters.b >>", True),
        ("<< parameters.i >>", 7),
        ("<< parameters.n >>", "1.5"),
        ("<< parameters.e >>", "red"),
        ("'<< parameters.b >> '", "true "),
        ("x<< parameters.i >><< parameters.b >>", "x7true"),
        ("<< parameters.i == 7 >>", True),
        ("<< parameters.b and 10 or 1 >>", 10),
        ("'<< parameters.s or \"none\" >>'", "text"),
        ("<< not parameters.b >>", False),
        ("<< parameters.i > 5 and parameters.e >>", "red"),
        ("<< pipeline.number >>", "<< pipeline.number >>"),
        ("'<< pipeline.git.branch or \"none\" >>'", '<< pipeline.git.branch or "none" >>'),
        ("<< some other text >>", "<< some other text >>"),
        ("<< parameters.s and >>", "<< parameters.s and >>"),
    ],
)
def test_a_template_is_replaced(text: str, value: Any) -> None:
    found = _value(text)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"a \<<EOF", "a <<EOF"),
        (r"\<< parameters.s >>", "<< parameters.s >>"),
        (r"\\<< parameters.s >>", r"\text"),
        (r"x\\\<< parameters.s >>", r"x\\<< parameters.s >>"),
        ("cat <<EOF > << parameters.s >>", "cat <<EOF > text"),
        ("grep <<< << parameters.s >>", "grep <<< text"),
        ("<<<< parameters.s >>", "<<text"),
    ],
)
def test_escapes_and_heredocs(text: str, value: str) -> None:
    assert _value(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a<<# parameters.b >> yes<</ parameters.b >>.", "a yes."),
        ("a<<^ parameters.b >> no<</ parameters.b >>.", "a."),
        ("a<<#b>> yes<</b>>.", "a yes."),
        ("<<# parameters.b >><<^ parameters.i >>x<</ parameters.i >>y<</ parameters.b >>", "y"),
        ("<<^ parameters.b >>x<<# parameters.i >>y<</ parameters.i >><</ parameters.b >>", None),
        ("<<# pipeline.git.base_revision >>x<</ pipeline.git.base_revision >>", "x"),
        ("<<# parameters.b >>x", "x"),
        ("x<</ parameters.b >>", "x"),
        ("<<# parameters.s >><< parameters.i >><</ parameters.s >>", "7"),
    ],
)
def test_sections_are_kept_or_dropped_by_their_parameter(text: str, value: Any) -> None:
    assert _value(text) == (value or "")


def test_a_section_of_an_unknown_value_is_kept_and_of_a_known_one_decided() -> None:
    text = "<<# pipeline.git.tag >>tagged<</ pipeline.git.tag >>"
    assert _value(text) == "tagged"
    assert _value(text, values={"pipeline.git.tag": ""}) == ""
    assert _value(text, values={"pipeline.git.tag": "v1"}) == "tagged"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "<< parameters.steps >>",
            "<< parameters.steps >>: a steps or executor parameter is used as a value",
        ),
        (
            "x << parameters.where >>",
            "x << parameters.where >>: a list or a mapping is pasted into a text",
        ),
        (
            "'<<# parameters.x >>y<</ parameters.x >>'",
            "<<# parameters.x >>: arguments referenced without declared parameters: parameters.x",
        ),
        (
            "<< parameters.i starts-with parameters.s >>",
            "<< parameters.i starts-with parameters.s >>: the expression cannot be worked out: "
            "`starts-with` needs strings",
        ),
    ],
)
def test_a_mistake_is_pointed_at(text: str, error: str) -> None:
    config = with_steps("- say", SAY.replace("VALUE", text))
    assert errors(expanded(config), config) == [error]


def test_a_mistake_is_said_once_for_each_place() -> None:
    config = with_steps("- say\n- say\n- say", SAY.replace("VALUE", "<< parameters.none >>"))
    assert len(expanded(config).errors) == 1


def test_templates_may_stand_in_keys() -> None:
    config = with_steps(
        "- say", SAY.replace("{X: VALUE}", "{<< parameters.s >>_<< parameters.i >>: v}")
    )
    (step,) = plain(config)["jobs"]["job"]["steps"]
    assert step["run"]["environment"] == {"text_7": "v"}


def test_a_step_may_be_named_by_a_parameter() -> None:
    config = with_steps(
        "- say: {s: checkout}",
        SAY.replace("- run: {command: a, environment: {X: VALUE}}", "- << parameters.s >>"),
    )
    assert steps_of(clean(config), "job") == ["checkout"]


def test_what_wins_in_an_expression_keeps_its_way() -> None:
    config = with_steps(
        "- say: {s: << pipeline.git.branch >>}",
        SAY.replace("{command: a, environment: {X: VALUE}}", "echo << parameters.s >>"),
    )
    (step,) = clean(config).jobs[0].steps
    assert step.command is not None
    (unknown,) = step.command.unknowns
    assert (unknown.name, unknown.tainted) == ("pipeline.git.branch", True)


def test_an_expression_over_parameters_hands_on_who_controls_it() -> None:
    config = with_steps(
        "- say: {s: << pipeline.git.branch >>}",
        SAY.replace(
            "{command: a, environment: {X: VALUE}}", "echo << parameters.s or parameters.e >>"
        ),
    )
    (step,) = clean(config).jobs[0].steps
    assert step.command is not None
    (unknown,) = step.command.unknowns
    assert (unknown.name, unknown.tainted) == ("parameters.s or parameters.e", True)
