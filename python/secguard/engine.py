"""Runs rules over targets: a rule that crashes is a problem, and the others go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, Iterable, Mapping, Sequence

from secguard import __version__
from secguard.errors import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INCOMPLETE, UsageError
from secguard.finding import Finding, Location, Problem, Report, Source, Suppression
from secguard.rule import Rule
from secguard.settings import Settings
from secguard.suggest import nearest

MAX_FINDINGS = 2_000
"""Findings of one rule in one file; a rule that has more is stopped, and that is a problem."""


def chosen(
    rules: Sequence[Rule], settings: Settings, others: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """Pick the rules that a run should use; raise UsageError for an unknown name.

    `others` are the names of rules that exist but are not for this run to use.
    """
    known = {rule.id for rule in rules} | set(others)
    for name in (*settings.select, *settings.ignore):
        if name not in known:
            hint = nearest(name, known, "`secguard rules` lists them")
            raise UsageError(f"there is no rule {name!r}", hint)
    return tuple(
        rule
        for rule in rules
        if (not settings.select or rule.id in settings.select)
        and rule.id not in settings.ignore
        and (settings.strict or not rule.strict or rule.id in settings.select)
    )


def check(
    rules: Sequence[Rule], targets: Iterable[tuple[str, Any]]
) -> tuple[list[Finding], list[Problem]]:
    """Run every rule over every target, each named by its uri."""
    findings: dict[tuple[str, Location, str], Finding] = {}
    problems: list[Problem] = []
    for uri, target in targets:
        for rule in rules:
            try:
                for count, finding in enumerate(rule.check(target)):
                    if count >= MAX_FINDINGS:
                        problems.append(_stopped(rule, uri))
                        break
                    finding = _placed(finding, target)
                    key = (finding.rule, finding.where, finding.message)
                    known = findings.get(key)
                    if known is None or _worse(finding, known):
                        findings[key] = finding
            except Exception as error:
                problems.append(_crashed(rule, uri, error))
    return numbered(findings.values()), problems


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings, and count those that nothing but their place tells apart."""
    seen: Counter[str] = Counter()
    found = []
    for finding in sorted(findings, key=lambda one: one.sort_key):
        alike = replace(finding, occurrence=0)
        found.append(replace(finding, occurrence=seen[alike.fingerprint]))
        seen[alike.fingerprint] += 1
    return found


def _placed(finding: Finding, target: Any) -> Finding:
    """Say of a finding in an orb where the config imports that orb."""
    imported: Mapping[str, Location] = getattr(target, "imported", {})
    place = imported.get(finding.where.uri)
    if place is None or any(related.uri == place.uri for related in finding.related):
        return finding
    return replace(finding, related=(*finding.related, place))


def _worse(one: Finding, other: Finding) -> bool:
    return (one.severity, one.confidence) > (other.severity, other.confidence)


def _stopped(rule: Rule, uri: str) -> Problem:
    message = f"the rule was stopped after {MAX_FINDINGS} findings in one file"
    return Problem(Location(uri), message, "split the file", rule.id)


def _crashed(rule: Rule, uri: str, error: Exception) -> Problem:
    # NOTE: the exception's text may quote the config, so only its type and place are told.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = ""
    if trace is not None:
        name = trace.tb_frame.f_code.co_filename.replace("\\", "/").rsplit("secguard/", 1)[-1]
        line = f" at {name}:{trace.tb_lineno}"
    return Problem(
        Location(uri),
        f"the rule failed with {type(error).__name__}{line}",
        "please report it with the config that shows it",
        rule.id,
    )


def report(
    rules: Sequence[Rule],
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    sources: Iterable[Source],
    settings: Settings,
    *,
    suppressed: Sequence[Suppression] = (),
    opaque: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Report:
    """Sort out what a run found into what is shown and what is not."""
    shown: list[Finding] = []
    hidden = list(suppressed)
    for finding in findings:
        if settings.strict:
            shown.append(finding)
        elif finding.severity < settings.min_severity:
            hidden.append(Suppression(finding, "severity"))
        elif finding.confidence < settings.min_confidence:
            hidden.append(Suppression(finding, "confidence"))
        else:
            shown.append(finding)
    return Report(
        findings=tuple(sorted(shown, key=lambda one: one.sort_key)),
        problems=tuple(sorted(set(problems), key=lambda one: one.sort_key)),
        suppressed=tuple(sorted(hidden, key=lambda one: (one.finding.sort_key, one.by))),
        inputs=tuple(sorted(sources, key=lambda one: one.uri)),
        rules=tuple(sorted((rule.info for rule in rules), key=lambda one: one.id)),
        version=__version__,
        opaque=tuple(sorted(set(opaque))),
        notes=tuple(sorted(set(notes))),
    )


def exit_status(report: Report, settings: Settings) -> int:
    """Give the status that a run ends with: not checked weighs more than found."""
    if any(not problem.tolerated for problem in report.problems):
        return EXIT_INCOMPLETE
    if settings.fail_on is None:
        return EXIT_CLEAN
    failed = any(finding.severity >= settings.fail_on for finding in report.findings)
    return EXIT_FINDINGS if failed else EXIT_CLEAN
