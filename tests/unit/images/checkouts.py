"""Small checkouts for the tests about images."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable

from secguard.circleci.config import Config, kind_of, make_config
from secguard.images.config import uses_of
from secguard.images.use import Use, merged
from secguard.source.text import TextFile
from secguard.source.tree import parse

DIGEST = "sha256:" + "3f" * 32
OTHER = "sha256:" + "4e" * 32


def config_of(text: str, uri: str = "config.yml") -> Config:
    """Expand a config."""
    root = parse(TextFile(uri, text))
    return make_config(root, kind_of(root) or "config")


def uses(text: str) -> tuple[Use, ...]:
    """List the uses of a config."""
    return merged(uses_of(config_of(text)))


def texts(found: Iterable[Use]) -> list[tuple[str, str]]:
    """Give the kinds and texts of uses."""
    return [(one.kind, one.text) for one in found]


def job(body: str, extra: str = "") -> str:
    """Write a config with one job."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"version: 2.1\n{extra}jobs:\n  build:\n{lines}workflows:\n  main:\n    jobs: [build]\n"


def script(command: str) -> str:
    """Write a config with one step."""
    inner = "".join(f"      {line}\n" for line in command.splitlines())
    return job("machine: {image: ubuntu-2404:current}\nsteps:\n  - run: |\n" + inner)


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
