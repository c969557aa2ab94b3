"""The config that a pipeline runs with, as the API tells it in each of its phases."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.access.used import Used, used
from secguard.finding import Source
from secguard.net.failure import Failure
from secguard.source.text import ReadError, TextFile
from tests.fakes.circleci import CircleCI
from tests.fakes.http_server import Reply, serving
from tests.unit.api.asking import MADE, api_for, failing


def _used(**answer: Any) -> Used:
    with serving(lambda _: Reply(answer)) as server:
        found = used(api_for(server), "1-2")
        MADE.pop().close()
    return found


def _told(found: Used) -> list[tuple[str, str]]:
    return [(one.uri, one.text) for pair in found.compiled for one in pair]


def test_a_plain_pipeline_has_one_config() -> None:
    found = _used(source="a: 1\n", compiled="b: 2\n")
    assert [one.uri for one in found.configs] == ["pipeline:config"]
    assert _told(found) == [("pipeline:config", "a: 1\n"), ("pipeline:compiled-config", "b: 2\n")]


def test_a_pipeline_that_went_on_has_two() -> None:
    answer = {"setup-config": "s: 1", "compiled-setup-config": "t: 1"}
    found = _used(source="a: 1", compiled="b: 1", **answer)
    assert [one.text for one in found.configs] == ["s: 1", "a: 1"]
    assert [text for _, text in _told(found)] == ["s: 1", "t: 1", "a: 1", "b: 1"]


@pytest.mark.parametrize("source", ["", "s: 1"])
def test_a_pipeline_that_has_not_gone_on_has_its_setup(source: str) -> None:
    answer = {"setup-config": "s: 1", "compiled_setup_config": "t: 1"}
    found = _used(source=source, compiled="", **answer)
    assert _told(found) == [("pipeline:config", "s: 1"), ("pipeline:compiled-config", "t: 1")]


@pytest.mark.parametrize("answer", [{}, {"source": "a"}, {"source": 7, "compiled": "b"}])
def test_an_answer_without_the_config_is_no_answer(answer: dict[str, Any]) -> None:
    assert failing(lambda: _used(**answer)).failure is Failure.UNTRUSTED


def test_a_pipeline_without_a_config_is_not_compared() -> None:
    assert failing(lambda: _used(source="", compiled="")).failure is Failure.MISSING


def test_a_config_that_is_no_text_is_not_read() -> None:
    with pytest.raises(ReadError):
        _used(source="a\0b", compiled="")


def test_the_pipeline_is_asked_for_by_its_id() -> None:
    with CircleCI() as fake:
        had = fake.org.project("app").pipeline(source="a: 1", compiled="b: 1")
        assert used(api_for(fake.api), had.id).start.text == "a: 1"
        assert failing(lambda: used(api_for(fake.api), "../me")).failure is Failure.MISSING


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a\nb\n", "a\r\nb\r\n", True),
        ("a\nb", "a\nb\n\n", True),
        ("\ufeffa\n", "a\n", True),
        ("a\nb\n", "a\nb \n", False),
        ("a\n", "a\n#", False),
        ("", "\n", True),
    ],
)
def test_line_ends_make_no_difference(one: str, other: str, same: bool) -> None:
    file = TextFile("config.yml", other)
    found = Used(TextFile("pipeline:config", one), files=(Source("config.yml", file.lines),))
    assert found.has(found.start) is same
