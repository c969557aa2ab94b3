"""Default branches that nothing protects."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule


@rule(
    "branch-unprotected",
    summary="default branch that nothing protects",
    severity=Severity.MEDIUM,
    refs=("CWE-284", "CICD-SEC-1"),
    family="access",
)
def branch_unprotected(estate: Estate) -> Iterator[Finding]:
    """Report default branches with neither branch protection nor rulesets."""
    for one in estate.people.repositories if estate.people is not None else ():
        if one.layers != ():
            continue
        trusted = [
            context.name
            for context in estate.contexts
            for restriction in context.restrictions or ()
            if restriction.kind == "expression" and "git.branch" in restriction.value
        ]
        because = "whoever may write can change what runs from it, and nobody sees it first"
        if trusted:
            because = (
                f"the context '{trusted[0]}' trusts the branch that it is used from, and {because}"
            )
        yield branch_unprotected.finding(
            one.where,
            f"nothing protects the branch '{one.branch}' of '{one.name}': {because}",
            severity=Severity.HIGH if trusted else Severity.MEDIUM,
            hint="GitHub's plan has no protection for private repositories: change the plan"
            if one.unavailable
            else "add a ruleset that requires a pull request, an approval, and secguard's status",
            subject=one.name,
        )
