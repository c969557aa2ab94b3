"""What a sweep knows of the organisation is read as it was kept, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from secguard.errors import UsageError
from secguard.net.failure import AskError, Failure
from secguard.sweep.answers import Replay

LIST = json.dumps(["pages", "/list", []])
THING = json.dumps(["get", "/thing", []])


def kept(**answers: Any) -> Replay:
    named = {"list": LIST, "thing": THING}
    return Replay(json.dumps({"host": "h", "answers": {named[k]: v for k, v in answers.items()}}))


def test_answers_and_failures_come_back() -> None:
    replay = kept(
        list={"answer": [{"id": 1}]}, thing={"failure": "forbidden", "message": "gives no access"}
    )
    assert list(replay.pages("/list")) == [{"id": 1}]
    with pytest.raises(AskError, match="gives no access") as caught:
        replay.get("/thing")
    assert caught.value.failure is Failure.FORBIDDEN


@pytest.mark.parametrize(
    "answers",
    [
        {"thing": None},
        {"thing": []},
        {"thing": "x"},
        {"thing": {}},
        {"thing": {"failure": "forbidden"}},
        {"thing": {"failure": "odd", "message": "x"}},
        {"thing": {"failure": ["forbidden"], "message": "x"}},
        {"list": {"answer": None}},
        {"list": {"answer": {"items": []}}},
        {"list": {"answer": ["a"]}},
    ],
)
def test_what_was_kept_otherwise_is_refused(answers: Any) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        kept(**answers)
