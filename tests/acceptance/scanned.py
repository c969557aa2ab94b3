"""Starts `secguard scan` as a process of its own, with secrets in its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from secguard.runtime.environ import variables
from secguard.runtime.patterns import patterns

PACKAGE = Path(__file__).parents[2] / "python"
SECGUARD = (sys.executable, "-m", "secguard", "scan")
CANARY = "cnry_7Qx2Vb9LmPz4RtWk8"


def environment(**secrets: str) -> dict[str, str]:
    """Give the environment of a job that holds some secrets, without any the canary."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    secrets = secrets or {"SHOP_TOKEN": CANARY}
    return {**kept, "PYTHONPATH": str(PACKAGE), "LC_ALL": "C.UTF-8", **secrets}


def scan(
    folder: Path, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Search in a folder, without any arguments all of it."""
    return subprocess.run(
        [*SECGUARD, *(arguments or (".",))],
        cwd=folder,
        env=environment() if env is None else env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def findings(
    folder: Path, *arguments: str, env: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Give the findings in a folder, as the JSON report has them."""
    done = scan(folder, *arguments, ".", "--output-format", "json", env=env)
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def shown(text: str, *values: str) -> list[str]:
    """Name the forms of some values that a text shows."""
    known = variables({f"X{number}_TOKEN": value.encode() for number, value in enumerate(values)})
    data = text.encode("utf-8", "surrogateescape")
    return [label.form or "as it is" for form, label in patterns(known).items() if form in data]
