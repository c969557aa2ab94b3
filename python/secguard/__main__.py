"""Starts secguard, from `python -m secguard` and from the bundle."""

from __future__ import annotations

import os
import sys

from secguard import bytecode


def start() -> int:
    """Run the command line, from compiled code where the bundle has some beside it."""
    bundle = os.path.dirname(os.path.dirname(bytecode.__file__))
    if os.path.isfile(bundle) and not os.environ.get("SECGUARD_NO_CACHE"):
        bytecode.install(bundle)
    # NOTE: each masked step waits for this, and click takes longer to import than all the rest.
    if sys.argv[1:2] == ["run"]:
        status = _run_at_once(sys.argv[2:])
        if status is not None:
            # To take the tables apart one by one would take as long as to make them.
            os._exit(status)
    from secguard.cli import main

    return main()


def _run_at_once(arguments: list[str]) -> int | None:
    try:
        from secguard.runtime.masked import run_at_once
    except ModuleNotFoundError:
        # Not every bundle has it, and the command line says so.
        return None
    return run_at_once(arguments)


if __name__ == "__main__":
    sys.exit(start())
