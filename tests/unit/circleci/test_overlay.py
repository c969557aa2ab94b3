"""A compiled config laid over a source: the unseen is filled in, the rest keeps its place."""

from __future__ import annotations

from secguard.circleci.model import Expansion
from secguard.circleci.overlay import overlay
from tests.unit.circleci.expanding import clean, job_of, root_of, told

SOURCE = """\
version: 2.1
parameters:
  name: {type: string, default: you}
orbs:
  tools: acme/tools@1
jobs:
  build:
    docker: [{image: cimg/base:2026.08}]
    parameters: {tag: {type: string, default: ""}}
    steps:
      - checkout
      - tools/install
      - run: echo "hello << pipeline.parameters.name >>"
      - run: << pipeline.parameters.name >>
      - save_cache: {key: a, paths: [b]}
  here:
    executor: tools/default
    steps: [checkout]
workflows:
  main:
    jobs:
      - build
      - here
      - tools/test: {name: Test}
"""
COMPILED = """\
# Orb 'acme/tools@1' resolved to 'acme/tools@1.2.3'
version: 2
jobs:
  build:
    docker:
    - image: cimg/base:2026.08
    steps:
    - checkout
    - run:
        command: curl https://tools.example | sh
    - store_artifacts:
        path: /tmp
    - run:
        command: echo "hello you"
    - run:
        command: you
    - save_cache:
        key: a
        paths: [b]
  here:
    docker:
    - image: acme/tools:1
      environment: {A: b}
    shell: /bin/sh -e
    steps:
    - checkout
  Test:
    machine: {image: default}
    steps:
    - run:
        command: make << parameters.x >>
workflows:
  version: 2
  main:
    jobs:
    - build
    - here
    - Test

# Original config.yml file:
# version: 2.1
#
# orbs:
#   tools: acme/tools@1
"""


def _laid(source: str = SOURCE, compiled: str = COMPILED) -> Expansion:
    return overlay(clean(source), root_of(compiled, "compiled.yml"))


def test_what_could_not_be_seen_is_filled_in() -> None:
    expansion = _laid()
    assert expansion.opaque == ()
    assert [told(step) for step in job_of(expansion, "build").steps] == [
        "checkout",
        "curl https://tools.example | sh",
        "store_artifacts",
        'echo "hello << pipeline.parameters.name >>"',
        "you",
        "save_cache",
        "<< pipeline.parameters.name >>",
    ]
    test = job_of(expansion, "Test")
    assert test.opaque == ""
    assert [told(step) for step in test.steps] == ["make << parameters.x >>"]


def test_what_the_source_shows_keeps_its_place() -> None:
    steps = job_of(_laid(), "build").steps
    assert [step.node.file.uri for step in steps] == [
        "config.yml",
        "compiled.yml",
        "compiled.yml",
        "config.yml",
        "compiled.yml",
        "config.yml",
        "config.yml",
    ]
    assert [step.orb for step in steps][:3] == ["", "acme/tools@1", "acme/tools@1"]


def test_a_script_that_could_be_any_hides_none() -> None:
    """`run: << pipeline.parameters.name >>` fits every script, so it stands for none of them."""
    steps = job_of(_laid(), "build").steps
    assert "curl https://tools.example | sh" in [told(step) for step in steps]


def test_the_executor_of_an_orb_is_filled_in() -> None:
    job = job_of(_laid(), "here")
    assert [image.reference.text for image in job.executor.images] == ["acme/tools:1"]
    assert job.shell is not None and job.shell.text == "/bin/sh -e"
    assert job_of(_laid(), "build").executor.images[0].reference.node.file.uri == "config.yml"


def test_an_orb_is_unseen_as_long_as_one_job_is_missing() -> None:
    compiled = COMPILED.replace("  Test:\n", "  Another:\n").replace(
        "    - Test\n", "    - Another\n"
    )
    expansion = _laid(compiled=compiled)
    assert expansion.opaque == ("acme/tools@1",)
    assert job_of(expansion, "Test").opaque == "tools/test"
    assert [told(step) for step in job_of(expansion, "build").steps][1].startswith("curl")


def test_both_orders_of_a_matrix_name_are_looked_for() -> None:
    source = SOURCE.replace(
        "- tools/test: {name: Test}",
        "- tools/test: {matrix: {parameters: {a: ['1'], b: ['2']}}}",
    )
    for name in ("tools/test-1-2", "tools/test-2-1"):
        assert _laid(source, COMPILED.replace("Test", name)).opaque == ()


def test_a_compiled_config_that_is_none_fills_nothing_in() -> None:
    for text in ("", "a: b", "[]", "jobs: {build: []}"):
        expansion = _laid(compiled=text)
        assert expansion.opaque == ("acme/tools@1",)


def test_jobs_with_a_slash_in_their_name_are_the_configs_own() -> None:
    compiled = clean(COMPILED.replace("Test", "tools/test"))
    assert compiled.opaque == ()
    assert [told(step) for step in job_of(compiled, "tools/test").steps] == [
        "make << parameters.x >>"
    ]
