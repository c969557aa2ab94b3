"""Every format, byte for byte, for three reports made by hand."""

from __future__ import annotations

from typing import Callable

import pytest

from secguard.finding import Report, Severity
from secguard.reporters import REPORTERS, text
from tests.unit.reporters.reports import EMPTY, RICH, UNCHECKED

_FILES = {"html": "html", "json": "json", "junit": "junit.xml", "sarif": "sarif"}
_REPORTS = [
    pytest.param("rich", RICH, id="rich"),
    pytest.param("empty", EMPTY, id="empty"),
    pytest.param("unchecked", UNCHECKED, id="unchecked"),
]


@pytest.mark.parametrize("format", sorted(REPORTERS))
@pytest.mark.parametrize(("name", "report"), _REPORTS)
def test_format(golden: Callable[[str, str], None], name: str, report: Report, format: str) -> None:
    golden(f"{name}.{_FILES[format]}", REPORTERS[format](report))


@pytest.mark.parametrize(("name", "report"), _REPORTS)
def test_text(golden: Callable[[str, str], None], name: str, report: Report) -> None:
    golden(f"{name}.txt", text.render(report, color=False, fail_on=Severity.MEDIUM))


def test_verbose_text_in_colour(golden: Callable[[str, str], None]) -> None:
    shown = text.render(RICH, color=True, verbose=True, fail_on=Severity.MEDIUM)
    golden("rich.color.txt", shown)


def test_each_format_has_golden_files() -> None:
    assert sorted(REPORTERS) == sorted(_FILES)
