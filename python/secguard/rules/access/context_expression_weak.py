"""Contexts whose expressions leave out branches, reruns with SSH or configs of API callers."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.model import Context
from secguard.access.restrictions import of_kind, passes_api_config, passes_ssh, passing_branch
from secguard.access.words import joined
from secguard.circleci.events import ANY_BRANCH
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._contexts import minor, uses_at
from secguard.rules.access._places import context_at

_MOST = 5
_MISSING = {
    "branch": 'pipeline.git.branch == "main"',
    "ssh": "not job.ssh.enabled",
    "api": 'not (pipeline.config_source starts-with "api")',
}


@rule(
    "context-expression-weak",
    summary="expression of a context that lets through what it should keep out",
    severity=Severity.MEDIUM,
    refs=("CWE-284", "CICD-SEC-2", "CICD-SEC-5"),
    family="access",
)
def context_expression_weak(estate: Estate) -> Iterator[Finding]:
    """Report each context once with all that its expressions forget."""
    for context in estate.contexts:
        found = _forgotten(estate, context)
        if not found or context.variables == ():
            continue
        held = estate.uses.get(context.name, ())
        open_to_all = tuple(use for use in held if use.any_branch)
        severity = max(grade for _, grade in found.values())
        # NOTE: beside a group or a project, no expression at all would not be told either.
        if of_kind(context, "group") or of_kind(context, "project") or minor(estate, context):
            severity = Severity.LOW
        elif "branch" in found and open_to_all:
            severity = Severity.HIGH
        missing = " and ".join(_MISSING[kind] for kind in found)
        yield context_expression_weak.finding(
            context_at(context),
            f"the expression of the context '{context.name}' lets through "
            f"{joined([what for what, _ in found.values()])}",
            hint=f"put it in brackets and add 'and {missing}'",
            severity=severity,
            related=uses_at(open_to_all, _MOST) if "branch" in found else (),
            subject=context.name,
        )


def _forgotten(estate: Estate, context: Context) -> dict[str, tuple[str, Severity]]:
    found: dict[str, tuple[str, Severity]] = {}
    branch = passing_branch(context)
    if branch == ANY_BRANCH:
        found["branch"] = ("every branch", Severity.MEDIUM)
    elif branch is not None:
        found["branch"] = (f"branches that anyone may make, such as '{branch}'", Severity.MEDIUM)
    if passes_ssh(context) and not estate.without_ssh(context):
        found["ssh"] = ("jobs that somebody runs again with SSH", Severity.LOW)
    unversioned = estate.unversioned_config
    if passes_api_config(context) and unversioned is not False:
        grade = Severity.MEDIUM if unversioned else Severity.LOW
        found["api"] = ("configs that are in no repository", grade)
    return found
