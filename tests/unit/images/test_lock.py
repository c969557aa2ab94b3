"""The lock file: the same bytes for the same content, and nothing else is taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secguard.errors import UsageError
from secguard.images.lock import Entry, Lock, read_lock
from secguard.source.text import TextFile
from tests.unit.images.checkouts import DIGEST, OTHER

INDEX = "application/vnd.oci.image.index.v1+json"
FULL = Entry(
    DIGEST, INDEX, "2026-01-02", ("linux/amd64", "linux/arm/v7"), "2026-11-22", OTHER, "2026-11-23"
)


def read(data: Any) -> Lock:
    text = data if isinstance(data, str) else json.dumps(data)
    return read_lock(TextFile("secguard.lock", text))


def test_what_is_written_is_read() -> None:
    lock = Lock({"docker.io/cimg/node:22.1": FULL, f"a.b/c@{OTHER}": Entry(OTHER)})
    assert read(lock.written()) == lock
    assert read(lock.written()).written() == lock.written()


def test_the_file_is_sorted_and_has_one_line_for_each_fact() -> None:
    lines = Lock({"b.c/d:1": FULL, "a.b/c:1": Entry(DIGEST)}).written().splitlines()
    assert lines.index('    "a.b/c:1": {') < lines.index('    "b.c/d:1": {')
    assert f'      "digest": "{DIGEST}",' in lines
    assert '      "created": "2026-01-02",' in lines


DAYS = st.dates().map(lambda day: day.isoformat())


@given(st.dictionaries(st.sampled_from(["a.b/c:1", "d.e/f:2", "g.h/i:3"]), DAYS))
def test_any_lock_is_read_as_it_was(created: dict[str, str]) -> None:
    lock = Lock({key: Entry(DIGEST, INDEX, day, (), day) for key, day in created.items()})
    assert read(lock.written()) == lock


def entry(**changed: Any) -> dict[str, Any]:
    return {"version": 1, "images": {"a.b/c:1": {"digest": DIGEST, **changed}}}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{",
        '{"version": ' + "1" * 100 + "}",
        "[" * 100_000,
        "<<<<<<< HEAD\n{}",
        {"version": 2, "images": {}},
        {"version": True, "images": {}},
        {"version": 1},
        {"version": 1, "images": {}, "more": 1},
        {"version": 1, "images": []},
        {"version": 1, "images": {"a": {}}},
        {"version": 1, "images": {"a\n": {"digest": DIGEST}}},
        {"version": 1, "images": {f"a@{OTHER}": {"digest": DIGEST}}},
        '{"version": 1, "version": 1, "images": {}}',
        entry(digest="sha256:abc"),
        entry(digest=DIGEST.upper()),
        entry(digest=["x"]),
        entry(unknown=1),
        entry(created="yesterday"),
        entry(created="2026-13-01"),
        entry(platforms="linux/amd64"),
        entry(platforms=["linux"]),
        entry(platforms=[1]),
        entry(mediaType="text/html"),
        entry(next=OTHER),
        entry(nextSeen="2026-01-01"),
        entry(next="x", nextSeen="2026-01-01"),
    ],
)
def test_what_was_not_written_here_is_refused(data: Any) -> None:
    with pytest.raises(UsageError) as caught:
        read(data)
    assert caught.value.message.startswith("secguard.lock cannot be used")
    assert "\n" not in caught.value.message
