"""Tests for patches."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from secguard.fix.patch import patch
from secguard.source.text import TextFile


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one\ntwo\n", "one\n2\n"),
        ("one\r\ntwo\r\n", "one\r\n2\r\n"),
        ("one\ntwo", "one\n2"),
        ("one\ntwo", "one\ntwo\n"),
        ("one\n", "one\u2028two\n"),
    ],
)
def test_git_can_apply_a_patch(before: str, after: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(before.encode())
    text = patch(TextFile("a.yml", before), TextFile("a.yml", after))
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=str(tmp_path), input=text.encode(), check=True)
    assert path.read_bytes() == after.encode()


def test_no_change_is_no_patch() -> None:
    assert patch(TextFile("a", "x\n"), TextFile("a", "x\n")) == ""
