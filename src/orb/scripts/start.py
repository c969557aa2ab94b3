"""Starts the checker unpacked for a command, if it still is this orb's; runs as `python3 -c`."""

from __future__ import annotations

import hashlib
import os
import sys


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _main() -> int:
    command = os.environ["SECGUARD_COMMAND"]
    able = dict(item.split("=") for item in os.environ["SECGUARD_SHA256"].split())
    path = os.environ.get(f"SECGUARD_PYZ_{command.upper()}")
    if not path:
        wanted = " or ".join(f"for: {purpose}" for purpose in able)
        sys.stderr.write(
            f"secguard: not installed for {command!r}: use the command secguard/install with "
            f"'{wanted}' before this one, in the same job\n"
        )
        return 2
    if _digest(path) not in able.values():
        sys.stderr.write(
            f"secguard: {path} is gone or changed: its SHA-256 is not the one of this orb\n"
        )
        return 3
    sys.argv = [path, command, *os.environ.get("SECGUARD_SUBCOMMAND", "").split()]
    sys.path.insert(0, path)
    from secguard.__main__ import start

    return start()


if __name__ == "__main__":
    sys.exit(_main())
