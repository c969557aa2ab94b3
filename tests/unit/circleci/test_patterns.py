"""Java's regular expressions: answered where Python means the same, left open where it may not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.circleci.patterns import full_match


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("main", "main", True),
        ("main", "mainline", False),
        ("^main$", "main", True),
        (".*", "", True),
        ("feature-.+", "feature-x", True),
        ("feature-.+", "feature-", False),
        (r"^v\d+\.\d+\.\d+$", "v1.22.333", True),
        (r"^v[0-9]+(?:\.[0-9]+){2}$", "v1.2.3", None),
        ("main|develop|release/.*", "release/1", True),
        ("(feature|fix)/.+", "fix/1", True),
        ("pre-prod(?:-.+)?$", "pre-prod-x", True),
        ("(?i)MAIN", "main", True),
        ("a{2}b{1,3}", "aabb", True),
        (".*(foo|bar).*baz.*", "a-bar-b-baz", True),
        (r"[^/\]]+", "a]", False),
    ],
)
def test_a_pattern_matches_the_whole_text(pattern: str, text: str, expected: bool | None) -> None:
    assert full_match(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"\p{Alpha}+",  # Python has no such class
        "[a-z&&[^b]]",  # nor sets of sets
        "[[:alpha:]]",
        "a++",  # possessive since Python 3.11 only
        "a?+",
        "(?<name>a)",  # written otherwise
        "a(?i)b",
        "(",
        "a)b",
        "[",
        "x" * 501,
    ],
)
def test_what_python_may_read_otherwise_is_left_open(pattern: str) -> None:
    assert full_match(pattern, "a") is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+b", "a" * 50),
        ("a?" * 30 + "a" * 30, "a" * 30),
        ("(a|aa)" * 60 + "b", "a" * 100),
        (".*.*.*.*x", "a" * 200),
        ("(.*)*", "a"),
        ("a*", "a" * 201),
    ],
)
def test_what_could_take_long_is_left_open(pattern: str, text: str) -> None:
    assert full_match(pattern, text) is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab.*+?|()[]{}^$\\,1&-", max_size=30), st.text(alphabet="ab", max_size=60))
def test_any_pattern_gives_an_answer(pattern: str, text: str) -> None:
    assert full_match(pattern, text) in (True, False, None)
