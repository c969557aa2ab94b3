"""`secguard env`: the rules of the family `runtime` that look at the job's variables."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Collection, Iterator

import click

from secguard.cli.options import report_options, settings_from
from secguard.cli.policy import policy_options
from secguard.cli.variables import variable_options, variables_of_job

if TYPE_CHECKING:
    from secguard.finding import Location, Problem
    from secguard.runtime.environ import Variable
    from secguard.runtime.snapshot import Planned, Snapshot

_SECONDS = 60
_MOST = 1 << 28


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
    terms = tuple(one for one in grounds.policy.runtime if one.names(snapshot.job))
    planned = _planned(options["checkout"], snapshot) if snapshot.identity else ()
    snapshot = replace(snapshot, terms=terms, planned=planned)
    if options["list"] and options["output_format"] == "text":
        click.echo(_table(snapshot))
    findings, failed = engine.check(selected, [("env:", snapshot)])
    result = triage(findings, grounds, selected)
    report = engine.report(
        selected,
        result.findings,
        (*problems, *failed, *_unverified(snapshot, {rule.id for rule in selected})),
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


def _planned(checkout: str, snapshot: Snapshot) -> tuple[Planned, ...]:
    from secguard.runtime.snapshot import Planned
    from secguard.targets import load

    folder = Path(checkout, ".circleci")
    if not checkout or not snapshot.job or not folder.is_dir():
        return ()
    configs = load((folder.as_posix(),)).configs
    jobs = [job for config in configs for job in config.jobs if job.workflow]
    named = [job for job in jobs if job.name == snapshot.job]
    named = named or [job for job in jobs if snapshot.job in (*job.names, job.reference)]
    return tuple(
        Planned(
            (job.invocation or job.node).location("the config runs it here"),
            tuple(name.display for name in job.contexts),
        )
        for job in named
    )


def _unverified(snapshot: Snapshot, selected: Collection[str]) -> Iterator[Problem]:
    """Name what the policy asks of the job and no identity token says."""
    from secguard.finding import Location, Problem
    from secguard.policy.runtime import LISTS
    from secguard.runtime.identity import TOKENS, Identity

    identity = snapshot.identity or Identity(TOKENS[0], {})
    missing = []
    if "job-not-allowed" in selected:
        asked = {key for one in snapshot.terms for key in LISTS if getattr(one, key) is not None}
        missing = sorted(key for key in asked if identity.about(key) is None)
    if "job-rerun-with-ssh" in selected and identity.ssh_rerun is None:
        missing += [*{"ssh_rerun" for one in snapshot.terms if one.ssh_rerun == "deny"}]
    if missing:
        yield Problem(
            Location(f"env:{identity.variable}"),
            f"the policy speaks of {', '.join(missing)}, and no identity token of this job does",
            "let `runtime` in the policy name only jobs that have a token",
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
    from secguard.policy.runtime import LISTS

    yield (
        f"looked at {len(snapshot.variables)} variables, {len(snapshot.secrets)} of them secrets; "
        "a job that wants to show a secret can do so, whatever masks it"
    )
    identity = snapshot.identity
    if identity is None:
        return
    said = [(key, identity.about(key)) for key in LISTS]
    facts = [f"{key} {', '.join(one) or 'none'}" for key, one in said if one is not None]
    if identity.ssh_rerun is not None:
        facts.append(f"ssh_rerun {str(identity.ssh_rerun).lower()}")
    yield f"the job's identity token, unverified, says: {'; '.join(facts) or 'nothing of this'}"
    if not snapshot.planned:
        yield (
            f"the contexts of '{snapshot.job}' were held against no config: "
            "none in the checkout runs a job of this name"
        )
