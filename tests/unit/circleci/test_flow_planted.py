"""Flows over several calls, planted in configs, each beside a harmless twin."""

from __future__ import annotations

import pytest

from secguard.circleci.config import make_config
from secguard.finding import Finding, Location
from secguard.rules.config.bash_env_injection import bash_env_injection
from secguard.rules.config.tainted_selection import tainted_selection
from secguard.rules.config.tainted_shell import tainted_shell
from secguard.rules.config.template_injection import template_injection
from secguard.rules.config.variable_injection import variable_injection
from secguard.source.text import TextFile
from secguard.source.tree import parse

RULES = (
    bash_env_injection,
    tainted_selection,
    tainted_shell,
    template_injection,
    variable_injection,
)

COMMANDS = """\
version: 2.1
commands:
  outer:
    parameters: {label: {type: string, default: none}}
    steps: [{middle: {label: "v-<< parameters.label >>"}}]
  middle:
    parameters: {label: {type: string}}
    steps: [{inner: {text: << parameters.label >>}}]
  inner:
    parameters: {text: {type: string}}
    steps:
      - run: tag "<< parameters.text >>"
jobs:
  build:
    docker: [{image: cimg/base:2026.08}]
    steps: [{outer: {label: VALUE}}]
workflows: {main: {jobs: [build]}}
"""
DEFAULTS = """\
version: 2.1
commands:
  release:
    parameters:
      tag: {type: string, default: VALUE}
    steps: [{run: gh release create << parameters.tag >> dist/*}]
  publish:
    steps: [release]
jobs:
  build:
    docker: [{image: cimg/base:2026.08}]
    steps: [publish]
workflows: {main: {jobs: [build]}}
"""
MATRIX = """\
version: 2.1
jobs:
  build:
    parameters: {name: {type: string}}
    docker: [{image: cimg/base:2026.08}]
    steps: [{run: make << parameters.name >>}]
workflows:
  main:
    jobs:
      - build:
          matrix:
            parameters:
              name: [one, VALUE]
"""
ORB = """\
version: 2.1
orbs:
  local:
    commands:
      say:
        parameters: {words: {type: string}}
        steps: [{run: echo << parameters.words >>}]
    jobs:
      talk:
        parameters: {words: {type: string}}
        docker: [{image: cimg/base:2026.08}]
        steps: [{say: {words: << parameters.words >>}}]
workflows:
  main:
    jobs:
      - local/talk:
          words: VALUE
"""
STEPS = """\
version: 2.1
commands:
  around:
    parameters: {body: {type: steps}}
    steps: << parameters.body >>
jobs:
  build:
    docker: [{image: cimg/base:2026.08}]
    steps:
      - around:
          body:
            - when:
                condition: << pipeline.git.branch >>
                steps: [{run: echo VALUE}]
workflows: {main: {jobs: [build]}}
"""
EXECUTOR = """\
version: 2.1
executors:
  any:
    parameters: {image: {type: string}}
    docker: [{image: << parameters.image >>}]
commands: {noop: {steps: [checkout]}}
jobs:
  build:
    parameters: {of: {type: string}}
    executor: {name: any, image: << parameters.of >>}
    steps: [noop]
workflows:
  main:
    jobs:
      - build:
          context: production
          of: VALUE
"""
SHELL = """\
version: 2.1
executors:
  any:
    parameters: {shell: {type: string}}
    docker: [{image: cimg/base:2026.08}]
    shell: << parameters.shell >>
jobs:
  build:
    executor: {name: any, shell: VALUE}
    steps: [{run: make}]
workflows: {main: {jobs: [build]}}
"""
ENVIRONMENT = """\
version: 2.1
commands:
  call:
    parameters: {value: {type: string}}
    steps:
      - run:
          environment: {GIVEN: << parameters.value >>}
          command: |
            COPY="prefix-$GIVEN"
            bash -c "deploy $COPY"
jobs:
  build:
    parameters: {value: {type: string}}
    docker: [{image: cimg/base:2026.08}]
    steps: [{call: {value: << parameters.value >>}}]
workflows:
  main:
    jobs:
      - build: {value: VALUE}
"""
BASH_ENV = """\
version: 2.1
executors:
  named:
    parameters: {label: {type: string}}
    docker: [{image: cimg/base:2026.08}]
    environment: {NAME: << parameters.label >>}
jobs:
  build:
    parameters: {of: {type: string}}
    executor: {name: named, label: << parameters.of >>}
    steps:
      - run: echo "export LABEL=$NAME" >> "$BASH_ENV"
workflows:
  main:
    jobs:
      - build: {of: VALUE}
"""

BRANCH = "<< pipeline.git.branch >>"
SAFE = "<< pipeline.git.revision >>"


def _findings(text: str) -> list[Finding]:
    config = make_config(parse(TextFile("config.yml", text)), "config")
    assert not config.expansion.errors, config.expansion.errors
    return [finding for rule in RULES for finding in rule.check(config)]


def _shown(text: str, place: Location) -> str:
    span = place.span
    assert span is not None and span.line == span.end_line
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("template", "rule", "way"),
    [
        pytest.param(
            COMMANDS,
            "template-injection",
            ["<< parameters.text >>", "<< parameters.label >>", "<< parameters.label >>", BRANCH],
            id="commands",
        ),
        pytest.param(
            DEFAULTS, "template-injection", ["<< parameters.tag >>", BRANCH], id="a default"
        ),
        pytest.param(
            MATRIX, "template-injection", ["<< parameters.name >>", BRANCH], id="a matrix"
        ),
        pytest.param(
            ORB,
            "template-injection",
            ["<< parameters.words >>", "<< parameters.words >>", BRANCH],
            id="an inline orb",
        ),
        pytest.param(STEPS, "template-injection", [BRANCH], id="steps as an argument"),
        pytest.param(
            EXECUTOR,
            "tainted-selection",
            ["<< parameters.image >>", "<< parameters.of >>", BRANCH],
            id="an executor's image",
        ),
        pytest.param(
            SHELL, "tainted-shell", ["<< parameters.shell >>", BRANCH], id="an executor's shell"
        ),
        pytest.param(
            ENVIRONMENT,
            "variable-injection",
            [
                "$COPY",
                'COPY="prefix-$GIVEN"',
                "GIVEN",
                "<< parameters.value >>",
                "<< parameters.value >>",
                BRANCH,
            ],
            id="an environment",
        ),
        pytest.param(
            BASH_ENV,
            "bash-env-injection",
            ["$NAME", "NAME", "<< parameters.label >>", "<< parameters.of >>", BRANCH],
            id="an executor's environment",
        ),
    ],
)
def test_a_planted_flow_is_found_with_its_whole_way(
    template: str, rule: str, way: list[str]
) -> None:
    text = template.replace("VALUE", BRANCH)
    (finding,) = _findings(text)
    assert finding.rule == rule
    assert [_shown(text, place) for place in (finding.where, *finding.related)] == way
    assert _findings(template.replace("VALUE", SAFE)) == []
    assert _findings(template.replace("VALUE", "plain")) == []


def test_an_enum_is_harmless_on_the_same_way() -> None:
    declared = "version: 2.1\nparameters:\n  p: {type: TYPE, default: a}\n"
    text = COMMANDS.replace("VALUE", "<< pipeline.parameters.p >>")
    risky = text.replace("version: 2.1\n", declared.replace("TYPE", "string"))
    (finding,) = _findings(risky)
    assert finding.related[-1].note.startswith("it is declared here")
    assert (
        _findings(risky.replace("type: string, default: a", "type: enum, enum: [a, b], default: a"))
        == []
    )


def test_a_value_in_the_environment_that_is_quoted_is_harmless() -> None:
    text = ENVIRONMENT.replace("VALUE", BRANCH)
    assert _findings(text.replace('bash -c "deploy $COPY"', 'deploy "$COPY"')) == []


def test_callers_of_one_command_share_its_finding() -> None:
    text = DEFAULTS.replace("VALUE", BRANCH).replace(
        "steps: [publish]", 'steps: [publish, {release: {tag: "x<< pipeline.git.branch >>"}}]'
    )
    (finding,) = _findings(text)
    lines = [place.span.line for place in finding.related if place.span]
    assert lines == [5, 12]
