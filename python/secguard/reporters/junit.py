"""The report as JUnit XML, for CircleCI's Tests tab: one test case per rule and file."""

from __future__ import annotations

from html import escape
from typing import Iterable, Tuple, TypeVar

from secguard.finding import Finding, Problem, Report
from secguard.reporters import blocks
from secguard.reporters.view import View, alike, place

_Cell = Tuple[str, str]
"""Something that was checked, mostly a file, and a rule or what else names the test case."""

_Item = TypeVar("_Item", Finding, Problem)

_PER_FILE = ("config", "images")
"""Families whose rules see every input; those of the others see one thing that is no file."""


def render(report: Report) -> str:
    """Write the report as JUnit XML: findings fail, problems are errors, the rest passes."""
    view = View.of(report)
    names = {rule.id: f"{rule.id}: {rule.summary}" for rule in view.report.rules}
    suites: dict[str, list[str]] = {}
    for (uri, rule), outcome in sorted(_outcomes(view).items()):
        about = f'classname="{escape(uri)}" name="{escape(names.get(rule, rule))}"'
        case = f'<testcase {about} file="{escape(uri)}" time="0"'
        suites.setdefault(uri, []).append(
            f"{case}>{outcome}</testcase>" if outcome else f"{case}/>"
        )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(
        _opening("testsuites", "secguard", [x for cases in suites.values() for x in cases])
    )
    for uri, cases in suites.items():
        lines += (_opening("testsuite", uri, cases), *cases, "</testsuite>")
    return "\n".join((*lines, "</testsuites>", ""))


def _outcomes(view: View) -> dict[_Cell, str]:
    """Give each test case what goes into it; what is stronger replaces what is weaker."""
    report = view.report
    outcomes = _passed(report)
    for item in report.suppressed:
        why = f"suppressed by {item.by}" + (f": {item.reason}" if item.reason else "")
        outcomes[(item.finding.where.uri, item.finding.rule)] = _element("skipped", why)
    files = {source.uri for source in report.inputs}
    broken = {item.where.uri for item in report.problems if not item.rule}
    # NOTE: where a rule's problem lies in no input, any input may be the one it did not see.
    stuck = {item.rule for item in report.problems if item.where.uri not in files}
    for cell in outcomes:
        if cell[0] in broken or cell[1] in stuck:
            outcomes[cell] = _element("skipped", "not checked, or not to the end")
    for (uri, rule), problems in _by_cell(report.problems).items():
        outcomes.pop((uri, rule), None)
        texts = ["\n".join(blocks.problem(view, item, blocks.unpainted)) for item in problems]
        name = f"{rule}: not checked" if rule else "not checked"
        outcomes[(uri, name)] = _element("error", problems[0].message, texts)
    pages = {rule.id: rule.url for rule in report.rules}
    for (uri, rule), findings in _by_cell(report.findings).items():
        page = iter([pages.get(rule, "")])
        texts = [
            "\n".join(blocks.finding(view, group, next(page, ""), blocks.unpainted))
            for group in alike(findings)
        ]
        more = f" (and {len(findings) - 1} more)" if findings[1:] else ""
        message = f"{place(findings[0].where)}: {findings[0].message}{more}"
        outcomes[(uri, rule)] = _element("failure", message, texts)
    return outcomes


def _passed(report: Report) -> dict[_Cell, str]:
    elsewhere = {item.rule for item in report.findings}
    elsewhere.update(item.rule for item in report.problems)
    elsewhere.update(item.finding.rule for item in report.suppressed)
    cells: dict[_Cell, str] = {}
    for rule in report.rules:
        if rule.family in _PER_FILE:
            cells.update({(source.uri, rule.id): "" for source in report.inputs})
        elif rule.id not in elsewhere:
            cells[(rule.family, rule.id)] = ""
    return cells


def _by_cell(items: Iterable[_Item]) -> dict[_Cell, list[_Item]]:
    cells: dict[_Cell, list[_Item]] = {}
    for item in items:
        cells.setdefault((item.where.uri, item.rule), []).append(item)
    return cells


def _element(tag: str, message: str, texts: Iterable[str] = ()) -> str:
    text = escape("\n\n".join(texts))
    return f'<{tag} message="{escape(message)}">{text}</{tag}>'


def _opening(tag: str, name: str, cases: list[str]) -> str:
    numbers = " ".join(
        f'{attribute}="{sum(f"<{element} message=" in case for case in cases)}"'
        for attribute, element in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        )
    )
    return f'<{tag} name="{escape(name)}" tests="{len(cases)}" {numbers} time="0">'
