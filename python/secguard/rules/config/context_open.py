"""A context on a job that a push to any branch runs."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.exposure import Exposure
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._contexts import Use, auxiliary, only_reads, places, shared, uses

_MOST = 10


@rule(
    "context-open",
    summary="a context on a job that a push to any branch runs",
    severity=Severity.LOW,
    refs=("CWE-284", "CICD-SEC-2", "CICD-SEC-6"),
)
def context_open(config: Config) -> Iterator[Finding]:
    """Report each context once that a job holds which nothing gates."""
    held = uses(config)
    told = {name for one in shared(held) for name in one.contexts}
    for name, found in held.items():
        open_to_all = [use for use in found if use.exposure.open_to_any_branch]
        perhaps = [use for use in found if use.exposure.open]
        if name in told or not perhaps:
            continue
        first = max(open_to_all or perhaps, key=_grade)
        others = [use for use in open_to_all or perhaps if use is not first]
        message = (
            f"a push to any branch runs {first.job!r} with the context '{name}', so whoever can "
            "push reads its secrets"
            if open_to_all
            else f"{first.job!r} has the context '{name}', and no more than a condition on "
            "parameters or events stands before it"
        )
        yield context_open.finding(
            first.at(),
            message,
            hint="filter the job to trusted branches, let somebody approve it, or restrict the "
            "context by an expression such as 'pipeline.git.branch == \"main\"'",
            severity=Severity.INFO if only_reads(name) else _grade(first),
            confidence=Confidence.HIGH if open_to_all and first.name.known else Confidence.LOW,
            related=places(others, "holds it, too", _MOST),
            subject=name,
            exposure=first.exposure.at_stake,
        )


def _grade(use: Use) -> Severity:
    if auxiliary(use.name.display):
        return Severity.LOW
    deploys = use.deployment is not None and not use.deployment.guarded
    return Severity.MEDIUM if deploys or _runs_foreign_code(use.exposure) else Severity.LOW


def _runs_foreign_code(exposure: Exposure) -> bool:
    """Say whether code runs with the context that somebody else may change at any time."""
    return any(
        not one.name.startswith("circleci/")
        if one.kind == "orb"
        else one.name.endswith(":latest") or ":" not in one.name.rpartition("/")[2]
        for one in exposure.foreign
        if not one.pinned
    )
