"""Tests for applying fixes in rounds."""

from __future__ import annotations

from typing import Iterator, Mapping

import pytest

from secguard.circleci.config import make_config
from secguard.finding import Confidence, Finding, Severity
from secguard.fix import run
from secguard.fix.edit import Edit, Fix, edited, overlap
from secguard.fix.places import Task, source_range
from secguard.fix.rules import Fixer
from secguard.source.text import TextFile
from secguard.source.tree import parse
from secguard.targets import Loaded

CONFIG = """\
version: 2.1
parameters:
  who: {type: string, default: x}
jobs:
  build:
    docker: [{image: cimg/base:2026.08}]
    steps:
      - run: one << pipeline.parameters.who >> two
      - run: three
workflows: {main: {jobs: [build]}}
"""
PATH = ("jobs", "build", "steps", "1", "run")


def _load(texts: Mapping[str, TextFile]) -> Loaded:
    file = texts.get("a.yml") or TextFile("a.yml", CONFIG)
    return Loaded(configs=[make_config(parse(file), "config")])


def _find(loaded: Loaded) -> tuple[Finding, ...]:
    where = loaded.configs[0].scripts[0].text.node.location()
    return (Finding("some-rule", Severity.LOW, Confidence.HIGH, "x", where),)


def _replace(old: str, new: str, value: str, safe: bool = True) -> Fixer:
    """Make a fixer that writes one text for another, and means a value by it."""

    def fixer(task: Task) -> Iterator[Fix]:
        node = task.tree.values["a.yml", PATH]
        at = node.file.text.find(old)
        if at >= 0:
            edit = Edit(at, at + len(old), new)
            sets = ((PATH, value),)
            yield Fix("some-rule", new, node.location(), node.file, (edit,), sets, safe)

    return fixer


def _run(*fixers: Fixer, unsafe: bool = False) -> run.Fixed:
    def every(task: Task) -> Iterator[Fix]:
        for fixer in fixers:
            yield from fixer(task)

    return run.fix(_load, _find, run.Wishes(unsafe), {"some-rule": every})


def _text(fixed: run.Fixed) -> str:
    return fixed.files["a.yml"][1].text


def test_fixes_are_applied_and_told() -> None:
    fixed = _run(_replace("three", "four", "four"))
    assert _text(fixed) == CONFIG.replace("three", "four")
    assert fixed.files["a.yml"][0].text == CONFIG
    assert [one.title for one in fixed.applied] == ["four"] and not fixed.refused


def test_fixes_of_the_same_place_are_applied_in_turn() -> None:
    fixed = _run(_replace("three", "four", "four"), _replace("four", "five", "five"))
    assert _text(fixed) == CONFIG.replace("three", "five")
    assert [one.title for one in fixed.applied] == ["four", "five"]


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("three", "four", "five"),
        ("one <<", "two <<", "three"),
        ("- run: three", "- run: [three", "three"),
        ("- run: three", "- runs: three", "three"),
        ("parameters.who", "parameters.you", "three"),
    ],
)
def test_a_fix_that_does_not_do_what_it_means_is_refused(old: str, new: str, value: str) -> None:
    fixed = _run(_replace(old, new, value))
    assert not fixed.files and not fixed.applied
    assert [one.title for one in fixed.refused] == [new]


def test_a_bad_fix_does_not_keep_a_good_one_back() -> None:
    fixed = _run(_replace("one <<", "two <<", "x"), _replace("three", "four", "four"))
    assert _text(fixed) == CONFIG.replace("three", "four")
    assert [one.title for one in fixed.refused] == ["two <<"]


def test_a_fix_that_comes_back_is_not_applied_for_ever() -> None:
    fixed = _run(_replace("three", "four", "four"), _replace("four", "three", "three"))
    assert len(fixed.applied) == 2


def test_unsafe_fixes_wait_for_being_asked() -> None:
    unsafe = _replace("three", "four", "four", safe=False)
    fixed = _run(unsafe)
    assert not fixed.files and [one.title for one in fixed.unsafe] == ["four"]
    assert _text(_run(unsafe, unsafe=True)) == CONFIG.replace("three", "four")


def test_edits_at_one_place_keep_their_order() -> None:
    edits = (Edit(1, 1, "1"), Edit(1, 1, "2"), Edit(1, 2, "x"), Edit(0, 0, "0"))
    assert edited("abc", edits) == "0a12xc"


def test_fixes_that_touch_cannot_be_applied_at_once() -> None:
    file = TextFile("a.yml", CONFIG)
    where = parse(file).location()

    def made(start: int, end: int, *path: str) -> Fix:
        return Fix("r", "t", where, file, (Edit(start, end, "x"),), ((path, "x"),))

    assert overlap(made(0, 2, "a"), made(2, 4, "b"))
    assert overlap(made(0, 2, "a"), made(5, 6, "a", "b"))
    assert not overlap(made(0, 2, "a", "c"), made(5, 6, "a", "b"))


@pytest.mark.parametrize(
    ("part", "written"),
    [
        ("one", "one"),
        ("\ue000", "<< parameters.who >>"),
        ("one \ue000 t", "one << parameters.who >> t"),
        ("\ue000 two", "<< parameters.who >> two"),
    ],
)
def test_a_range_of_a_script_is_found_where_it_is_written(part: str, written: str) -> None:
    text = _load({}).configs[0].scripts[0].text
    start = text.text.index(part)
    found = source_range(text, start, start + len(part))
    assert found is not None
    assert text.node.value[slice(*found)].replace("pipeline.", "") == written
