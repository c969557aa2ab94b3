"""`secguard env`: the rules of the family `runtime` that look at the job's variables."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator

import click

from secguard.cli.options import report_options, settings_from
from secguard.cli.policy import policy_options
from secguard.cli.variables import variable_options, variables_of_job

if TYPE_CHECKING:
    from secguard.finding import Location, Problem
    from secguard.runtime.environ import Variable
    from secguard.runtime.snapshot import Snapshot

_SECONDS = 60
_MOST = 1 << 28
_CLAIMS = ("context-ids", "vcs-origin", "vcs-ref", "ssh-rerun")


@click.command()
@click.option("--list", is_flag=True, help="Print a table of the secrets first.")
@click.option(
    "--checkout",
    default=".",
    show_default=True,
    help="Search this folder for the values; empty for none.",
)
@variable_options
@policy_options
@report_options
@click.pass_context
def env(ctx: click.Context, /, **options: Any) -> None:
    """Check the secrets in this job's environment.

    Says which of them CircleCI does not mask, which can be guessed, and where they show. Values
    are never printed.
    """
    from secguard import engine
    from secguard.cli.policy import decided
    from secguard.cli.show import show
    from secguard.rules import ENVIRONMENT, rules
    from secguard.triage import triage

    given = decided(ctx, (".",), options, settings_from(options))
    settings, grounds = given.settings, given.grounds
    selected = engine.chosen(rules("runtime", only=ENVIRONMENT), settings, grounds.known)
    variables = variables_of_job(options, grounds.policy)
    search = any(rule.id == "secret-in-checkout" for rule in selected) and options["checkout"]
    found, problems = _search(variables, options["checkout"]) if search else ((), [])
    snapshot = _snapshot(variables, options["checkout"], found)
    if options["list"] and options["output_format"] == "text":
        click.echo(_table(snapshot))
    findings, failed = engine.check(selected, [("env:", snapshot)])
    result = triage(findings, grounds, selected)
    report = engine.report(
        selected,
        result.findings,
        (*problems, *failed),
        (),
        settings,
        suppressed=result.suppressed,
        notes=(*_notes(snapshot), *given.notes, *result.notes),
    )
    ctx.exit(show(report, settings, options))


def _snapshot(
    variables: tuple[Variable, ...], checkout: str, found: tuple[tuple[str, Location], ...]
) -> Snapshot:
    from secguard.runtime import around
    from secguard.runtime.snapshot import Snapshot

    exports = os.environ.get("BASH_ENV", "")
    return Snapshot(
        variables,
        around.config_text(Path(checkout)) if checkout else "",
        around.read(Path(exports)) if exports else "",
        tuple(around.processes(variables, os.getpid(), Path("/proc"))),
        found,
        tuple(around.git_credentials(Path(checkout))) if checkout else (),
    )


def _search(
    variables: tuple[Variable, ...], checkout: str
) -> tuple[tuple[tuple[str, Location], ...], list[Problem]]:
    from secguard.rules.runtime._places import place
    from secguard.runtime.patterns import patterns
    from secguard.runtime.scan import Limits, scan
    from secguard.runtime.search import Engine
    from secguard.runtime.spots import Needles

    labels = patterns(variables)
    if not labels:
        return (), []
    end = time.monotonic() + _SECONDS
    limits = Limits(_MOST, lambda: time.monotonic() > end)
    scanned = scan((checkout,), Needles(Engine(labels), labels, formats=False), limits)
    hits = ((name, place(hit)) for hit in scanned.hits for name in hit.names[:1])
    return tuple(hits), scanned.problems


def _table(snapshot: Snapshot) -> str:
    from secguard.runtime.unmasked import unmasked
    from secguard.sanitize import printable

    rows = [("variable", "why it is a secret", "does CircleCI mask it?")]
    for one in snapshot.variables:
        if one.why:
            reason = unmasked(one, snapshot)
            masked = f"no: {reason}" if reason else "yes, where it is printed as it is"
            if one.name.startswith("CIRCLE_"):
                masked = "it does not say so"
            rows.append((printable(one.name), one.why, masked))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c}" for a, b, c in rows) + "\n"


def _notes(snapshot: Snapshot) -> Iterator[str]:
    yield (
        f"looked at {len(snapshot.variables)} variables, {len(snapshot.secrets)} of them secrets; "
        "a job that wants to show a secret can do so, whatever masks it"
    )
    facts = [f"{name} is {snapshot.claims[name]}" for name in _CLAIMS if name in snapshot.claims]
    if facts:
        yield f"the job's identity token says: {', '.join(facts)}"
    if snapshot.claims.get("ssh-rerun"):
        yield "this job was rerun with SSH: whoever did that can read every secret it has"
