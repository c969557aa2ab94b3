"""Prints a report and writes the report files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Sequence

import click

from secguard.cli.files import write_file
from secguard.engine import exit_status
from secguard.finding import Problem, Report
from secguard.sanitize import printable
from secguard.settings import Settings

FILES = {
    "json": "report.json",
    "sarif": "report.sarif",
    "html": "report.html",
    "junit": "junit/secguard.xml",
}
"""What `--report-dir` writes, and under which names."""


def show(report: Report, settings: Settings, options: dict[str, Any], name: str = "") -> int:
    """Print a report, write its files, and give the exit status.

    `name` is what the files in `--report-dir` are called where they lie beside those of `check`.
    """
    outputs: list[tuple[str, Path]] = list(options["outputs"])
    if options["report_dir"] is not None:
        for format, file in FILES.items():
            path = options["report_dir"] / file
            outputs.append((format, path.with_name(name + path.suffix) if name else path))
    for format, path in outputs:
        write_file(path, _render(format, report, settings, color=False))
    color = _colored(options["color"])
    click.echo(_render(options["output_format"], report, settings, color=color), nl=False)
    return exit_status(report, settings)


def show_problems(problems: Sequence[Problem]) -> None:
    """Name on standard error what could not be read."""
    for problem in problems:
        where = problem.where
        place = f"{where.uri}:{where.span.line}:{where.span.column}" if where.span else where.uri
        click.echo(printable(f"{place}: {problem.message}"), err=True)
        if problem.hint:
            click.echo(printable(f"  = help: {problem.hint}"), err=True)


def _render(format: str, report: Report, settings: Settings, *, color: bool) -> str:
    if format == "text":
        from secguard.reporters import text

        return text.render(report, color=color, fail_on=settings.fail_on)
    from secguard.reporters import REPORTERS

    return REPORTERS[format](report)


def _colored(wanted: str) -> bool:
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return click.get_text_stream("stdout").isatty() or os.environ.get("CIRCLECI") == "true"
