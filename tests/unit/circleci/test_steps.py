"""Steps: commands dissolved, steps of parameters spliced in, what cannot be seen kept as a call."""

from __future__ import annotations

import pytest

from tests.unit.circleci.expanding import clean, errors, expanded, job_of, steps_of, with_steps

SAY = """\
commands:
  say:
    parameters:
      what: {type: string, default: hello}
      then: {type: steps, default: []}
    steps:
      - run: echo << parameters.what >>
      - steps: << parameters.then >>
      - run: end
"""


def test_a_command_is_replaced_by_its_steps() -> None:
    expansion = clean(with_steps("- checkout\n- say\n- say: {what: bye}", SAY))
    assert steps_of(expansion, "job") == ["checkout", "echo hello", "end", "echo bye", "end"]


def test_steps_given_to_a_command_stand_where_it_puts_them() -> None:
    expansion = clean(
        with_steps("- say:\n    then:\n      - run: first\n      - run: {command: second}", SAY)
    )
    assert steps_of(expansion, "job") == ["echo hello", "first", "second", "end"]


def test_steps_may_be_given_as_one_step_or_spliced_as_an_item() -> None:
    more = SAY.replace("- steps: << parameters.then >>", "- << parameters.then >>")
    expansion = clean(with_steps("- say: {then: checkout}", more))
    assert steps_of(expansion, "job") == ["echo hello", "checkout", "end"]


def test_a_command_in_given_steps_is_the_callers() -> None:
    orb = "version: 2.1\n" + SAY + "  lint:\n    steps: [{run: lint of the orb}]\n"
    text = with_steps(
        "- tools/say: {then: [lint, tools/lint]}",
        "orbs: {tools: acme/tools@1.0.0}\ncommands:\n  lint:\n    steps: [{run: lint of mine}]\n",
    )
    expansion = clean(text, {"acme/tools@1.0.0": orb})
    assert steps_of(expansion, "job") == ["echo hello", "lint of mine", "lint of the orb", "end"]


def test_a_step_knows_the_way_to_it() -> None:
    more = SAY + "  twice:\n    steps: [say, {say: {what: again}}]\n"
    steps = job_of(clean(with_steps("- twice", more)), "job").steps
    assert [[call.name for call in step.calls] for step in steps] == [["twice", "say"]] * 4


def test_a_command_may_be_called_in_what_is_given_to_it() -> None:
    text = with_steps("- say: {then: [say: {what: inner}]}", SAY)
    assert steps_of(clean(text), "job") == ["echo hello", "echo inner", "end", "end"]


@pytest.mark.parametrize("more", ["", "      - when: {condition: true, steps: [b]}\n"])
def test_recursion_is_an_error(more: str) -> None:
    text = with_steps(
        "- a", f"commands:\n  a:\n    steps: [b]\n  b:\n    steps:\n      - a\n{more}"
    )
    expected = ["a: command 'a' calls itself"]
    assert errors(expanded(text), text) == expected + (
        ["b: command 'b' calls itself"] if more else []
    )


def test_a_command_may_have_the_name_of_a_built_in_step() -> None:
    more = (
        "commands:\n  deploy:\n    parameters: {to: {type: string}}\n"
        "    steps: [{run: deploy << parameters.to >>}]\n"
        "  checkout:\n    steps: [checkout, {run: git status}]\n"
        "  save-cache:\n    steps: [{run: my cache}]\n"
    )
    expansion = clean(with_steps("- checkout\n- deploy: {to: prod}\n- save-cache", more))
    assert steps_of(expansion, "job") == ["checkout", "git status", "deploy prod", "my cache"]


def test_nothing_hides_a_script_behind_a_command_called_run() -> None:
    text = with_steps("- run: curl", "commands:\n  run:\n    steps: []\n")
    assert steps_of(expanded(text), "job") == ["curl"]


@pytest.mark.parametrize(
    "step", ["save-cache: {key: a, paths: [b]}", "save_cache: {key: a, paths: [b]}"]
)
def test_a_built_in_step_may_be_written_with_hyphens(step: str) -> None:
    assert steps_of(clean(with_steps(f"- {step}")), "job") == ["save_cache"]


def test_a_name_may_stand_for_the_command_of_an_orb() -> None:
    text = with_steps(
        "- mine: {what: bye}\n- theirs: {param1: x}",
        "orbs: {tools: acme/tools@1.0.0, unseen: acme/unseen@1.0.0}\n"
        "commands:\n  mine: tools/say\n  theirs: unseen/say\n",
    )
    expansion = clean(text, {"acme/tools@1.0.0": "version: 2.1\n" + SAY})
    assert steps_of(expansion, "job") == ["echo bye", "end", "call"]
    assert job_of(expansion, "job").steps[-1].orb == "acme/unseen@1.0.0"
    assert expansion.opaque == ("acme/unseen@1.0.0",)
    assert expansion.unused == ()


def test_names_that_stand_for_one_another_lead_nowhere() -> None:
    text = with_steps("- a", "commands:\n  a: b\n  b: a\n  c: nothing\n")
    assert errors(expanded(text), text) == [
        "a: cannot find a definition for command named a",
        "nothing: cannot find a definition for command named nothing",
    ]


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ("- chekcout", "chekcout: cannot find a definition for command named chekcout"),
        ("- say: {a: b}", "say: {a: b}: cannot find a definition for command named say"),
        ("- run:", "run:: a run step has no command"),
        ("- run: {name: nothing}", "run: {name: nothing}: a run step has no command"),
        (
            "- run: a\n  environment: {A: b}",
            "run: a: a step has one key, this one has run, environment",
        ),
        ("- when: {steps: [checkout]}", "when: 'when' needs a condition and steps"),
        ("- unless: {condition: true}", "unless: 'unless' needs a condition and steps"),
    ],
)
def test_what_is_no_step_is_an_error_at_its_place(steps: str, error: str) -> None:
    text = with_steps(steps)
    assert errors(expanded(text), text) == [error]


def test_a_command_needs_steps() -> None:
    text = with_steps("- say", "commands:\n  say: {description: nothing}\n")
    assert errors(expanded(text), text) == [
        "{description: nothing}: command 'say' has no steps",
    ]


def test_a_step_whose_name_is_not_known_is_kept_as_a_call() -> None:
    expansion = clean(with_steps("- << pipeline.parameters.name >>"))
    (step,) = job_of(expansion, "job").steps
    assert step.kind == "call"
    assert step.calls[0].name == "<< pipeline.parameters.name >>"


def test_steps_given_to_what_cannot_be_seen_count() -> None:
    text = with_steps(
        "- unseen/wrap:\n    name: x\n    after: [{run: mine}, unseen/more]\n"
        "    other: [one, two]\n    last: << pipeline.git.branch >>",
        "orbs: {unseen: acme/unseen@1.0.0}\n",
    )
    steps = job_of(clean(text), "job").steps
    assert [(step.kind, [call.name for call in step.calls]) for step in steps] == [
        ("call", ["unseen/wrap"]),
        ("run", ["unseen/wrap"]),
        ("call", ["unseen/wrap", "unseen/more"]),
    ]


def test_an_orb_that_nobody_imports_cannot_be_seen() -> None:
    expansion = clean(with_steps("- unknown/say"))
    assert expansion.undeclared == ("unknown",)
    assert expansion.opaque == ("unknown",)


def test_version_2_knows_no_templates() -> None:
    text = (
        "version: 2\njobs:\n  build:\n    docker: [{image: a:<< parameters.b >>}]\n"
        '    steps: [{run: "echo << parameters.c >> \\\\<< x"}, checkout]\n'
    )
    expansion = clean(text)
    assert steps_of(expansion, "build") == ["echo << parameters.c >> \\<< x", "checkout"]
    assert expansion.workflows[0].name == "workflow"
