"""`secguard mask`: secrets that a command has just learnt."""

from __future__ import annotations

import click


@click.group()
def mask() -> None:
    """Tell the filter of `secguard run` what else to hide."""


@mask.command()
def add() -> None:
    """Hide the value that comes on standard input from now on.

    Returns once it is hidden. The value is not taken as an argument, since those are visible to
    every process. White space around it does not belong to it.
    """
    import os

    from secguard.errors import UsageError
    from secguard.runtime.control import tell
    from secguard.runtime.masked import VARIABLE
    from secguard.runtime.masks import SHORTEST

    path = os.environ.get(VARIABLE)
    if not path:
        raise UsageError("no filter is running", "use it below `secguard run`")
    value = click.get_binary_stream("stdin").read().strip()
    if len(value) < SHORTEST:
        raise UsageError(
            f"a value of less than {SHORTEST} characters cannot be masked", "use a longer secret"
        )
    tell(path, value)
