"""The Python interpreters of this machine, for tests that need several."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Iterator

SUPPORTED = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
TOO_OLD = ("3.6", "3.7")


@lru_cache(maxsize=None)
def find(version: str) -> Path | None:
    """Give the real path of an interpreter of a minor version, or None."""
    for candidate in _candidates(version):
        asked = [str(candidate), "-I", "-c", "import sys; print(sys.executable)"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return Path(done.stdout.strip())
    return None


def prefix(interpreter: Path) -> Path:
    """Give the folder that holds an interpreter and its library."""
    asked = [str(interpreter), "-I", "-c", "import sys; print(sys.base_prefix)"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())


def _candidates(version: str) -> Iterator[Path]:
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))
    for folder in ("/usr/bin", "/usr/local/bin"):
        if Path(folder, f"python{version}").exists():
            yield Path(folder, f"python{version}")
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
