"""Looks around a job find what is there, and stay within bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard.runtime import around
from secguard.runtime.environ import variables
from secguard.runtime.snapshot import Process

VALUE = "Zq8Lw3XvT1nR6bYc2KdM"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("\turl = https://ci:s3cr3t@git.example.org/shop.git", "://ci:s3cr3t@"),
        ("\textraheader = AUTHORIZATION: basic eDp5", "extraheader = AUTHORIZATION: basic eDp5"),
    ],
)
def test_credentials_in_git_s_settings_are_found(tmp_path: Path, line: str, part: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(f'[remote "origin"]\n{line}\n')
    (place,) = around.git_credentials(tmp_path)
    assert place.span is not None and place.span.line == 2
    assert line[place.span.column - 1 : place.span.end_column - 1] == part


@pytest.mark.parametrize(
    "line",
    ["url = git@github.com:acme/shop.git", "url = https://github.com/acme/shop", "x = a:b@c"],
)
def test_other_settings_of_git_are_not(tmp_path: Path, line: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(f"[x]\n{line}\n")
    assert not list(around.git_credentials(tmp_path))


def test_a_command_line_with_a_value_is_found(tmp_path: Path) -> None:
    for number, arguments in ((7, f"curl\0-H\0X: {VALUE}\0"), (8, "sleep\0009\0"), (9, VALUE)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "cmdline").write_text(arguments)
        (folder / "comm").write_text("curl\n")
    (tmp_path / "10").mkdir()
    known = variables({"NPM_TOKEN": VALUE.encode(), "DB_PASSWORD": b"postgres"})
    assert list(around.processes(known, 9, tmp_path)) == [Process("curl", ("NPM_TOKEN",))]


def test_without_a_list_of_processes_none_is_found(tmp_path: Path) -> None:
    assert not list(around.processes((), 1, tmp_path / "nowhere"))


def test_only_the_beginning_of_an_ordinary_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    (tmp_path / "link").symlink_to(tmp_path / "large")
    assert len(around.read(tmp_path / "large")) == 1 << 20
    assert around.read(tmp_path / "link") == around.read(tmp_path / "none") == ""
    assert around.read(tmp_path) == ""


def test_all_configs_count_as_one_text(tmp_path: Path) -> None:
    (tmp_path / ".circleci" / "more").mkdir(parents=True)
    (tmp_path / ".circleci" / "config.yml").write_text("A: 1")
    (tmp_path / ".circleci" / "more" / "b.yml").write_text("B: 2")
    assert around.config_text(tmp_path) == "A: 1\nB: 2"
