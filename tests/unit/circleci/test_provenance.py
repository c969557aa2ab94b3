"""The way of a text: from the invocation through definitions and parameters to where it is used."""

from __future__ import annotations

from secguard.circleci.expand import expand
from secguard.circleci.model import Step
from secguard.circleci.values import Scalar
from secguard.finding import Location
from tests.unit.circleci.expanding import clean, orbs_of, root_of, shown

CONFIG = """\
version: 2.1
parameters:
  who:
    type: string
    default: world
commands:
  outer:
    parameters:
      name:
        type: string
    steps:
      - inner:
          text: hello << parameters.name >>!
  inner:
    parameters:
      text:
        type: string
      end:
        type: string
        default: -- << pipeline.number >>
    steps:
      - run: |
          echo start
          echo "<< parameters.text >>" << parameters.end >>
jobs:
  greet:
    parameters:
      whom:
        type: string
        default: nobody
    machine: {image: default}
    steps:
      - outer:
          name: dear << parameters.whom >>
workflows:
  main:
    jobs:
      - greet:
          name: literal
          whom: Ada
      - greet:
          name: unknown
          whom: << pipeline.parameters.who >>
      - greet:
          name: default
      - greet:
          name: cell-<< matrix.whom >>
          matrix:
            parameters:
              whom: [Eve]
"""


def _step(name: str) -> Step:
    (step,) = next(job for job in clean(CONFIG).jobs if job.name == name).steps
    return step


def _command(name: str) -> Scalar:
    command = _step(name).command
    assert command is not None
    return command


def _line(place: Location) -> tuple[int, str]:
    assert place.span is not None
    return place.span.line, shown(place, CONFIG)


def _trail(command: Scalar, word: str) -> list[tuple[int, str]]:
    start = command.text.index(word)
    end = start + len(word)
    return [*map(_line, command.way(start, end)), _line(command.at(start, end))]


def test_a_literal_is_followed_to_its_invocation() -> None:
    command = _command("literal")
    assert command.text == 'echo start\necho "hello dear Ada!" -- \ue000\n'
    assert _trail(command, "Ada") == [
        (24, "<< parameters.text >>"),
        (13, "<< parameters.name >>"),
        (34, "<< parameters.whom >>"),
        (40, "Ada"),
    ]
    assert _trail(command, "dear ") == [
        (24, "<< parameters.text >>"),
        (13, "<< parameters.name >>"),
        (34, "dear "),
    ]
    assert _trail(command, "hello") == [(24, "<< parameters.text >>"), (13, "hello")]
    assert _trail(command, "start") == [(23, "start")]


def test_a_default_is_followed_to_its_declaration() -> None:
    assert _trail(_command("default"), "nobody")[-1] == (30, "nobody")
    command = _command("default")
    assert _trail(command, "-- ") == [(24, "<< parameters.end >>"), (20, "-- ")]
    assert _trail(command, "\ue000") == [
        (24, "<< parameters.end >>"),
        (20, "<< pipeline.number >>"),
    ]


def test_an_unknown_is_followed_to_where_it_comes_in() -> None:
    command = _command("unknown")
    assert _trail(command, "\ue000") == [
        (24, "<< parameters.text >>"),
        (13, "<< parameters.name >>"),
        (34, "<< parameters.whom >>"),
        (43, "<< pipeline.parameters.who >>"),
    ]
    piece = command.unknown_at(command.text.index("\ue000"))
    assert piece is not None and piece.unknown is not None
    assert piece.unknown.default is not None
    assert _line(piece.unknown.default.at(0, 5)) == (5, "world")


def test_a_value_of_a_matrix_is_followed_to_its_cell() -> None:
    assert _trail(_command("cell-Eve"), "Eve")[-1] == (50, "Eve")


def test_a_range_over_several_texts_is_where_they_are_put_together() -> None:
    command = _command("literal")
    start = command.text.index('"hello')
    end = command.text.index('!"') + 2
    assert _line(command.at(start, end)) == (24, '"<< parameters.text >>"')
    assert [line for line, _ in map(_line, command.way(start, end))] == [24, 13, 34]


def test_a_step_knows_its_invocations() -> None:
    step = _step("literal")
    assert [_line(call.location())[0] for call in step.calls] == [33, 12]
    assert [call.location().note for call in step.calls] == [
        "'outer' is called here",
        "'inner' is called here",
    ]


def test_the_way_leads_through_orbs() -> None:
    orb = (
        "version: 2.1\ncommands:\n  say:\n    parameters:\n      what: {type: string}\n"
        "    steps:\n      - run: echo << parameters.what >>\n"
    )
    text = (
        "version: 2.1\norbs: {tools: acme/tools@1.0.0}\njobs:\n  job:\n    machine: true\n"
        "    steps:\n      - tools/say: {what: << pipeline.git.branch >>}\n"
        "workflows: {main: {jobs: [job]}}\n"
    )
    expansion = expand(root_of(text), orbs_of({"acme/tools@1.0.0": orb}))
    (step,) = expansion.jobs[0].steps
    assert step.command is not None
    (use,) = step.command.way(5, 6)
    assert (use.uri, shown(use, orb)) == ("acme/tools@1.0.0", "<< parameters.what >>")
    place = step.command.at(5, 6)
    assert (place.uri, shown(place, text)) == ("config.yml", "<< pipeline.git.branch >>")
    (call,) = step.calls
    assert call.orb == "acme/tools@1.0.0"
