"""Tests for how reporters are found."""

from __future__ import annotations

import subprocess
import sys

from secguard.finding import Report
from secguard.reporters import REPORTERS
from tests.unit.reporters.formats import FORMATS
from tests.unit.reporters.reports import RICH

_LOADED = """
import sys
from secguard.finding import Report
from secguard.reporters import REPORTERS
REPORTERS["json"](Report((), (), (), (), (), "1"))
for name in ("html", "junit", "sarif", "text", "blocks"):
    assert f"secguard.reporters.{name}" not in sys.modules, name
"""


def test_only_the_format_asked_for_is_imported() -> None:
    path = ":".join(sys.path)
    subprocess.run([sys.executable, "-c", _LOADED], check=True, env={"PYTHONPATH": path})


def test_the_order_of_findings_and_inputs_changes_nothing() -> None:
    turned = Report(
        RICH.findings[::-1],
        RICH.problems[::-1],
        RICH.suppressed[::-1],
        RICH.inputs[::-1],
        RICH.rules[::-1],
        RICH.version,
        RICH.opaque[::-1],
        RICH.notes,
    )
    for name, render in FORMATS.items():
        assert render(turned) == render(RICH), name


def test_file_formats_have_names() -> None:
    assert sorted(REPORTERS) == ["html", "json", "junit", "sarif"]
