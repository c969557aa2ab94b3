"""The command line: options in, report out; nothing is decided here."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Sequence

import click

from secguard import __version__
from secguard.errors import EXIT_INCOMPLETE, EXIT_USAGE, SecguardError, UsageError

COMMANDS = {
    "access": "Audit settings and contexts at CircleCI.",
    "check": "Check configs and orbs.",
    "explain": "Show the page of a rule.",
    "env": "Check the secrets in this job's environment.",
    "expand": "Print the config as it will run.",
    "fix": "Correct what can be corrected.",
    "graph": "Show what each job is exposed to.",
    "images": "List, check, lock and pin images.",
    "logs": "Search logs and artifacts for the job's secrets.",
    "mask": "Hide a value in a running command.",
    "rotation": "Tell how old secrets are.",
    "rules": "List the rules.",
    "run": "Run a command and hide secrets in its output.",
    "scan": "Search files for the job's secrets.",
    "sweep": "Audit all projects of an organisation.",
    "licenses": "Print the licences of what is bundled.",
}
"""Each command with its one-line help; the module of the same name is imported when it is used."""

ELSEWHERE = (
    "the orb's `install` takes what it is `for`; https://github.com/secguard/secguard-orb has all"
)
"""Where a command is that a bundle does not have."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for name in COMMANDS if find_spec(f"secguard.cli.{name}"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        if find_spec(f"secguard.cli.{name}") is None:
            raise UsageError(f"this bundle of secguard has no command {name!r}", ELSEWHERE)
        command = getattr(import_module(f"secguard.cli.{name}"), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(
    cls=_Lazy,
    context_settings={"auto_envvar_prefix": "SECGUARD", "help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="secguard")
@click.option("--debug", is_flag=True, help="Show a traceback when secguard itself fails.")
def cli(debug: bool) -> None:
    """Security checks for CircleCI: the config, its secrets, its images and who may use them.

    Exit status: 0 clean, 1 findings, 2 usage, 3 something could not be checked.
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        result: Any = cli.main(args=arguments, prog_name="secguard", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except click.Abort:
        click.echo("secguard: interrupted", err=True)
        return 130
    except SecguardError as error:
        click.echo(f"secguard: {error.message}", err=True)
        if error.hint:
            click.echo(f"  = help: {error.hint}", err=True)
        return error.exit_status
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")
        return EXIT_INCOMPLETE
    except Exception as error:
        if "--debug" in arguments:
            raise
        # NOTE: an exception's text may quote what was read, a secret included; its type may not.
        click.echo(f"secguard: internal error ({type(error).__name__})", err=True)
        click.echo("  = help: run it again with --debug and report what it prints", err=True)
        return EXIT_INCOMPLETE
