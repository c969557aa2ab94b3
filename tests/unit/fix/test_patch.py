"""Tests for patches and for writing files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from secguard.errors import SecguardError
from secguard.fix.patch import patch, write
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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "tree" / "a.yml"
    made.parent.mkdir()
    made.write_bytes(b"\xef\xbb\xbfone\r\n")
    return made


def _write(path: Path, before: str, after: str, top: Path) -> None:
    write(TextFile(path.as_posix(), before), TextFile(path.as_posix(), after), (top,))


def test_a_file_keeps_its_mode_and_its_byte_order_mark(path: Path) -> None:
    path.chmod(0o640)
    _write(path, "one\r\n", "two\r\n", path.parent)
    assert path.read_bytes() == b"\xef\xbb\xbftwo\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(str(path.parent)) == ["a.yml"]


def test_a_file_that_somebody_changed_meanwhile_stays(path: Path) -> None:
    with pytest.raises(SecguardError, match="has changed meanwhile"):
        _write(path, "another\r\n", "two\r\n", path.parent)
    assert path.read_bytes() == b"\xef\xbb\xbfone\r\n"


def test_a_link_inside_of_the_tree_leads_to_its_file(path: Path) -> None:
    link = path.with_name("link.yml")
    link.symlink_to("a.yml")
    _write(link, "one\r\n", "two\r\n", path.parent)
    assert link.is_symlink() and path.read_bytes().endswith(b"two\r\n")


@pytest.mark.parametrize("folder", [True, False])
def test_a_link_out_of_the_tree_is_refused(path: Path, tmp_path: Path, folder: bool) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.yml").write_text("one\n")
    link = path.with_name("link")
    link.symlink_to(outside if folder else outside / "b.yml")
    with pytest.raises(SecguardError, match="leads out"):
        _write(link / "b.yml" if folder else link, "one\n", "two\n", path.parent)
    assert (outside / "b.yml").read_text() == "one\n"


def test_a_file_that_is_gone_is_told(path: Path) -> None:
    path.unlink()
    with pytest.raises(SecguardError, match="cannot be written: no such file"):
        _write(path, "one\r\n", "two\r\n", path.parent)
