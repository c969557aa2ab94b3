"""What tests of the orb need from the machine: skipped with a reason, or failed where promised."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tests.tools import interpreters
from tools.runner.machine import bubblewrap_works

PROMISED = "SECGUARD_TEST_TOOLS"
"""Names, in the environment, the tools whose absence is a failure; continuous integration does."""


def tool(name: str) -> str:
    """Give the path of a tool, or end the test."""
    path = shutil.which(name)
    if path is None or (name == "bwrap" and not bubblewrap_works()):
        _missing(name)
    return path


def python(version: str) -> Path:
    """Give the interpreter of a minor version, or end the test."""
    found = interpreters.find(version)
    if found is None:
        _missing(f"python{version}")
    return found


def _missing(name: str) -> NoReturn:
    if name in os.environ.get(PROMISED, "").split():
        pytest.fail(f"{name} was promised by {PROMISED} but does not work")
    pytest.skip(f"needs {name}")
