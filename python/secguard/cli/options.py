"""Option types and groups of options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, TypeVar

import click

from secguard.finding import Confidence, Severity
from secguard.settings import Settings

FORMATS = ("text", "json", "sarif", "junit", "html")

F = TypeVar("F", bound=Callable[..., Any])


class Paths(click.ParamType):
    """A file, a directory, or `-`; a variable holds several, separated by colons."""

    name = "path"
    envvar_list_splitter = ":"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the text as it is."""
        return str(value)


class Output(click.ParamType):
    """A report to be written: `FORMAT=PATH`."""

    name = "FORMAT=PATH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """Split the format from the path."""
        if isinstance(value, tuple):
            return value[0], value[1]
        format, equals, path = str(value).partition("=")
        if not equals or not path or format not in FORMATS:
            self.fail(f"{value!r} is not one of {', '.join(FORMATS)} with =PATH", param, ctx)
        return format, Path(path)


def rule_options(function: F) -> F:
    """Add the options that choose rules."""
    for name, text in (("ignore", "Do not run"), ("select", "Run only")):
        help = f"{text} this rule (repeatable)."
        function = click.option(f"--{name}", multiple=True, metavar="RULE", help=help)(function)
    return function


def report_options(function: F) -> F:
    """Add the options that say how findings are weighed and shown."""
    levels = [str(level) for level in Severity]
    for option in reversed(
        (
            click.option(
                "--fail-on",
                type=click.Choice([*levels, "none"]),
                default="medium",
                show_default=True,
                help="The least severity that makes the exit status 1.",
            ),
            click.option(
                "--min-severity",
                type=click.Choice(levels),
                default="low",
                show_default=True,
                help="Leave findings below this severity out.",
            ),
            click.option(
                "--min-confidence",
                type=click.Choice([str(level) for level in Confidence]),
                default="medium",
                show_default=True,
                help="Leave findings below this confidence out.",
            ),
            click.option(
                "--strict", is_flag=True, help="Show everything, also what is a matter of policy."
            ),
            rule_options,
            click.option(
                "--output-format",
                type=click.Choice(FORMATS),
                default="text",
                show_default=True,
                help="What to print.",
            ),
            click.option(
                "--output",
                "outputs",
                type=Output(),
                multiple=True,
                help="Write a report to a file as well (repeatable).",
            ),
            click.option(
                "--report-dir",
                type=click.Path(file_okay=False, path_type=Path),
                help="Write the report there as JSON, SARIF and HTML, and as JUnit below junit.",
            ),
            click.option(
                "--color",
                type=click.Choice(["auto", "always", "never"]),
                default="auto",
                show_default=True,
                help="Colour the text; auto does on a terminal and in a CircleCI job.",
            ),
        )
    ):
        function = option(function)
    return function


def settings_from(options: dict[str, Any]) -> Settings:
    """Read the options of `report_options`."""
    fail_on = options["fail_on"]
    return Settings(
        fail_on=None if fail_on == "none" else Severity[fail_on.upper()],
        min_severity=Severity[options["min_severity"].upper()],
        min_confidence=Confidence[options["min_confidence"].upper()],
        select=tuple(options["select"]),
        ignore=tuple(options["ignore"]),
        strict=options["strict"],
    )
