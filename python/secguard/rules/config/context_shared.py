"""A context that a deployment behind a gate shares with a job that any branch can run."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.events import Reach
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._contexts import places, shared, uses

_MOST = 5


@rule(
    "context-shared",
    summary="a context of a gated deployment is also on a job that any branch runs",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-653", "CICD-SEC-5", "CICD-SEC-6"),
)
def context_shared(config: Config) -> Iterator[Finding]:
    """Report deployments whose filter or approval does not keep their contexts from others."""
    for one in shared(uses(config)):
        names = ", ".join(repr(context) for context in one.contexts)
        first, gated = one.open[0], one.gated[0]
        gate = "schedule" if gated.exposure.reach is Reach.SCHEDULED else "filter"
        if gated.exposure.approved:
            gate = "approval"
        yield context_shared.finding(
            first.at("any branch runs a job with the context"),
            f"the {gate} before {gated.job!r} does not protect {names}: a push to any branch runs "
            f"{first.job!r} with the same",
            hint="give the deployment a context of its own, and the other jobs one that holds no "
            "more than they need",
            related=(
                *places(one.gated, "deploys with it", _MOST),
                *places(one.open[1:], "is run by any branch, too", _MOST),
            ),
            subject=names,
            exposure=first.exposure.at_stake,
        )
