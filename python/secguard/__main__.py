"""Starts secguard, from `python -m secguard` and from the bundle."""

from __future__ import annotations

import sys

from secguard.cli import main

if __name__ == "__main__":
    sys.exit(main())
