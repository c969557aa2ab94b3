"""The shell scripts are linted and tested by the tools made for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.orb import needs

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE.parents[1] / "src" / "orb" / "scripts").glob("*.sh"))
BATS = sorted(HERE.glob("*.bats"))


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_shellcheck_has_nothing_to_say() -> None:
    run(needs.tool("shellcheck"), *map(str, SCRIPTS))


def test_scripts_keep_to_what_busybox_knows_too() -> None:
    # Both know `pipefail` and `local`, which POSIX does not.
    run(needs.tool("shellcheck"), "-s", "sh", "-e", "SC3040,SC3043", *map(str, SCRIPTS))


@pytest.mark.parametrize("path", BATS, ids=lambda path: path.name)
def test_bats(path: Path) -> None:
    needs.tool("busybox")
    run(needs.tool("bats"), str(path))


def test_scripts_are_short_and_strict() -> None:
    for path in SCRIPTS:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) < 60
        assert lines[0] == "#!/usr/bin/env bash"
        assert "set -euo pipefail" in lines
        assert lines[-1] == 'main "$@"'
