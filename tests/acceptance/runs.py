"""Runs the command line as a function call, in a folder of its own."""

from __future__ import annotations

from typing import Callable, NamedTuple

import pytest

from secguard.cli import main


class Run(NamedTuple):
    """What one run came to."""

    status: int
    out: str
    err: str


Secguard = Callable[..., Run]


def runner(capfd: pytest.CaptureFixture[str]) -> Secguard:
    """Make the function that runs a command."""

    def run(*arguments: str) -> Run:
        capfd.readouterr()
        status = main(arguments)
        done = capfd.readouterr()
        return Run(status, done.out, done.err)

    return run
