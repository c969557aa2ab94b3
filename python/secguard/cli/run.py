"""`secguard run`: a command whose output shows no secret."""

from __future__ import annotations

import click


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--command",
    "script",
    envvar="SECGUARD_RUN_COMMAND",
    metavar="TEXT",
    help="Commands for bash, instead of COMMAND.",
)
@click.option("--shell", is_flag=True, help="Be the shell of a step: COMMAND is its arguments.")
@click.option("--secret", multiple=True, metavar="NAME", help="Hide this variable too.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    command: tuple[str, ...],
    script: str | None,
    shell: bool,
    secret: tuple[str, ...],
) -> None:
    """Run COMMAND and hide every secret of the environment in what it writes.

    Values, and what base64, JSON, URLs, shells and others make of them, become ****. Exit status,
    signals and terminals work as without it. If the output cannot be filtered, nothing more of it
    is shown, and the exit status is 3.
    """
    from secguard.errors import UsageError
    from secguard.runtime.masked import run as run_command
    from secguard.runtime.masked import run_step

    if script:
        command = ("-c", script, *command)
    if not command:
        raise UsageError("there is no command to run", "secguard run -- COMMAND")
    if script or shell:
        ctx.exit(run_step(command, secret, is_first=shell))
    ctx.exit(run_command(command, secret))
