"""Patterns mean whole parts of names, so that a look-alike never passes for what it resembles."""

from __future__ import annotations

import pytest

from secguard.circleci.values import HOLE
from secguard.oci.pattern import InvalidPattern, best, parse_pattern
from secguard.oci.reference import outline


def fits(pattern: str, image: str) -> bool | None:
    return parse_pattern(pattern).fits(outline(image.replace("?", HOLE), HOLE), HOLE)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("docker.io/cimg/*", "cimg/node:20.1"),
        ("docker.io/cimg/*", "docker.io/cimg/node"),
        ("docker.io/cimg/*", "index.docker.io/cimg/node"),
        ("docker.io/cimg/*", "registry-1.docker.io/cimg/node"),
        ("docker.io/cimg/*", "registry.hub.docker.com/cimg/node"),
        ("docker.io/cimg/*", "docker.io:443/cimg/node"),
        ("docker.io/library/node", "node"),
        ("docker.io/library/*", "registry-1.docker.io/node"),
        ("docker.io", "anyone/anything"),
        ("ghcr.io", "ghcr.io/a"),
        ("ghcr.io", "ghcr.io:443/a/b/c"),
        ("ghcr.io/acme/**", "ghcr.io/acme/a/b/c"),
        ("ghcr.io/acme/**", "ghcr.io/acme/?"),
        ("*.pkg.corp.example/**", "a.b.pkg.corp.example/x"),
        (
            "123456789012.dkr.ecr.*.amazonaws.com/**",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x",
        ),
        ("localhost:5000", "localhost:5000/x"),
        ("evil.example", "EVIL.example/x"),
    ],
)
def test_a_pattern_means_a_repository(pattern: str, image: str) -> None:
    assert fits(pattern, image) is True


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("docker.io/cimg/*", "cimgs/node"),
        ("docker.io/cimg/*", "cimg/node/extra"),
        ("docker.io/cimg/*", "docker.io.evil.example/cimg/node"),
        ("ghcr.io", "ghcr.io.evil.example/a"),
        ("ghcr.io", "ghcr.io:8443/a"),
        ("ghcr.io", "xghcr.io/a"),
        ("ghcr.io/acme/**", "ghcr.io/acme-evil/a"),
        ("ghcr.io/acme/**", "ghcr.io/acme"),
        ("*.corp.example", "evilcorp.example/a"),
        ("*.corp.example", "corp.example/a"),
        ("a.*.corp.example", "a.b.c.corp.example/x"),
        ("docker.io/library/**", "circleci/node"),
        ("docker.io", "CIMG/node"),
    ],
)
def test_a_pattern_does_not_mean_what_resembles_it(pattern: str, image: str) -> None:
    assert fits(pattern, image) is False


@pytest.mark.parametrize(
    ("pattern", "image"),
    [("ghcr.io/acme/*", "ghcr.io/acme/?"), ("ghcr.io/acme/app", "ghcr.io/?"), ("ghcr.io", "?/a")],
)
def test_what_is_open_decides_nothing(pattern: str, image: str) -> None:
    assert fits(pattern, image) is None


@pytest.mark.parametrize(
    "text",
    [
        "cimg/*",
        "node",
        "",
        "*",
        "*/x",
        "*.*",
        "ghcr.*",
        "ghcr.io*",
        "ghcr.io/acme*",
        "ghcr.io/acme/app:1",
        "ghcr.io/**/app",
        "ghcr.io/",
        "docker.io/*",
        "docker.io/acme",
        "index.docker.io/acme",
        "ghcr.io/acme",
        "ghcr.io/*",
        "https://ghcr.io",
        "ghcr.io/ACME",
        "ghcr.io/a\n",
    ],
)
def test_what_could_be_misunderstood_is_refused(text: str) -> None:
    with pytest.raises(InvalidPattern):
        parse_pattern(text)


def test_the_most_specific_pattern_counts() -> None:
    texts = ("docker.io", "docker.io/circleci/**", "docker.io/circleci/picard", "*.docker.io")
    patterns = [parse_pattern(text) for text in texts]

    def text(image: str) -> str:
        found = best(patterns, outline(image, HOLE), HOLE)
        return found.text if found else ""

    assert text("circleci/picard") == "docker.io/circleci/picard"
    assert text("circleci/node") == "docker.io/circleci/**"
    assert text("cimg/node") == "docker.io"
    assert text("ghcr.io/a") == ""
