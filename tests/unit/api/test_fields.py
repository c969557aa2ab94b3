"""Fields of answers: by type, and unknown where the type is another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from secguard.api import fields
from secguard.net.failure import Failure
from tests.unit.api.asking import failing

ODD: tuple[Any, ...] = (None, 7, 1.5, True, "x", [], ["x"], [7], {}, {"a": "b"}, [{"a": 1}, None])
READERS: dict[str, tuple[Any, type]] = {
    "text": ("", str),
    "raw": (None, str),
    "flag": (None, bool),
    "number": (None, int),
    "day": (None, date),
    "inner": ({}, dict),
    "items": (None, tuple),
    "texts": (None, tuple),
}


@pytest.mark.parametrize("name", READERS)
def test_a_field_of_another_type_is_unknown(name: str) -> None:
    unknown, kind = READERS[name]
    read = getattr(fields, name)
    for odd in ODD:
        found = read({"field": odd}, "field")
        assert found == unknown or type(found) is kind
    for item in (*ODD, {"other": 1}):
        assert read(item, "field") == unknown


@pytest.mark.parametrize("written", ["created-at", "created_at"])
@pytest.mark.parametrize("asked", ["created-at", "created_at"])
def test_hyphens_and_underscores_are_the_same(written: str, asked: str) -> None:
    assert fields.day({written: "2026-01-31T10:00:00.000Z"}, asked) == date(2026, 1, 31)


def test_another_name_is_looked_for_where_the_first_is_missing() -> None:
    assert fields.text({"created": "x", "updated": None}, "updated", "created") == "x"


def test_a_text_is_made_safe_to_show() -> None:
    assert fields.text({"a": "x\x1b[31m\nrm\u202e"}, "a") == "x\\x1b[31m rm\\u202e"
    assert len(fields.text({"a": "x" * 5_000}, "a")) == fields.MAX_TEXT
    assert fields.raw({"a": "x\x1b\n"}, "a") == "x\x1b\n"
    assert fields.texts({"a": ["x\x1b", "y"]}, "a") == ("x\\x1b", "y")


NO_DAYS = ("2026-13-01", "0000-01-01", "2026-02-30T", "yesterday", "2026-01-31x", "\u0662026-01-01")


@pytest.mark.parametrize("written", NO_DAYS)
def test_a_day_that_is_none_is_unknown(written: str) -> None:
    assert fields.day({"a": written}, "a") is None


@pytest.mark.parametrize("item", [{}, {"id": ""}, {"id": None}, {"id": 7}, None, "id"])
def test_a_field_that_is_needed_and_missing_is_an_odd_answer(item: Any) -> None:
    error = failing(lambda: fields.needed(item, "id"))
    assert error.failure is Failure.UNTRUSTED
    assert "'id'" in error.message
