"""What all tests share: golden files, and a plain word about tests that did not run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Callable

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one way to rewrite golden files."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files; read the diff after"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text, byte for byte, with a file in `tests/golden`."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        assert path.is_file(), f"{name} is missing; write it with --update-golden"
        assert text == path.read_bytes().decode("utf-8")

    return compare


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end which tests did not run, and why."""
    reasons = Counter(
        report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for report in terminalreporter.stats.get("skipped", [])
    )
    if reasons:
        terminalreporter.section("not run")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count:5}  {reason[:200]}")
