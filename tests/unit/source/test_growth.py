"""Aliases and merge keys: what real files do is read, what only attacks do is refused."""

from __future__ import annotations

import pytest

from secguard.source.growth import MAX_MERGED
from secguard.source.text import ReadError, TextFile
from secguard.source.tree import MAX_DEPTH, parse


def _chain(levels: int, link: str) -> str:
    lines = ["k0: &k0 {a: b}\n"]
    lines += [f"k{n}: &k{n} {link.format(n - 1)}\n" for n in range(1, levels)]
    return "".join(lines)


@pytest.mark.parametrize("link", ["[*k{}]", "{{x: *k{}}}", "{{<<: *k{}}}", "{{<<: [*k{}]}}"])
def test_aliases_may_nest_as_deep_as_anything_else(link: str) -> None:
    step = 2 if link.endswith("]}}") else 1
    levels = (MAX_DEPTH - 3) // step
    assert parse(TextFile("f.yml", _chain(levels, link))).get(f"k{levels - 1}") is not None
    with pytest.raises(ReadError, match=f"deeper than {MAX_DEPTH} levels") as refused:
        parse(TextFile("f.yml", _chain(levels + 100, link)))
    assert refused.value.where.span is not None
    assert refused.value.where.span.line > levels - 2


@pytest.mark.parametrize(
    "text",
    [
        "a: &a {A}\nb: {<<: [" + ", ".join(["*a"] * 2_000) + "]}\n",
        "a: &a {A}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(2_000)),
        "a: &a {A}\nb: &b {<<: [*a, *a]}\n" + "".join(f"c{n}: {{<<: *b}}\n" for n in range(1_000)),
    ],
    ids=["in one mapping", "in many", "twice over"],
)
def test_merge_keys_may_not_repeat_too_much(text: str) -> None:
    def filled(entries: int) -> str:
        return text.replace("A", ", ".join(f"k{n}: v" for n in range(entries)))

    assert parse(TextFile("f.yml", filled(20))).is_map
    with pytest.raises(ReadError, match="merge keys repeat too many entries"):
        parse(TextFile("f.yml", filled(MAX_MERGED // 1_900)))
