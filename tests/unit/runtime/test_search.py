"""The fast search finds exactly what looking for each string finds."""

from __future__ import annotations

import importlib.util
import random
from typing import Any

import pytest

from secguard.runtime import search
from secguard.runtime.search import Engine, Found

SIZES = (1, 3, 6, 7, 8, 11, 14, 15, 16, 22, 23, 30, 31, 38, 39, 60, 200, 400)


def expected(patterns: set[bytes], data: bytes) -> list[Found]:
    found = []
    for pattern in patterns:
        at = data.find(pattern)
        while at >= 0:
            found.append((at, pattern))
            at = data.find(pattern, at + 1)
    return sorted(found, key=lambda one: (one[0], -len(one[1]), one[1]))


def case(rng: random.Random) -> tuple[set[bytes], bytes]:
    alphabet = rng.choice([b"ab", b"abcdefgh", bytes(range(256))])
    least = rng.choice([1, 7, 15, 23, 31, 39])

    def some(size: int) -> bytes:
        return bytes(rng.choices(alphabet, k=size))

    sizes = [size for size in SIZES if size >= least]
    patterns = {some(rng.choice(sizes)) for _ in range(rng.choice([1, 2, 5, 40, 120]))}
    data = bytearray(some(rng.choice([0, 5, 100, 9000, 20000])))
    for _ in range(rng.randrange(12)):
        at = rng.randrange(len(data) + 1)
        planted = rng.choice(sorted(patterns))
        data[at : at + rng.choice([0, len(planted)])] = planted
    return patterns, bytes(data)


@pytest.mark.parametrize("seed", range(120))
def test_all_engines_find_the_same(seed: int) -> None:
    patterns, data = case(random.Random(seed))  # noqa: S311
    wanted = expected(patterns, data)
    engine = Engine(patterns)
    assert engine.find(data) == wanted
    assert not engine.note
    assert Engine(patterns, "find").find(data) == wanted
    if importlib.util.find_spec("hyperscan"):
        assert Engine(patterns, "hyperscan").find(data) == wanted


@pytest.mark.parametrize("size", [7, 8, 13, 14, 15, 16, 17, 20, 22, 23, 26, 31, 39])
def test_a_pattern_is_found_wherever_it_lies(size: int) -> None:
    rng = random.Random(size)  # noqa: S311
    patterns = {bytes(rng.choices(range(256), k=size)) for _ in range(400)}
    engine = Engine(patterns)
    planted = sorted(patterns)[7]
    for place in [*range(70), *range(8150, 8230)]:
        assert engine.find(bytes(place) + planted + bytes(3)) == [(place, planted)]
    for place in [*range(300), *range(65_000, 65_300)]:
        assert engine.find(bytes(place) + planted + bytes(17_000)) == [(place, planted)]


def test_a_search_that_fails_its_test_is_replaced_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def blind(*given: Any) -> Any:
        return lambda data: []

    monkeypatch.setattr(search, "_tier", blind)
    patterns = {b"%040d" % number for number in range(100)}
    engine = Engine(patterns)
    assert "slower" in engine.note
    assert engine.find(b"x" + sorted(patterns)[5]) == [(1, sorted(patterns)[5])]


@pytest.mark.parametrize("is_long", [True, False])
def test_a_search_that_fails_with_long_or_with_short_data_is_replaced(
    monkeypatch: pytest.MonkeyPatch, is_long: bool
) -> None:
    whole = search._tier

    def partly(patterns: list[bytes], width: int) -> Any:
        find = whole(patterns, width)
        return lambda data: [] if (len(data) > 500) is is_long else find(data)

    monkeypatch.setattr(search, "_tier", partly)
    assert "slower" in Engine({b"%040d" % number for number in range(100)}).note


def test_patterns_that_are_alike_are_told_apart() -> None:
    alike = {b"0123456789abcdefghijklmnop" + end for end in (b"", b"q", b"qr", b"Q", b"qrs")}
    data = b"x0123456789abcdefghijklmnopqr."
    assert [len(pattern) for at, pattern in Engine(alike).find(data)] == [28, 27, 26]
    assert Engine(alike).find(data) == expected(alike, data)


@pytest.mark.parametrize("alphabet", [b"0123456789abcdef", b"abcdefghijklmnopqrstuvwxyzABCDEF0123"])
def test_all_ways_to_share_the_patterns_find_the_same(alphabet: bytes) -> None:
    rng = random.Random(5)  # noqa: S311
    data = bytearray(rng.choices(alphabet, k=40_000))
    for counts in ((30, 0, 0), (3, 60, 0), (3, 60, 900), (0, 0, 900), (0, 60, 900)):
        sizes = [size for count, size in zip(counts, (5, 12, 40)) for _ in range(count)]
        patterns = {bytes(rng.choices(alphabet, k=size)) for size in sizes}
        for pattern in sorted(patterns)[:9]:
            at = rng.randrange(39_000)
            data[at : at + len(pattern)] = pattern
        engine = Engine(patterns)
        assert engine.find(bytes(data)) == expected(patterns, bytes(data))
        assert engine.find(bytes(data[:9000])) == expected(patterns, bytes(data[:9000]))


def test_an_engine_that_is_not_there_is_an_error() -> None:
    if importlib.util.find_spec("hyperscan"):
        pytest.skip("hyperscan is installed")
    with pytest.raises(ImportError):
        Engine({b"pattern"}, "hyperscan")


def test_nothing_to_search_for_finds_nothing() -> None:
    assert Engine([]).find(b"data") == []
    assert Engine([b""]).find(b"data") == []
    assert Engine([]).longest == 0
