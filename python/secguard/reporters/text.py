"""The report for people: blocks with the source lines, then what the job's result rests on."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Report, Severity
from secguard.reporters import blocks
from secguard.reporters.blocks import Paint, headed, wrapped
from secguard.reporters.view import View, alike, basis, by_severity, by_whom, counted, place

_CODES = {
    "high": "1;31",
    "medium": "1;33",
    "low": "1;36",
    "info": "1;34",
    "not checked": "1;35",
    "frame": "34",
    "strong": "1",
}


def render(report: Report, *, color: bool, verbose: bool = False, fail_on: Severity | None) -> str:
    """Write the report as text, with ANSI colours only where they are asked for."""
    view = View.of(report)
    paint = _ansi if color else blocks.unpainted
    parts = [*_blocks(view, paint), *(_details(view) if verbose else ())]
    parts.append("\n".join(_summary(view, fail_on, paint)))
    return "\n\n".join(parts) + "\n"


def _blocks(view: View, paint: Paint) -> Iterator[str]:
    pages = {rule.id: rule.url for rule in view.report.rules}
    for group in alike(view.report.findings):
        page = pages.pop(group[0].rule, "")
        yield "\n".join(blocks.finding(view, group, page, paint))
    for item in view.report.problems:
        yield "\n".join(blocks.problem(view, item, paint))


def _details(view: View) -> Iterator[str]:
    for item in view.report.suppressed:
        finding = item.finding
        head = f"suppressed by {item.by}: {finding.severity}[{finding.rule}]: {finding.message}"
        lines = [*wrapped(head, rest="  "), f" --> {place(finding.where)}"]
        if item.reason:
            lines += wrapped(item.reason, "  = why: ", " " * 9)
        yield "\n".join(lines)
    if view.report.rules:
        rules = ", ".join(rule.id for rule in view.report.rules)
        yield "\n".join(wrapped(rules, "rules: ", " " * 7))


def _summary(view: View, fail_on: Severity | None, paint: Paint) -> Iterator[str]:
    report = view.report
    for note in report.notes:
        yield from wrapped(note, "note: ", " " * 6)
    if report.opaque:
        yield from wrapped(", ".join(report.opaque), "not looked into: ", "  ")
    if not (report.rules or report.findings):
        yield "Nothing was checked: no rule ran."
    elif report.findings:
        grades = by_severity(report.findings).items()
        found = ", ".join(f"{number} {severity}" for severity, number in grades if number)
        total = counted(len(report.findings), "finding")
        yield from headed(total, f": {found}. {_checked(view)}", "strong", paint)
    else:
        rest = " in what could be checked" if report.problems else ""
        yield from headed("No findings", f"{rest}. {_checked(view)}", "strong", paint)
    yield from _verdict(report, fail_on, paint)


def _checked(view: View) -> str:
    silenced = by_whom(view.report.suppressed).items()
    names = ", ".join(f"{number} by {name}" for name, number in silenced)
    return f"{basis(view)} Suppressed: {names}." if names else basis(view)


def _verdict(report: Report, fail_on: Severity | None, paint: Paint) -> Iterator[str]:
    failing = [] if fail_on is None else [x for x in report.findings if x.severity >= fail_on]
    reasons = []
    if failing:
        reasons.append(f"{counted(len(failing), 'finding')} of severity {_at_least(fail_on)}")
    failed = sum(not problem.tolerated for problem in report.problems)
    if failed:
        reasons.append(f"{counted(failed, 'part')} not checked")
    if reasons:
        yield f"{paint('strong', 'This fails the job')}: {' and '.join(reasons)}."
    elif report.findings and fail_on is None:
        yield "Findings do not fail this job."
    elif report.findings:
        yield f"This does not fail the job: no finding of severity {_at_least(fail_on)}."
    elif report.problems:
        yield "What was not checked does not fail this job: its settings tolerate that."


def _at_least(severity: Severity | None) -> str:
    return f"{severity}" if severity is Severity.HIGH else f"{severity} or higher"


def _ansi(style: str, text: str) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else ""
