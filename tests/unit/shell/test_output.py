"""Where a command's output ends up: in the log, in a `$(…)`, or out of sight."""

from __future__ import annotations

import pytest

from secguard.shell import Command, parse


def _printer(text: str) -> Command:
    return next(found for found in parse(text).commands() if found.name == "printf")


@pytest.mark.parametrize(
    "filter", ["head -c 4", "cut -c 1-4", "jq -c .", "uniq -c", "gzip -c", "grep -v x"]
)
def test_a_filter_passes_its_input_on(filter: str) -> None:
    assert _printer(f"printf x | {filter}").stdout_goes_to_log()


@pytest.mark.parametrize("filter", ["grep -q x", "grep -c x", "grep --quiet x", "docker login"])
def test_a_filter_that_only_counts_or_tests_does_not(filter: str) -> None:
    assert not _printer(f"printf x | {filter}").stdout_goes_to_log()


@pytest.mark.parametrize(
    "text",
    ["A=$(printf x)", "A=$(printf x | base64)", "A=$( { printf x; } | rev )", "echo `printf x`"],
)
def test_captured_output_belongs_to_its_substitution(text: str) -> None:
    command = _printer(text)
    assert command.captured_in is not None
    assert command.captured_in.kind == "substitution"
    assert not command.stdout_goes_to_log()


@pytest.mark.parametrize(
    "text",
    ["printf x", "A=$(printf x > file)", "A=$(printf x | docker login)", "A=$(printf x >&2)"],
)
def test_other_output_belongs_to_none(text: str) -> None:
    assert _printer(text).captured_in is None
