"""Says once what is so of many projects."""

from __future__ import annotations

from dataclasses import replace

from secguard.finding import Finding, Location, Report, Severity

MOST = 10
"""How often a small thing is said before it is said of all."""


def grouped(report: Report, organisation: str) -> Report:
    """Put findings of low severity about many projects together, a rule at a time.

    Findings in configs and those that weigh more stay as they are.
    """
    found: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in report.findings:
        if finding.severity <= Severity.LOW and finding.where.uri.startswith("project:"):
            found.setdefault((finding.rule, finding.severity), []).append(finding)
    many = {key: same for key, same in found.items() if len(same) > MOST}
    told = {id(finding) for same in many.values() for finding in same}
    summaries = {rule.id: rule.summary for rule in report.rules}
    kept = [finding for finding in report.findings if id(finding) not in told]
    for (rule, _), same in sorted(many.items()):
        places = tuple(dict.fromkeys(one.where for one in same))
        kept.append(
            replace(
                same[0],
                where=Location(f"org:{organisation}"),
                message=f"{len(places):,} projects: {summaries.get(rule, same[0].message)}",
                related=tuple(replace(place, note="") for place in places[:MOST]),
                confidence=min(one.confidence for one in same),
                subject=organisation,
                exposure="",
                occurrence=0,
            )
        )
    return replace(report, findings=tuple(sorted(kept, key=lambda one: one.sort_key)))
