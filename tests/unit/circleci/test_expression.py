"""Expressions: the documented examples, precedence, what is not known, and any text at all."""

from __future__ import annotations

import operator
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.circleci import expression
from secguard.circleci.expression import Expr, ExpressionError, Result, evaluate, holds, parse
from secguard.circleci.values import Control, Unknown

BRANCH = Unknown("pipeline.git.branch", "string", Control.REF)
TAG = Unknown("pipeline.git.tag", "string", Control.REF)
ASKED = Unknown("pipeline.parameters.asked", "boolean", Control.SAFE)
STAGE = Unknown("pipeline.parameters.stage", "enum", Control.SAFE, ("dev", "prod"))
VALUES: dict[str, Result] = {
    "foo": True,
    "bar": False,
    "nothing": None,
    "empty": "",
    "number": 7,
    "text": "hello world",
    "branch": BRANCH,
    "tag": TAG,
    "asked": ASKED,
    "stage": STAGE,
}


def _value(text: str) -> Result:
    return evaluate(parse(text), VALUES.__getitem__)


def _holds(text: str) -> bool | None:
    return holds(parse(text), VALUES.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not foo and bar", False),
        ("not (foo and bar)", True),
        ('"hello world" starts-with "hello"', True),
        ("bar and 10 or 1", 1),
        ("foo and 10 or 1", 10),
        ('nothing or "unknown branch"', "unknown branch"),
        ("empty or nothing", None),
        ('1 == "1"', False),
        ('1 != "1"', True),
        ("true == 1", False),
        ("1 == 1.0", True),
        ("number >= 7", True),
        ("number > 7", False),
        ("1 < 2 == true", True),
        ("foo or bar and bar", True),
        ("(foo or bar) and bar", False),
        ('text matches /hello .*/ and not (text matches "hello")', True),
        ('"a \\"b\\" \\\\"', 'a "b" \\'),
        ("! bar", True),
        ("null == nothing", True),
    ],
)
def test_a_known_expression_is_worked_out(text: str, expected: Result) -> None:
    found = _value(text)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "and",
        "foo bar",
        "(foo",
        "foo)",
        "foo ==",
        "not",
        "'x'",
        "foo = bar",
        "9" * 5000,
        "foo &&",
    ],
)
def test_a_text_that_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    "text", ['number starts-with "7"', "text > 1", "true >= false", "text matches number"]
)
def test_operands_of_the_wrong_type_are_an_error(text: str) -> None:
    with pytest.raises(ExpressionError):
        _value(text)


def test_and_and_or_do_not_look_at_what_cannot_matter() -> None:
    assert _value("bar and text > 1") is False
    assert _value("foo or text > 1") is True
    assert _holds("asked and text > 1") is None


TABLE = {
    "asked": None,
    "not asked": None,
    "asked and true": None,
    "asked and false": False,
    "false and asked": False,
    "asked or true": True,
    "true or asked": True,
    "asked or false": None,
    "not (asked and false)": True,
    "asked == true": None,
    'stage == "prod"': None,
    'stage == "test"': False,
    'stage != "test"': True,
    'branch == "main" and asked': None,
    'branch starts-with "v"': None,
    "branch matches /.*/": None,
    "number > 5 and asked or number > 5": True,
}


@pytest.mark.parametrize("text", TABLE)
def test_three_values_of_truth(text: str) -> None:
    assert _holds(text) is TABLE[text]


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ('branch or "unknown"', Control.REF),
        ('asked and branch or "none"', Control.REF),
        ('branch and "yes" or "no"', Control.SAFE),
        ('branch == "main" and 10 or 1', Control.SAFE),
        ("asked or branch", Control.REF),
    ],
)
def test_the_one_who_can_write_into_a_result_is_known(text: str, control: Control) -> None:
    found = _value(text)
    assert isinstance(found, Unknown)
    assert found.control is control
    assert found.tainted is (control is Control.REF)


def test_an_operand_that_is_the_only_one_left_comes_out_as_it_is() -> None:
    assert _value("true and branch") is BRANCH
    assert _value("false or stage") is STAGE


def test_choices_do_not_outlive_a_choice_between_operands() -> None:
    assert _holds('(stage or tag) == "v1"') is None


LITERALS: dict[str, Any] = {"true": True, "false": False, "0": 0, "3": 3, '""': "", '"ab"': "ab"}
BINARY = ("or", "and", "==", "!=", "starts-with", ">", ">=", "<", "<=")
STRENGTH = {"or": 0, "and": 1, "==": 2, "!=": 2, "starts-with": 3}


def _trees() -> st.SearchStrategy[Any]:
    leaves = st.sampled_from(sorted(LITERALS))
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(st.just("not"), inner) | st.tuples(st.sampled_from(BINARY), inner, inner)
        ),
        max_leaves=8,
    )


def _written(tree: Any, weakest: int = 0) -> str:
    """Write a tree with no more brackets than it needs."""
    if isinstance(tree, str):
        return tree
    if tree[0] == "not":
        return "not " + _written(tree[1], 5)
    strength = STRENGTH.get(tree[0], 4)
    text = f"{_written(tree[1], strength)} {tree[0]} {_written(tree[2], strength + 1)}"
    return f"({text})" if strength < weakest else text


class _Refused(Exception):
    pass


ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "starts-with": str.startswith,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def _worked_out(tree: Any) -> Any:
    if isinstance(tree, str):
        return LITERALS[tree]
    left = _worked_out(tree[1])
    if tree[0] == "not":
        return not left
    if tree[0] in ("or", "and"):
        return left if bool(left) == (tree[0] == "or") else _worked_out(tree[2])
    right = _worked_out(tree[2])
    if tree[0] in ("==", "!="):
        return (type(left) is type(right) and left == right) == (tree[0] == "==")
    if {type(left), type(right)} != {str if tree[0] == "starts-with" else int}:
        raise _Refused
    return ORDER[tree[0]](left, right)


@settings(max_examples=400, deadline=None)
@given(_trees())
def test_any_expression_comes_to_what_a_plain_evaluator_says(tree: Any) -> None:
    text = _written(tree)
    expr = parse(text)
    try:
        expected = _worked_out(tree)
    except _Refused:
        with pytest.raises(ExpressionError):
            evaluate(expr, VALUES.__getitem__)
        return
    found = evaluate(expr, VALUES.__getitem__)
    assert found == expected and type(found) is type(expected), text
    assert holds(expr, VALUES.__getitem__) is bool(expected)


@settings(max_examples=300, deadline=None)
@given(_trees(), st.sampled_from(["true", "false", "3", '""', '"ab"']))
def test_what_is_decided_without_a_value_holds_with_any(tree: Any, value: str) -> None:
    """Where an unknown operand does not matter, putting any value in gives the same answer."""
    text = _written(("or", ("and", "3", "0"), tree)).replace("3", "(x)")

    def ask(known: Result) -> bool | None:
        try:
            return holds(parse(text), lambda _: known)
        except ExpressionError:
            return None

    symbolic = ask(Unknown("x", "string", Control.SAFE))
    concrete = ask(LITERALS[value])
    if symbolic is not None and concrete is not None:
        assert symbolic is concrete, text


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet='ab1.-_ ()!<>="\\/\n', max_size=40) | st.text(max_size=20))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        expr = parse(text)
        assert isinstance(expr, Expr)
        evaluate(expr, lambda _: "x")
        holds(expr, lambda _: ASKED)
    except ExpressionError:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "not " * 100_000 + "foo",
        "(" * 100_000 + "foo" + ")" * 100_000,
        " == ".join(["foo"] * 100_000),
        "(foo or bar and foo == bar > " * 20_000,
        "(foo == foo == foo == foo == " * 200,
    ],
)
def test_deep_expressions_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_long_expressions_are_worked_out() -> None:
    expr = parse(" or ".join(["bar"] * 100_000 + ["foo"]))
    assert evaluate(expr, VALUES.__getitem__) is True
    assert holds(expr, VALUES.__getitem__) is True
    assert len(expr.names()) == 100_001


def test_the_deepest_expression_needs_no_deep_stack() -> None:
    depth = expression.MAX_NESTING - 1
    assert _value("(" * depth + "foo" + ")" * depth) is True
    assert _value("not " * depth + "foo") is (depth % 2 == 0)
