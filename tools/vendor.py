"""Fetches the locked third-party wheels and picks the sources that the bundle ships."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

# One fixed target, so that every machine and every Python fetches the same file.
_TARGET = ("--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--implementation")
_LOCKED = re.compile(r"^([\w.-]+)==([\w.]+) \\\n +--hash=sha256:([0-9a-f]{64})$", re.MULTILINE)

# Shell completion, progress bars, objects made of YAML, writing it, the C parser: never reached.
_LEFT_OUT = frozenset(
    (
        "click/_termui_impl.py",
        "click/shell_completion.py",
        "click/testing.py",
        "yaml/constructor.py",
        "yaml/cyaml.py",
        "yaml/dumper.py",
        "yaml/emitter.py",
        "yaml/loader.py",
        "yaml/representer.py",
        "yaml/serializer.py",
    )
)
# What is left imports these, and uses only so much of them.
_REPLACED = {
    "click/_winconsole.py": """\
def _get_windows_console_stream(f, encoding, errors):
    return None
""",
    "click/termui.py": """\
confirm = prompt = style = None
""",
    "yaml/__init__.py": """\
from .error import *
from .tokens import *
from .events import *
from .nodes import *

__version__ = "{version}"
""",
}
_UNUSED_IMPORT = re.compile(r"^from \.termui import .*", re.MULTILINE)


@dataclass(frozen=True)
class Wheel:
    """One locked third-party package."""

    name: str
    version: str
    digest: str
    """SHA-256 of the wheel, as locked."""

    def read(self, folder: Path) -> zipfile.ZipFile:
        """Open the wheel with the locked digest, or raise `FileNotFoundError`."""
        for path in sorted(folder.glob("*.whl")):
            if hashlib.sha256(path.read_bytes()).hexdigest() == self.digest:
                return zipfile.ZipFile(path)
        raise FileNotFoundError(f"no wheel of {self.name} {self.version} in {folder}")


def locked(lock: Path) -> tuple[Wheel, ...]:
    """Read the wheels that a requirements file locks, one digest each."""
    return tuple(Wheel(*found) for found in _LOCKED.findall(lock.read_text(encoding="utf-8")))


def fetch(lock: Path, folder: Path) -> None:
    """Download the locked wheels, unless they are in the folder already."""
    try:
        for wheel in locked(lock):
            wheel.read(folder).close()
    except FileNotFoundError:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
        command += ["--no-deps", "--only-binary", ":all:", *_TARGET, "cp"]
        subprocess.run([*command, "--dest", str(folder), "--requirement", str(lock)], check=True)


def sources(lock: Path, folder: Path) -> dict[str, str]:
    """Give the Python sources to ship by their name in the bundle; never anything compiled."""
    found: dict[str, str] = {}
    for wheel in locked(lock):
        with wheel.read(folder) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"(click|yaml)/\w+\.py", name) and name not in _LEFT_OUT:
                    text = _REPLACED.get(name, "").format(version=wheel.version)
                    found[name] = text or archive.read(name).decode("utf-8")
    found["click/__init__.py"] = _UNUSED_IMPORT.sub("", found["click/__init__.py"])
    return found


def licences(lock: Path, folder: Path) -> dict[str, str]:
    """Give the text of each package's licence by `name version`."""
    found = {}
    for wheel in locked(lock):
        with wheel.read(folder) as archive:
            for name in archive.namelist():
                if re.search(r"\.dist-info/(?:licenses/)?LICENSE[.\w]*$", name):
                    found[f"{wheel.name} {wheel.version}"] = archive.read(name).decode("utf-8")
    return found
