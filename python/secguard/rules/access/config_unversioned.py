"""Pipelines that may be started with a config that is in no repository."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.restrictions import of_kind, passes_api_config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import context_at, organisation_at, project_at

_MOST = 10
_HINT = (
    "switch 'Allow triggering pipelines with unversioned config' off in Organization Settings > "
    "Advanced"
)


@rule(
    "config-unversioned",
    summary="pipelines may be started with a config that is in no repository",
    severity=Severity.MEDIUM,
    refs=("CWE-862", "CICD-SEC-1", "CICD-SEC-4"),
    family="access",
)
def config_unversioned(estate: Estate) -> Iterator[Finding]:
    """Report the organisation, or else the projects that allow it themselves."""
    why = (
        "whoever holds an API token may have any commands run with the contexts of any branch, "
        "and leaves nothing to review"
    )
    organisation = estate.organisation
    if organisation is not None and estate.unversioned_config:
        open_ = tuple(
            context_at(context, "no expression keeps such a config out")
            for context in estate.contexts
            if context.variables
            and context.restrictions is not None
            and (not of_kind(context, "expression") or passes_api_config(context))
        )
        yield config_unversioned.finding(
            organisation_at(organisation),
            f"'{organisation.slug}' lets pipelines be started with a config that is in no "
            f"repository: {why}",
            hint=f"{_HINT}, or add 'not (pipeline.config_source starts-with \"api\")' to the "
            "expression of every context",
            severity=Severity.MEDIUM,
            related=open_[:_MOST],
            subject=organisation.slug,
        )
    elif estate.unversioned_config is None:
        # NOTE: the organisation's switch goes over the project's.
        for project in estate.projects:
            if project.unversioned_config:
                yield config_unversioned.finding(
                    project_at(project),
                    f"'{project.slug}' lets pipelines be started with a config that is in no "
                    f"repository: {why}",
                    hint=_HINT,
                    subject=project.slug,
                )
