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
    from secguard.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
