"""Newer content: how far a version may go, and how long content has to wait."""

from __future__ import annotations

from datetime import date
from typing import Iterator

import pytest

from secguard.images.lock import Entry
from secguard.images.resolve import Answer
from secguard.images.update import Step, Wish, look
from secguard.net.failure import Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client
from secguard.oci.reference import parse
from secguard.oci.tags import is_moving, newest
from tests.fakes.registry import Registry
from tests.unit.images.checkouts import DIGEST

TAGS = (
    "1.2.3 1.2.4 1.2.10 1.3.0 2.0.0 2 1.4 1.9-alpine 1.2.5-alpine v1.9.9 latest 1.2.99-rc1".split()
)


@pytest.mark.parametrize(
    ("current", "within", "expected"),
    [
        ("1.2.3", "patch", "1.2.10"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("2.0.0", "major", "2.0.0"),
        ("1.2", "minor", "1.4"),
        ("1.2-alpine", "minor", "1.9-alpine"),
        ("v1.0.0", "minor", "v1.9.9"),
        ("latest", "major", "latest"),
        ("1", "major", "2"),
        ("1", "minor", "1"),
        ("20260101", "major", "20260101"),
    ],
)
def test_a_newer_version_has_the_same_form(current: str, within: str, expected: str) -> None:
    assert newest(TAGS, current, within) == expected


@pytest.mark.parametrize("tag", ["", "latest", "stable", "edge-debian", "nightly", "lts-22.04"])
def test_a_tag_that_is_made_to_be_moved_is_known(tag: str) -> None:
    assert is_moving(tag)


@pytest.mark.parametrize("tag", ["22.1", "v1", "bookworm", "latest1", "2026.09", "sha-1234"])
def test_a_version_is_not_moved_by_design(tag: str) -> None:
    assert not is_moving(tag)


TODAY = date(2026, 11, 22)
OLD = Entry(DIGEST, "", "2025-01-01", (), "2025-02-01")


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        yield registry


def step(registry: Registry, old: Entry, wish: Wish, tag: str = "1.0") -> Step | Answer:
    hosts = frozenset((registry.host,))
    wire = Wire(Network(hosts, hosts, pause=0.01), 20)
    try:
        client = Client(wire, lambda _: None)
        return look(client, parse(f"{registry.host}/a/b:{tag}"), old, wish)
    finally:
        wire.close()


def test_new_content_is_taken_at_once(registry: Registry) -> None:
    digest = registry.image("a/b", "1.0")
    found = step(registry, OLD, Wish(TODAY))
    assert isinstance(found, Step)
    assert (found.entry.digest, found.entry.resolved, found.waiting) == (
        digest,
        "2026-11-22",
        False,
    )


def test_the_same_content_keeps_its_entry(registry: Registry) -> None:
    digest = registry.image("a/b", "1.0")
    old = Entry(digest, "", "2025-01-01", (), "2025-02-01")
    assert step(registry, old, Wish(TODAY)) == Step("1.0", old)
    assert len(registry.log) == 1


def test_content_waits_from_the_day_it_was_first_seen_here(registry: Registry) -> None:
    digest = registry.image("a/b", "1.0", created="2020-01-01T00:00:00Z")
    wish = Wish(TODAY, min_age=3)
    first = step(registry, OLD, wish)
    assert isinstance(first, Step) and first.waiting
    assert (first.entry.digest, first.entry.next_digest) == (DIGEST, digest)
    assert first.entry.next_seen == "2026-11-22"
    early = step(registry, first.entry, Wish(date(2026, 11, 24), min_age=3))
    later = step(registry, first.entry, Wish(date(2026, 11, 25), min_age=3))
    assert isinstance(early, Step) and early.waiting
    assert isinstance(later, Step) and not later.waiting
    assert later.entry.digest == digest and not later.entry.next_digest


def test_other_content_starts_to_wait_anew(registry: Registry) -> None:
    registry.image("a/b", "1.0", created="2020-01-01T00:00:00Z")
    waiting = Entry(DIGEST, next_digest="sha256:" + "0" * 64, next_seen="2026-01-01")
    found = step(registry, waiting, Wish(TODAY, min_age=3))
    assert isinstance(found, Step) and found.waiting
    assert found.entry.next_seen == "2026-11-22"


def test_content_that_says_it_is_young_waits_as_well(registry: Registry) -> None:
    digest = registry.image("a/b", "1.0", created="2026-11-21T00:00:00Z")
    seen = Entry(DIGEST, next_digest=digest, next_seen="2026-11-01")
    found = step(registry, seen, Wish(TODAY, min_age=3))
    assert isinstance(found, Step) and found.waiting


def test_content_that_moved_back_waits_no_more(registry: Registry) -> None:
    digest = registry.image("a/b", "1.0")
    old = Entry(digest, next_digest="sha256:" + "0" * 64, next_seen="2026-11-01")
    assert step(registry, old, Wish(TODAY, min_age=3)) == Step("1.0", Entry(digest))


def test_a_newer_version_is_taken_within_bounds(registry: Registry) -> None:
    for tag in ("1.0", "1.1", "2.0"):
        digest = registry.image(
            "a/b", tag, created=f"2026-0{int(tag[0])}-0{int(tag[2]) + 1}T00:00:00Z"
        )
        if tag == "1.1":
            expected = digest
    found = step(registry, OLD, Wish(TODAY, within="minor"))
    assert isinstance(found, Step)
    assert (found.tag, found.entry.digest) == ("1.1", expected)


def test_what_cannot_be_told_is_an_answer(registry: Registry) -> None:
    found = step(registry, OLD, Wish(TODAY))
    assert isinstance(found, Answer) and found.failure is Failure.MISSING
