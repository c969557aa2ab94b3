"""What a path stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard.finding import Problem
from secguard.source.discover import discover, read
from secguard.source.text import ReadError


def _write(top: Path, *names: str) -> None:
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n", encoding="utf-8")


def _names(top: Path, *paths: Path) -> list[str]:
    found = []
    for one in discover(tuple(str(path) for path in paths or (top,))):
        found.append(one.message if isinstance(one, Problem) else str(one.path.relative_to(top)))
    return found


def test_a_repository_stands_for_everything_below_its_settings(tmp_path: Path) -> None:
    _write(tmp_path, ".circleci/config.yml", ".circleci/a/b.yaml", ".circleci/x.txt", "other.yml")
    assert _names(tmp_path) == [".circleci/config.yml", ".circleci/a/b.yaml"]


def test_an_orb_source_stands_for_its_root(tmp_path: Path) -> None:
    _write(tmp_path, "src/@orb.yml", "src/commands/a.yml", ".circleci/config.yml")
    assert _names(tmp_path) == ["src/@orb.yml", ".circleci/config.yml"]


def test_the_same_file_is_read_once(tmp_path: Path) -> None:
    _write(tmp_path, ".circleci/config.yml")
    again = tmp_path / ".circleci" / "config.yml"
    assert _names(tmp_path, tmp_path, again) == [".circleci/config.yml"]


def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert _names(tmp_path, tmp_path / "nothing") == ["there is no such file or directory"]


def test_a_directory_with_nothing_to_check_is_a_problem(tmp_path: Path) -> None:
    assert "holds no CircleCI config" in _names(tmp_path)[0]


def test_a_link_that_leads_out_is_a_problem(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    outside.write_text("secret: 1\n", encoding="utf-8")
    _write(tmp_path, "repo/.circleci/config.yml")
    (tmp_path / "repo/.circleci/link.yml").symlink_to(outside)
    (tmp_path / "repo/.circleci/inner.yml").symlink_to("config.yml")
    found = _names(tmp_path, tmp_path / "repo")
    assert found[0] == "repo/.circleci/config.yml"
    assert "leads out of the directory" in found[1]
    assert len(found) == 2


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="not a regular file"):
        read(Path("/dev/zero"), "zero")
    with pytest.raises(ReadError, match="not a regular file"):
        read(tmp_path / "missing.yml", "missing.yml")
