"""Closes what a test has left open."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.unit.api.asking import MADE


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while MADE:
        MADE.pop().close()
