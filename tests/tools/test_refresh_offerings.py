"""The catalog of CircleCI becomes a module, and only a full one does."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.circleci import offerings
from tools.refresh_offerings import MODULE, module, read


def catalog(**attributes: Any) -> dict[str, Any]:
    return {"data": {"attributes": {"linux": {}, "windows": {}, "macos": {}, **attributes}}}


def images(table: str) -> set[str]:
    return {f"{line.split()[0]}:{tag}" for line in table.splitlines() for tag in line.split()[1:]}


def test_the_module_in_the_tree_is_what_the_tool_writes() -> None:
    written = module(images(offerings.OFFERED), images(offerings.DEPRECATED), offerings.DATE)
    assert MODULE.read_text(encoding="utf-8") == written


def test_offered_and_deprecated_are_told_apart() -> None:
    offered, deprecated = read(
        catalog(
            linux={"medium": ["ubuntu-2404:current", "ubuntu-2204:current"], "large": []},
            macos={"m4pro.medium": ["xcode:16.4.0"]},
            deprecated={"linux": ["ubuntu-2204:current"], "macos": ["xcode:14.0.0"]},
        )
    )
    assert offered == {"ubuntu-2404:current", "xcode:16.4.0"}
    assert deprecated == {"ubuntu-2204:current", "xcode:14.0.0"}


def test_an_empty_catalog_is_refused() -> None:
    with pytest.raises(ValueError, match="offers nothing"):
        read(catalog())


def test_long_families_go_over_several_lines() -> None:
    many = {f"ubuntu-2404:20{year}.01.1" for year in range(10, 60)}
    text = module(many, (), "2026-01-01")
    assert all(len(line) <= 100 for line in text.splitlines())
    space: dict[str, str] = {}
    exec(text, space)  # noqa: S102
    assert images(space["OFFERED"]) == many
