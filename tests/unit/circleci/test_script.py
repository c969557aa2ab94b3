"""Which shell reads a step, wherever `shell` is written."""

from __future__ import annotations

import pytest

from secguard.circleci.config import make_config
from secguard.source.text import TextFile
from secguard.source.tree import parse

CONFIG = """\
version: 2.1
orbs:
  win: circleci/windows@5.0
jobs:
  build:
    {executor}
    steps:
      - run: make
workflows:
  main:
    jobs: [build]
"""


@pytest.mark.parametrize(
    ("executor", "kind"),
    [
        ("docker: [{image: cimg/base:2026.08}]", "bash"),
        ("machine: {image: windows-server-2022-gui:current}", "powershell"),
        ("machine: {image: windows-server-2022-gui:current, shell: bash.exe}", "bash"),
        ('docker: [{image: cimg/base:2026.08}]\n    shell: ""', "bash"),
        ("executor: win/default", "powershell"),
        ("executor: {name: win/default, shell: bash.exe}", "bash"),
    ],
)
def test_the_shell_is_found_where_it_is_written(executor: str, kind: str) -> None:
    config = make_config(parse(TextFile("config.yml", CONFIG.format(executor=executor))), "config")
    assert [script.interpreter.kind for script in config.scripts] == [kind]


def test_a_text_is_given_once_with_all_its_steps() -> None:
    config = make_config(
        parse(
            TextFile(
                "config.yml",
                "version: 2.1\n"
                "jobs:\n"
                "  linux: {docker: [{image: a:1}], steps: [{run: make}, {run: make}]}\n"
                "  windows: {machine: {image: windows-server-2022-gui:current},"
                " steps: [{run: make}, {run: iwr x}, {run: {shell: python3, command: y}}]}\n"
                "workflows: {main: {jobs: [linux, windows]}}\n",
            )
        ),
        "config",
    )
    assert [(shell.text, len(scripts)) for shell, scripts in config.texts] == [
        ("make", 3),
        ("iwr x", 1),
    ]
