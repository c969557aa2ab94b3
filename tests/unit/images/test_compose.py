"""Compose files: what services start, but for what they build."""

from __future__ import annotations

import pytest

from secguard.images.compose import uses_of
from secguard.source.text import TextFile
from tests.unit.images.checkouts import texts


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("redis:7", "redis:7"),
        ('"redis:7"', "redis:7"),
        ("redis:${TAG:-7}", "redis:7"),
        ("${REG:-docker.io}/redis:${TAG:-${VERSION:-7}}", "docker.io/redis:7"),
        ("redis:${TAG-7}", "redis:7"),
        ("redis:${TAG}", "redis:${TAG}"),
        ("redis:$TAG", "redis:$TAG"),
        ("redis:${TAG:?needed}", "redis:${TAG:?needed}"),
    ],
)
def test_a_service_starts_an_image(image: str, expected: str) -> None:
    text = f"services:\n  db:\n    image: {image}\n"
    (use,) = uses_of(TextFile("compose.yml", text))
    assert (use.kind, use.text) == ("compose", expected)
    assert (use.site is not None) == ("$" not in image)
    if use.site is not None:
        assert text[use.site.start : use.site.end] == expected


@pytest.mark.parametrize(
    "text",
    [
        "services: {web: {build: ., image: mine}}",
        "services: {web: {}}",
        "services: {web: {image: [a]}}",
        "services: [a]",
        "services:",
        "version: 3",
        "[]",
        "",
        "x: {image: redis}",
    ],
)
def test_nothing_else_is_an_image(text: str) -> None:
    assert texts(uses_of(TextFile("compose.yml", text))) == []
