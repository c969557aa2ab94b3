"""The packed orb, built once, and machines to run it on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from tests.orb import needs, roots
from tools import build_bundle, pack_orb
from tools.runner.machine import Machine


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the orb as `circleci orb pack` takes it."""
    folder = tmp_path_factory.mktemp("orb") / "staged"
    pack_orb.stage(build_bundle.build(), folder)
    return folder


@pytest.fixture(scope="session")
def orb(staged: Path) -> dict[str, Any]:
    """Give the packed orb; don't change it."""
    return pack_orb.pack(staged)


@pytest.fixture
def machine(tmp_path: Path) -> Callable[..., Machine]:
    """Make a bubblewrap root that holds what `roots.make` is asked for."""
    needs.tool("bwrap")
    return lambda **wanted: roots.make(tmp_path / "machine", **wanted)
