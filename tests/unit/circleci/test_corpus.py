"""Real configs: none fails, none loses a step, and none is refused that CircleCI takes."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest
import yaml

from secguard.circleci import expression, scope
from secguard.circleci.compiled import compiled
from secguard.circleci.config import SECTIONS, fragment, kind_of
from secguard.circleci.dump import dump
from secguard.circleci.expand import Settled, expand
from secguard.circleci.model import Expansion
from secguard.circleci.pipeline_values import documented
from secguard.circleci.values import Unknown, Value, scalars
from secguard.source.discover import read
from secguard.source.node import Node
from secguard.source.text import ReadError
from secguard.source.tree import parse

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

REFUSED = {
    # the repository's mistakes, at the commit that was taken
    "CircleCI-Public__sample-monorepo-cfd__old-2021-04-19": 1,
    "bridgecrewio__checkov__tests-circleci_pipelines-resources-.circleci-config": 4,
    "digital-asset__canton": 4,
    "digital-asset__canton__old-2026-02-18": 1,
    "jupyterhub__jupyterhub__old-2018-03-29": 1,
    # one job stands in another file, which a script adds
    "electron__electron__config-base": 1,
}
"""Configs that name what nothing in the file defines, and how many errors that makes."""

PART = "workflows-openlineage-"
"""Files of one repository that hold the workflows of a config only; a script joins them."""

LARGEST = (
    "digital-asset__canton",
    "DataDog__nginx-datadog",
    "DataDog__dd-trace-php__hist-2022-06-07",
)


def _names() -> list[str]:
    return sorted(path.stem for path in CORPUS.glob("*.yml"))


def _root(name: str) -> tuple[Node, str]:
    try:
        root = parse(read(CORPUS / f"{name}.yml", f"{name}.yml"))
    except ReadError as error:
        pytest.skip(f"not read: {error.message}")
    kind = kind_of(root)
    if kind and kind != "fragment":
        return root, kind
    part = fragment(root)
    if part is None:
        pytest.skip("no config")
    return part, "fragment"


def _values(expansion: Expansion) -> Iterator[Value]:
    for job in expansion.jobs:
        yield from job.contexts
        for step in job.steps:
            if step.args is not None:
                yield step.args
        for value in (job.data, job.executor.data, job.filters):
            if value is not None:
                yield value


@pytest.mark.parametrize("name", _names())
def test_a_real_config_is_expanded(name: str) -> None:
    root, kind = _root(name)
    expansion = expand(root)
    refused = [error.message for error in expansion.errors]
    assert not [error for error in expansion.errors if error.incomplete]
    if kind == "fragment" or PART in name:
        missing = ("cannot find a definition", "undeclared pipeline parameter")
        assert all(message.startswith(missing) for message in refused)
    else:
        assert len(refused) == REFUSED.get(name, 0), refused
    printed = compiled(expansion)
    assert yaml.load(dump(printed), LOADER) == printed  # noqa: S506 - a safe one
    assert compiled(expand(root)) == printed, "the same input gives the same output"
    _check_unknowns(expansion)
    _check_steps(root, expansion)


def _check_unknowns(expansion: Expansion) -> None:
    """Every hole is a pipeline value, a declared parameter, or a parameter that nobody gave."""
    declared = {one.name for one in expansion.parameters}
    unknowns: set[Unknown] = {
        one for value in _values(expansion) for scalar in scalars(value) for one in scalar.unknowns
    }
    for unknown in unknowns:
        for name in expression.parse(unknown.name).names():
            if name.startswith("pipeline.parameters."):
                assert name in declared or expansion.errors, name
            else:
                assert documented(name) or name.startswith("parameters."), name


def _check_steps(root: Node, expansion: Expansion) -> None:
    """Every script of the source is reached, or stands where nothing can reach it."""
    wanted = dict(_scripts(root))
    for job in expansion.jobs:
        for step in job.steps:
            if step.command is not None:
                wanted.pop(id(step.command.node), None)
    lost = [
        node
        for node in wanted.values()
        if node.path[0] in SECTIONS  # else an anchor that nothing uses
        and not {"when", "unless"} & set(node.path)  # else left out by its condition
    ]
    assert lost == []


def _scripts(root: Node) -> Iterator[tuple[int, Node]]:
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting.extend(node.items)
        waiting.extend(value for _, value in node.pairs)
        for item in node.items:
            body = item.get("run") if item.is_map else None
            script = body.get("command") if body is not None and body.is_map else body
            if script is not None and script.is_scalar and script.text:
                yield id(script), script


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_configs_stay_far_below_the_limit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "MAX_WORK", scope.MAX_WORK // 4)
    root, _ = _root(name)
    assert not [error for error in expand(root).errors if error.incomplete]


@pytest.mark.parametrize(
    "name", [name for name in _names() if "__" in name and name.count("__") == 1]
)
def test_nothing_is_left_open_once_everything_is_settled(name: str) -> None:
    root, kind = _root(name)
    if kind != "config":
        pytest.skip("no whole config")
    expansion = expand(root, settled=Settled(defaults=True))
    for workflow in expansion.workflows:
        assert workflow.conditions == ()
        for job in workflow.jobs:
            assert all(step.conditions == () for step in job.steps)
            assert all(one.known for step in job.steps for one in scalars(step.args))
