"""What the tests of reading share: the way to a fake CircleCI, and a reader of what it says."""

from __future__ import annotations

import time
from typing import Any

from secguard.api.client import Api
from secguard.logs.read import Limits, Reader
from tests.fakes.circleci import CircleCI
from tests.unit.api.asking import api_for
from tests.unit.runtime.searching import needles


def api_of(fake: CircleCI) -> Api:
    """Make the way to a fake and its storage."""
    return api_for(fake.api, fake.storage)


def reader_of(api: Api, **limits: Any) -> Reader:
    """Make a reader that looks for one variable, and for tokens."""
    return Reader(api, needles(formats=True), Limits(1 << 20, time.monotonic() + 20, **limits))
