"""Tests for writing files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secguard.cli.files import rewrite, write_file
from secguard.errors import SecguardError, UsageError
from secguard.source.text import TextFile


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.json"
    write_file(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644
    assert os.listdir(str(path.parent)) == ["b.json"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(UsageError, match="cannot write"):
        write_file(tmp_path / "a" / "b.json", "x")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "tree" / "a.yml"
    made.parent.mkdir()
    made.write_bytes(b"\xef\xbb\xbfone\r\n")
    return made


def _write(path: Path, before: str, after: str, top: Path) -> None:
    rewrite(TextFile(path.as_posix(), before), TextFile(path.as_posix(), after), (top,))


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
