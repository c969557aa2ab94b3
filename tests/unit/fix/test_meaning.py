"""Tests for proving that a fix changes only its own part."""

from __future__ import annotations

import pytest

from secguard.circleci.config import make_config
from secguard.fix.edit import GONE, Data, Path
from secguard.fix.meaning import same_meaning, same_tree
from secguard.source.text import TextFile
from secguard.source.tree import parse


def _same(old: str, new: str, *sets: tuple[Path, Data]) -> bool:
    return same_tree(parse(TextFile("a", old)), parse(TextFile("a", new)), dict(sets))


def test_comments_quotes_and_places_are_no_change() -> None:
    assert _same("a: one # x\nb: {c: [d]}\n", "# y\na: 'one'\nb:\n  c:\n  - d\n")


@pytest.mark.parametrize(
    "new",
    [
        "a: two\nb: [x, y]\n",
        "a: one\nb: [x]\n",
        "a: one\nb: [x, y, z]\n",
        "a: one\n",
        "a: one\nb: [x, y]\nc: 1\n",
        "a: one\nb: [y, x]\n",
        "a: one\nb: x\n",
        "b: [x, y]\na: one\n",
        "a: one\nb: [x, {y: }]\n",
        "a: one\na: one\nb: [x, y]\n",
    ],
)
def test_whatever_nobody_meant_to_change_is_told(new: str) -> None:
    assert not _same("a: one\nb: [x, y]\n", new)


@pytest.mark.parametrize(
    ("old", "new"), [("1", "'1'"), ("yes", "'yes'"), ("", "''"), ("x", "[x]"), ("x", "{x: }")]
)
def test_another_type_is_another_meaning(old: str, new: str) -> None:
    assert not _same(f"a: {old}\n", f"a: {new}\n")


def test_what_is_set_must_be_so_afterwards() -> None:
    old = "a:\n  b: one\n  c: [x]\n"
    assert _same(old, "a:\n  b: two\n  c: [x]\n", (("a", "b"), "two"))
    assert not _same(old, "a:\n  b: three\n  c: [x]\n", (("a", "b"), "two"))
    assert not _same(old, old, (("a", "b"), "two"))
    assert not _same(old, old, (("nowhere",), "two"))
    assert _same(old, "a:\n  b: one\n  c: [x]\n  d: {e: f}\n", (("a", "d"), {"e": "f"}))
    assert not _same(old, "a:\n  b: one\n  c: [x]\n  d: {e: g}\n", (("a", "d"), {"e": "f"}))
    assert not _same(old, "a:\n  b: 2\n  c: [x]\n", (("a", "b"), "2"))
    assert _same(old, "a:\n  b: one\n  c: [[y], z]\n", (("a", "c"), [["y"], "z"]))


def test_a_key_can_be_renamed_with_its_value() -> None:
    old = "a:\n  b: {c: [d]}\n"
    body = parse(TextFile("a", old)).get("a", "b")
    assert body is not None
    sets = ((("a", "b"), GONE), (("a", "x"), body))
    assert _same(old, "a:\n  x: {c: [d]}\n", *sets)
    assert not _same(old, "a:\n  x: {c: [e]}\n", *sets)
    assert not _same(old, "a:\n  b: {c: [d]}\n  x: {c: [d]}\n", *sets)


def test_a_shared_node_is_changed_once_for_all() -> None:
    old = "a: &x {b: one}\nc: *x\nd: {<<: *x}\n"
    assert _same(old, "a: &x {b: two}\nc: *x\nd: {<<: *x}\n", (("a", "b"), "two"))
    assert not _same(old, "a: &x {b: two}\nc: {b: one}\nd: {<<: *x}\n", (("a", "b"), "two"))


CONFIG = """\
version: 2.1
parameters:
  name: {type: string, default: x}
commands:
  greet:
    parameters:
      who: {type: string, default: world}
    steps:
      - run: {name: Greet, command: echo << parameters.who >>}
jobs:
  build:
    docker: [{image: cimg/base:2026.08, environment: {A: one}}]
    environment: {B: two}
    resource_class: small
    steps:
      - checkout
      - greet
      - when: {condition: << pipeline.parameters.name >>, steps: [checkout]}
  other:
    docker: [{image: cimg/base:2026.08}]
    steps: [{greet: {who: you}}]
workflows:
  main:
    jobs:
      - build: {context: [one], filters: {branches: {only: main}}}
      - other: {requires: [build]}
"""


def _means_the_same(old: str, new: str, *paths: Path) -> bool:
    before, after = (
        make_config(parse(TextFile("a", CONFIG.replace(old, text))), "config")
        for text in (old, new)
    )
    return same_meaning(before, after, {"a": dict.fromkeys(paths, "")})


RUN = ("commands", "greet", "steps", "0", "run")


def test_what_was_set_may_come_to_something_else() -> None:
    assert _means_the_same("echo <<", "printf <<", (*RUN, "command"))
    assert _means_the_same(
        "command: echo", "environment: {X: y}, command: echo", (*RUN, "environment")
    )
    assert _means_the_same(
        "default: world", "default: all", ("commands", "greet", "parameters", "who", "default")
    )
    assert _means_the_same("small", "large", ("jobs", "build", "resource_class"))
    assert _means_the_same("run: {", "deploy: {", (*RUN[:-1], "deploy"), RUN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Greet", "name: Other"),
        ("echo <<", "printf <<"),
        ("A: one", "A: two"),
        ("B: two", "B: two, C: three"),
        ("small", "large"),
        ("default: world", "default: all"),
        ("who: you", "who: me"),
        ("- greet\n", "- greet\n      - greet\n"),
        ("context: [one]", "context: [one, two]"),
        ("only: main", "only: other"),
        ("requires: [build]", "requires: []"),
        ("- build: {", "- build: {name: new, "),
        ("steps: [checkout]", "steps: [setup_remote_docker]"),
        ("- greet\n", "- greets\n"),
        ("echo << parameters.who >>", "echo '<< parameters.who >>"),
    ],
)
def test_what_was_not_set_may_not(old: str, new: str) -> None:
    assert not _means_the_same(old, new, ("somewhere", "else"))
