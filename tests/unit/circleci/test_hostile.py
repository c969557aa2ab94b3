"""Configs made to cost: each ends with a clear word in bounded work, whatever it repeats."""

from __future__ import annotations

import pytest

from secguard.circleci import scope
from secguard.circleci.config import make_config
from secguard.circleci.matrix import MAX_JOBS
from secguard.circleci.steps import MAX_STEPS
from secguard.source.text import ReadError
from tests.unit.circleci.expanding import errors, expanded, root_of, with_steps

TOO_LARGE = "the config grows too large when it is expanded, so the rest was not checked"


def _chain(levels: int, body: str, last: str, parameters: str = "") -> str:
    """Define commands that each do something with the next one."""
    text = "commands:\n"
    for level in range(levels):
        inner = body.replace("NEXT", f"c{level + 1}") if level < levels - 1 else last
        text += f"  c{level}:\n    parameters: {{{parameters}}}\n    steps: [{inner}]\n"
    return text


def _axis(count: int) -> str:
    return ", ".join(map(str, range(count)))


def _job(rest: str) -> str:
    return (
        "version: 2.1\njobs:\n  job:\n    parameters: {a: {type: integer, default: 0}, b: "
        "{type: integer, default: 0}}\n    machine: true\n    steps: [checkout]\n" + rest
    )


X = "x: {type: string}"
TWICE = '{NEXT: {x: "<< parameters.x >><< parameters.x >>"}}'

LAUGHS = {
    "a text doubled at each of 40 levels": with_steps(
        "- c0: {x: aaaaaaaa}", _chain(40, TWICE, "{run: << parameters.x >>}", X)
    ),
    "a large text pasted many times": with_steps(
        f"- c0: {{x: {'a' * 100_000}}}",
        _chain(1, "", "{run: '" + "<< parameters.x >>" * 10_000 + "'}", X),
    ),
    "an unknown doubled at each of 40 levels": with_steps(
        "- c0: {x: << pipeline.git.branch >>}", _chain(40, TWICE, "{run: << parameters.x >>}", X)
    ),
    "commands that call two commands, 40 levels deep": with_steps(
        "- c0", _chain(40, "NEXT, NEXT", "checkout")
    ),
    "commands that call nothing, 40 levels deep": with_steps(
        "- c0", _chain(40, "NEXT, NEXT", "steps: []")
    ),
    "more than fifty commands in one another": with_steps("- c0", _chain(60, "NEXT", "checkout")),
    "many uses of one conditional block": with_steps(
        "- &w\n  when: {condition: << pipeline.number >>, steps: [checkout, {run: a}, {run: b}]}\n"
        + "- *w\n" * 40_000
    ),
    "steps given many times to a command that takes them many times": with_steps(
        f"- c0: {{s: [{', '.join(['checkout'] * 1_000)}]}}",
        _chain(1, "", ", ".join(["<< parameters.s >>"] * 1_000), "s: {type: steps}"),
    ),
    "a matrix of a million jobs": _job(
        "workflows:\n  main:\n    jobs:\n      - job:\n          matrix:\n"
        f"            parameters: {{a: [{_axis(1_000)}], b: [{_axis(1_000)}]}}\n"
    ),
    "many large matrices": _job(
        "workflows:\n  main:\n    jobs:\n      - &m\n        job:\n          matrix:\n"
        f"            parameters: {{a: [{_axis(MAX_JOBS)}]}}\n" + "      - *m\n" * 50
    ),
    "jobs that all wait for all others": _job(
        "workflows:\n  main:\n    jobs:\n      - &m\n        job:\n          requires: [job]\n"
        f"          matrix: {{parameters: {{a: [{_axis(900)}]}}}}\n" + "      - *m\n" * 4
    ),
    "a job group of many jobs, called many times": _job(
        f"job-groups: {{g: {{jobs: [{', '.join(['job'] * 500)}]}}}}\n"
        f"workflows: {{main: {{jobs: [{', '.join(['g'] * 500)}]}}}}\n"
    ),
    "statements that hold two statements, 60 levels deep": with_steps(
        "- when: {condition: *x59, steps: [checkout]}",
        "x0: &x0 {and: [true, << pipeline.parameters.flag >>]}\n"
        + "".join(f"x{n}: &x{n} {{and: [*x{n - 1}, *x{n - 1}]}}\n" for n in range(1, 60)),
    ),
    "empty statements, 60 levels deep": with_steps(
        "- when: {condition: *x59, steps: [checkout]}",
        "x0: &x0 {not: {a: b}}\n"
        + "".join(f"x{n}: &x{n} {{or: [*x{n - 1}, *x{n - 1}]}}\n" for n in range(1, 60)),
    ),
    "values that hold two values, 70 levels deep": with_steps(
        "- run: {command: a, environment: *x69}",
        "x0: &x0 [<< pipeline.number >>]\n"
        + "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 70)),
    ),
    "a command of many parameters, called many times": with_steps(
        "- &c {c0: {}}\n" + "- *c\n" * 2_000,
        _chain(
            1,
            "",
            "checkout",
            ", ".join(f"p{n}: {{type: string, default: a}}" for n in range(4_000)),
        ),
    ),
    "many variables in many jobs": (
        f"version: 2.1\nv: &v {{{', '.join(f'V{n}: a' for n in range(2_000))}}}\njobs:\n"
        + "".join(
            f"  j{n}: {{machine: true, environment: *v, steps: [checkout]}}\n" for n in range(1_000)
        )
        + "workflows: {}\n"
    ),
}
SHARED = {"values that hold two values, 70 levels deep"}


@pytest.mark.parametrize("name", LAUGHS)
def test_what_multiplies_is_stopped_and_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "MAX_WORK", scope.MAX_WORK // 10)  # to end sooner
    expansion = expanded(LAUGHS[name])
    incomplete = [error.message for error in expansion.errors if error.incomplete]
    assert incomplete == ([] if name in SHARED else [TOO_LARGE])
    assert sum(len(job.steps) for job in expansion.jobs) <= MAX_STEPS // 10


HARMLESS = {
    "a megabyte of <<": with_steps("- run: " + "<<" * 500_000),
    "a megabyte of << pipeline.x": with_steps("- run: " + "<< pipeline.x " * 70_000),
    "a megabyte of templates": with_steps("- run: " + "<< pipeline.x >>" * 60_000),
    "a megabyte of backslashes": with_steps("- run: " + "\\" * 500_000 + "<<" * 1_000),
    "sections without an end": with_steps("- run: " + "<<#a>>" * 50_000),
    "patterns that could take for ever": with_steps(
        "- &w\n  when:\n    condition: {matches: {pattern: '"
        + "(a|aa)" * 60
        + "', value: "
        + "a" * 90
        + "}}\n    steps: [checkout]\n"
        + "- *w\n" * 500
    ),
    "an enum of many values": with_steps(
        "- &c {c0: {x: none}}\n" + "- *c\n" * 5_000,
        _chain(1, "", "checkout", f"x: {{type: enum, enum: [{_axis(20_000)}]}}"),
    ),
    "a long expression": _job(
        f"workflows: {{main: {{when: {' or '.join(['pipeline.x'] * 20_000)}, jobs: [job]}}}}\n"
    ),
    "a long run of not": _job(
        f"workflows: {{main: {{when: {'not ' * 100_000}pipeline.x, jobs: [job]}}}}\n"
    ),
    "many undeclared parameters": with_steps("- run: " + "<<parameters.x>>" * 20_000),
    "a command of itself": with_steps("- c0", "commands: {c0: {steps: [c0, c0, c0]}}\n"),
    "a group of itself": _job("job-groups: {g: {jobs: [g, g]}}\nworkflows: {m: {jobs: [g, g]}}\n"),
    "executors that name one another": with_steps(
        "- checkout", "executors: {a: b, b: a}\n"
    ).replace("machine: {image: default}", "executor: a"),
    "inline orbs in inline orbs, many times over": with_steps(
        "- checkout",
        "o0: &o0 {commands: {c: {steps: [checkout]}}}\n"
        + "".join(
            f"o{n}: &o{n} {{orbs: {{{', '.join(f'a{m}: *o{n - 1}' for m in range(60))}}}}}\n"
            for n in range(1, 6)
        )
        + "orbs: {x: *o5}\n",
    ),
    "a long number": with_steps(f"- when: {{condition: {'9' * 50_000}, steps: [checkout]}}"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_costly_is_expanded(name: str) -> None:
    expansion = expanded(HARMLESS[name])
    assert not [error for error in expansion.errors if error.incomplete]
    assert expansion.jobs or "group" in name


def test_a_text_of_nothing_can_be_doubled_for_ever() -> None:
    text = with_steps(
        "- c0: {x: << pipeline.git.tag >>}", _chain(40, TWICE, "{run: << parameters.x >>}", X)
    )
    (step,) = expanded(text, values={"pipeline.git.tag": ""}).jobs[0].steps
    assert step.command is not None
    assert step.command.pieces == ()


def test_a_matrix_that_is_too_large_says_how_large() -> None:
    text = LAUGHS["a matrix of a million jobs"]
    assert errors(expanded(text))[0].endswith(
        f"the matrix comes to 1000000 jobs; more than {MAX_JOBS} are not worked out"
    )


@pytest.mark.parametrize("levels", [100, 1_000])
def test_deep_logic_is_refused_as_a_file_or_as_logic(levels: int) -> None:
    text = with_steps(
        f"- when: {{condition: {'{not: ' * levels}a{'}' * levels}, steps: [checkout]}}"
    )
    if levels > 150:
        with pytest.raises(ReadError, match="deeper than 150 levels"):
            root_of(text)
    else:
        assert not expanded(text).errors


def test_what_was_expanded_before_the_limit_is_kept() -> None:
    text = with_steps("- c0", _chain(40, "NEXT, NEXT", "checkout"))
    text = text.replace("  main:", "  first:\n    jobs: [{hold: {type: approval}}]\n  main:")
    expansion = expanded(text)
    assert [one.name for one in expansion.workflows] == ["first"]
    assert [error.message for error in expansion.errors if error.incomplete] == [TOO_LARGE]


@pytest.mark.parametrize("name", ["a megabyte of templates", "sections without an end"])
def test_the_rest_of_the_analysis_reads_it_as_well(name: str) -> None:
    config = make_config(root_of(HARMLESS[name]), "config")
    assert [config.exposure(job).reach for job in config.jobs]
