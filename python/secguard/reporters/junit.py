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

_KINDS = (("failure", "failures"), ("error", "errors"), ("skipped", "skipped"))
_PER_FILE = ("config", "images")
"""Families whose rules see every input; those of the others see one thing that is no file."""


def render(report: Report) -> str:
    """Write the report as JUnit XML: findings fail, problems are errors, the rest passes."""
    view = View.of(report)
    names = {rule.id: f"{rule.id}: {rule.summary}" for rule in view.report.rules}
    files = {source.uri for source in view.report.inputs}
    suites: dict[str, list[str]] = {}
    for (uri, rule), outcome in sorted(_outcomes(view).items()):
        file = f' file="{escape(uri)}"' if uri in files else ""
        about = f'classname="{escape(uri)}" name="{escape(names.get(rule, rule))}"{file}'
        case = f'<testcase {about} time="0"'
        case += f">{outcome}</testcase>" if outcome else "/>"
        suites.setdefault(uri, []).append(case)
    everything = [case for cases in suites.values() for case in cases]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _opening("testsuites", "secguard", everything),
    ]
    for uri, cases in suites.items():
        lines += (_opening("testsuite", uri, cases), *cases, "</testsuite>")
    return "\n".join((*lines, "</testsuites>", ""))


def _outcomes(view: View) -> dict[_Cell, str]:
    """Give each test case what goes into it; what is stronger replaces what is weaker."""
    report = view.report
    findings, problems = _by_cell(report.findings), _by_cell(report.problems)
    silenced = {(item.finding.where.uri, item.finding.rule): item for item in report.suppressed}
    outcomes = _passed(report, {rule for _, rule in (*findings, *problems, *silenced)})
    for cell, item in silenced.items():
        why = f"suppressed by {item.by}" + (f": {item.reason}" if item.reason else "")
        outcomes[cell] = _element("skipped", why)
    files = {source.uri for source in report.inputs}
    # NOTE: where a rule's problem lies in no input, any input may be the one it did not see.
    stuck = {rule for uri, rule in problems if uri not in files}
    for uri, rule in tuple(outcomes):
        if (uri, "") in problems or rule in stuck:
            outcomes[(uri, rule)] = _element("skipped", "not checked, or not to the end")
    for (uri, rule), items in problems.items():
        outcomes.pop((uri, rule), None)
        texts = ["\n".join(blocks.problem(view, item, blocks.unpainted)) for item in items]
        name = f"{rule}: not checked" if rule else "not checked"
        tag = "skipped" if all(item.tolerated for item in items) else "error"
        outcomes[(uri, name)] = _element(tag, items[0].message, texts)
    pages = {rule.id: rule.url for rule in report.rules}
    for cell, same in findings.items():
        page = pages.get(cell[1], "")
        texts = [
            "\n".join(blocks.finding(view, group, "" if number else page, blocks.unpainted))
            for number, group in enumerate(alike(same))
        ]
        more = f" (and {len(same) - 1} more)" if same[1:] else ""
        message = f"{place(same[0].where)}: {same[0].message}{more}"
        outcomes[cell] = _element("failure", message, texts)
    return outcomes


def _passed(report: Report, elsewhere: set[str]) -> dict[_Cell, str]:
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
    numbers = "".join(
        f' {kind}="{sum(f"<{element} " in case for case in cases)}"' for element, kind in _KINDS
    )
    return f'<{tag} name="{escape(name)}" tests="{len(cases)}"{numbers} time="0">'
