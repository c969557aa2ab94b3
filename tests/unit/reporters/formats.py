"""All ways to render a report, for tests that hold for each of them."""

from __future__ import annotations

from functools import partial
from typing import Callable, Mapping

from secguard.finding import Report, Severity
from secguard.reporters import REPORTERS, text

FORMATS: Mapping[str, Callable[[Report], str]] = {
    **REPORTERS,
    "text": partial(text.render, color=False, verbose=True, fail_on=Severity.LOW),
    "color": partial(text.render, color=True, verbose=True, fail_on=None),
}
