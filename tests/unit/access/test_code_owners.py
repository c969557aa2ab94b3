"""Whom a file CODEOWNERS gives the config to."""

from __future__ import annotations

import pytest

from secguard.access.code_owners import fits, owned

PATH = ".circleci/config.yml"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("/.circleci/", True),
        (".circleci/", True),
        (".circleci", True),
        ("/.circleci/*", True),
        ("/.circleci/config.yml", True),
        (".circleci/**", True),
        ("**/config.yml", True),
        ("config.yml", True),
        ("*.yml", True),
        ("/*", False),
        ("/*.yml", False),
        ("*.js", False),
        ("circleci/", False),
        ("/config.yml", False),
        (".circleci/config", False),
        ("/.circle?i/", True),
        ("!/.circleci/", False),
        ("*" * 9 + "/x", False),
        ("x" * 201, False),
    ],
)
def test_patterns_mean_what_they_mean_to_github(pattern: str, expected: bool) -> None:
    assert fits(pattern, PATH) is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", False),
        ("# * @a", False),
        ("* @a", True),
        ("* @a\n/.circleci/\n", False),
        ("* @a\n/.circleci/ # nobody\n", False),
        ("/.circleci/\n* @a\n", True),
        ("* @a # all\r\n*.js\r\n", True),
        ("\n\n  \n", False),
    ],
)
def test_the_last_line_that_fits_counts(content: str, expected: bool) -> None:
    assert owned(content, PATH) is expected
