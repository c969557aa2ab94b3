"""What a checker of CircleCI configs has to find, and what it has to leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard import engine
from secguard.finding import Finding
from secguard.rules import rules
from secguard.settings import Settings
from secguard.targets import load
from tests.acceptance.matrix_cases import COVERAGE, DEFECTS, HARMLESS, Case

RULES = engine.chosen(rules("config"), Settings())


def _findings(case: Case, top: Path) -> list[tuple[Finding, str]]:
    for name, text in case.files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    loaded = load((str(top),))
    assert loaded.configs and not loaded.problems, loaded.problems
    found, problems = engine.check(RULES, [(one.uri, one) for one in loaded.configs])
    assert not problems, problems
    report = engine.report(RULES, found, (), loaded.sources.values(), Settings())
    return [
        (one, loaded.sources[one.where.uri].lines[one.where.span.line - 1])
        for one in report.findings
        if one.where.span is not None
    ]


@pytest.mark.parametrize("case", [*DEFECTS, *COVERAGE], ids=lambda case: case.name)
def test_a_defect_is_found_where_it_stands(case: Case, tmp_path: Path) -> None:
    found = _findings(case, tmp_path)
    hits = [(one, line) for one, line in found if one.rule in case.rules]
    assert hits, f"not found; found instead: {[one.rule for one, _ in found]}"
    assert any(case.line in line for _, line in hits)


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_a_harmless_thing_is_left_alone(case: Case, tmp_path: Path) -> None:
    assert [(one.rule, one.message) for one, _ in _findings(case, tmp_path)] == []


def test_the_matrix_is_whole() -> None:
    assert (len(DEFECTS), len(COVERAGE), len(HARMLESS)) == (54, 17, 20)
