"""The report as one HTML page that needs nothing else: no script, no request, no font."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from html import escape
from typing import Iterator, Sequence

from secguard.finding import Confidence, Finding, Location, Report
from secguard.reporters.html_style import STYLE
from secguard.reporters.view import View, alike, basis, by_severity, counted, last_line, place

_HEAD = """<!doctype html><html lang="en"><head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>secguard: {title}</title>
<style>{style}</style>
</head><body><main>"""


def render(report: Report) -> str:
    """Write the report as a page."""
    view = View.of(report)
    shown = view.report
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    parts = [
        _HEAD.format(policy=policy, title=_title(shown), style=STYLE),
        f"<header><p>secguard report</p><h1>{_title(shown).capitalize()}</h1>",
        f"<p>{basis(view)}</p></header>",
        _cards(shown),
        _problems(view),
        *_findings(view),
        _suppressed(shown),
        _section("Not looked into", _list("ul", [escape(name) for name in shown.opaque])),
        _section("Notes", _list("ul", [escape(note) for note in shown.notes])),
        _rules(shown),
        f"<footer>secguard {escape(shown.version)}</footer>\n</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _title(report: Report) -> str:
    if report.findings:
        return counted(len(report.findings), "finding")
    if report.problems:
        return "not everything was checked"
    return "no findings" if report.rules else "nothing was checked"


def _cards(report: Report) -> str:
    grades = {str(grade): number for grade, number in by_severity(report.findings).items()}
    others = {"not checked": len(report.problems), "suppressed": len(report.suppressed)}
    cards = (
        f'<div class="{name if number else "none"}"><dt>{name}</dt><dd>{number}</dd></div>'
        for name, number in {**grades, **others}.items()
    )
    return f'<dl class="cards">{"".join(cards)}</dl>'


def _problems(view: View) -> str:
    items = [
        f"<strong>{escape(item.message)}</strong> <code>{escape(item.rule)}</code>"
        f'<div class="place">{_place(item.where)}</div>{_source(view, item.where)}'
        f"{_told('What to do', item.hint)}"
        for item in view.report.problems
    ]
    return _section("Not checked, so not passed", _list("ul", items), "box")


def _findings(view: View) -> Iterator[str]:
    pages = {rule.id: rule.url for rule in view.report.rules}
    files: dict[str, list[tuple[Finding, ...]]] = {}
    for group in alike(view.report.findings):
        files.setdefault(group[0].where.uri, []).append(group)
    for uri, groups in files.items():
        number = f"<small>{counted(sum(map(len, groups)), 'finding')}</small>"
        articles = (_finding(view, group, pages.get(group[0].rule, "")) for group in groups)
        yield _section(escape(uri) + number, "\n".join(articles))


def _finding(view: View, group: tuple[Finding, ...], page: str) -> str:
    first = group[0]
    sure = "" if first.confidence is Confidence.HIGH else f" \u00b7 {first.confidence} confidence"
    related = [_place(where) + _source(view, where, 1) for where in first.related]
    same = "the same at " + counted(len(group) - 1, "more place")
    others = [_place(item.where) for item in group[1:]]
    return (
        f'<article class="{first.severity}"><h3><span class="chip">{first.severity}</span> '
        f"{escape(first.message)}</h3>"
        f'<div class="place">{_link(first.rule, page)} \u00b7 {_place(first.where)}{sure}</div>'
        f"{_source(view, first.where)}{_told('Risk', first.exposure)}"
        f"{_told('What to do', first.hint)}"
        f"{_folded(counted(len(related), 'related place'), related)}"
        f"{_folded(same, others)}</article>"
    )


def _place(where: Location) -> str:
    way = f" \u00b7 {escape(' > '.join(where.path))}" if where.path and where.span else ""
    note = f" \u00b7 {escape(where.note)}" if where.note else ""
    return f"<code>{escape(place(where))}</code>{way}{note}"


def _source(view: View, where: Location, limit: int = 3) -> str:
    lines = view.excerpt(where, limit)
    if not lines:
        return ""
    rows = (
        f"<span>{line.number}</span>{escape(line.before)}<mark>{escape(line.marked)}</mark>"
        f"{escape(line.after)}"
        for line in lines
    )
    more = where.span is not None and lines[-1].number < last_line(where.span)
    return "<pre><code>" + "\n".join((*rows, *(["<span></span>\u2026"] * more))) + "</code></pre>"


def _told(label: str, text: str) -> str:
    return f"<p><strong>{label}:</strong> {escape(text)}</p>" if text else ""


def _folded(label: str, items: Sequence[str]) -> str:
    inner = _list("ol", items)
    return inner and f"<details><summary>{label}</summary>{inner}</details>"


def _list(tag: str, items: Sequence[str]) -> str:
    inner = "".join(f"<li>{item}</li>" for item in items)
    return inner and f"<{tag}>{inner}</{tag}>"


def _section(title: str, inner: str, style: str = "plain") -> str:
    return inner and f'<section class="{style}"><h2>{title}</h2>\n{inner}\n</section>'


def _link(text: str, page: str) -> str:
    if not page.startswith("https://"):
        return f"<code>{escape(text)}</code>"
    return f'<a href="{escape(page)}" rel="noopener noreferrer">{escape(text)}</a>'


def _suppressed(report: Report) -> str:
    items = [
        f"{escape(item.finding.message)} <code>{escape(item.finding.rule)}</code>"
        f'<div class="place">{_place(item.finding.where)} \u00b7 by {escape(item.by)}'
        f"{': ' if item.reason else ''}{escape(item.reason)}</div>"
        for item in report.suppressed
    ]
    return _section("Suppressed", _folded(counted(len(items), "finding"), items))


def _rules(report: Report) -> str:
    numbers = Counter(finding.rule for finding in report.findings)
    stuck = {problem.rule for problem in report.problems}
    rows = "".join(
        f"<tr><td>{_link(rule.id, rule.url)}</td><td>{escape(rule.summary)}</td>"
        f"<td>{escape(rule.family)}</td><td>{rule.severity}</td>"
        f"<td>{'not checked' if rule.id in stuck else numbers[rule.id]}</td></tr>"
        for rule in report.rules
    )
    names = ("Rule", "What it finds", "Family", "Severity", "Findings")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return _section("Rules that ran", rows and table)
