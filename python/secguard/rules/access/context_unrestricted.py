"""Contexts that every member may use, the worse the easier a config makes it."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate, Use
from secguard.access.model import Context
from secguard.access.restrictions import why_open
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.access._contexts import minor, uses_at
from secguard.rules.access._places import context_at

_MOST = 10
_HINT = (
    "restrict it in Organization Settings > Contexts to the projects that need it, and by an "
    'expression such as \'pipeline.git.branch == "main" and not job.ssh.enabled and not '
    '(pipeline.config_source starts-with "api")\''
)


@rule(
    "context-unrestricted",
    summary="context that every member may use in every project",
    severity=Severity.MEDIUM,
    refs=("CWE-284", "CICD-SEC-2", "CICD-SEC-5"),
    family="access",
)
def context_unrestricted(estate: Estate) -> Iterator[Finding]:
    """Report each open context once, with the jobs that hand it out to any branch."""
    organisation = estate.organisation
    if organisation is None:
        return
    for context in estate.contexts:
        why = why_open(context, organisation)
        if not why:
            continue
        # NOTE: with GitHub's OAuth app an empty list may also mean that all groups were taken away.
        sure = bool(context.restrictions) or not organisation.slug.startswith(("gh/", "github/"))
        held = estate.uses.get(context.name, ())
        open_to_all = [use for use in held if use.any_branch]
        outside = [use for use in open_to_all if estate.open_to_forks(use)]
        first = next(iter((*outside, *open_to_all)), None)
        yield context_unrestricted.finding(
            context_at(context),
            _message(context, why, first, bool(outside)),
            hint=_HINT,
            severity=_grade(estate, context, bool(open_to_all)),
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            related=uses_at(held, _MOST),
            subject=context.name,
            exposure=first.at_stake if first else "",
        )


def _message(context: Context, why: str, use: Use | None, outside: bool) -> str:
    head = f"every member may use the context '{context.name}' in every project: {why}"
    if use is None:
        return f"{head}, so whoever can push to any repository can read {_secrets(context)}"
    # NOTE: CircleCI gives contexts to builds of forks only where it knows the author as a member.
    who = "a push to any branch, of a member's fork too," if outside else "a push to any branch"
    return (
        f"{head}, and {who} runs {use.job!r} with it, so that a change that nobody has reviewed "
        f"can read {_secrets(context)}"
    )


def _secrets(context: Context) -> str:
    if context.variables is None:
        return "its secrets"
    number = len(context.variables)
    return f"its {number} variables" if number != 1 else "its variable"


def _grade(estate: Estate, context: Context, open_to_all: bool) -> Severity:
    if minor(estate, context):
        return Severity.LOW
    return Severity.HIGH if open_to_all else Severity.MEDIUM
