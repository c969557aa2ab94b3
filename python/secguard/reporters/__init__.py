"""Reporters: each turns a report into one text."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Callable, Mapping

from secguard.finding import Report


def _render(name: str, report: Report) -> str:
    # NOTE: imported only now; start-up time counts, and a run needs one or two formats.
    text: str = import_module(f"secguard.reporters.{name}").render(report)
    return text


REPORTERS: Mapping[str, Callable[[Report], str]] = {
    name: partial(_render, name) for name in ("html", "json", "junit", "sarif")
}
"""The formats for files, by name; `text` is apart, for it takes options."""
