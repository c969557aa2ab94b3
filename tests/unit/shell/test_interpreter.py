"""The value of `shell:` says what reads a step's command."""

from __future__ import annotations

import pytest

from secguard.shell import interpreter


@pytest.mark.parametrize(
    ("shell", "kind"),
    [
        (None, "bash"),
        ("bash", "bash"),
        ("/bin/bash -eo pipefail", "bash"),
        ("bash.exe -eo pipefail", "bash"),
        ("#!/bin/bash -ex", "bash"),
        ("/usr/bin/env bash -e", "bash"),
        ("C:\\Git\\bin\\bash.exe -e", "bash"),
        ('"C:\\Program Files\\Git\\bin\\bash.exe"', "bash"),
        ("sudo -E bash -l", "bash"),
        ("/bin/sh -leo pipefail", "sh"),
        ("zsh -l", "sh"),
        ("powershell.exe -ExecutionPolicy Bypass", "powershell"),
        ("pwsh", "powershell"),
        ("PowerShell", "powershell"),
        ("cmd.exe", "cmd"),
        ("python3 -u", "python"),
        ("/usr/bin/ruby", "other"),
        ("\ue000", "other"),
        ("", "other"),
    ],
)
def test_the_kind_is_the_program(shell: str | None, kind: str) -> None:
    assert interpreter(shell).kind == kind
    assert interpreter(shell).posix == (kind in ("bash", "sh"))


@pytest.mark.parametrize(
    ("shell", "errexit", "xtrace"),
    [
        (None, True, False),
        ("bash", False, False),
        ("bash --login -eox pipefail", True, True),
        ("/bin/bash -eo pipefail", True, False),
        ("#!/bin/bash -ex", True, True),
        ("bash -x", False, True),
        ("bash -o errexit +x", True, False),
    ],
)
def test_options_of_the_shell_are_read(shell: str | None, errexit: bool, xtrace: bool) -> None:
    found = interpreter(shell)
    assert (found.errexit, found.xtrace) == (errexit, xtrace)
