"""Every rule has a page and fixtures; every fixture gives exactly the findings it should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from secguard import engine
from secguard.circleci.config import kind_of, make_config
from secguard.finding import Finding, Severity
from secguard.rule import Rule
from secguard.rules import rules
from secguard.settings import Settings
from secguard.source.text import TextFile
from secguard.source.tree import parse
from secguard.targets import load

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "rules"
PAGES = ROOT / "docs" / "rules"
CONFIG_RULES = rules("config")
SECTIONS = (
    "## What it finds",
    "## Why it matters",
    "## Example",
    "## How to fix it",
    "## When to ignore it",
    "## References",
)


def _fixtures(prefix: str) -> list[ParameterSet]:
    found = []
    for rule in CONFIG_RULES:
        for path in sorted((FIXTURES / rule.id).glob(f"{prefix}-*")):
            if path.suffix != ".expected":
                found.append(pytest.param(rule, path, id=f"{rule.id}/{path.name}"))
    return found


def _findings(rule: Rule, path: Path) -> list[Finding]:
    loaded = load((str(path),))
    assert not loaded.problems, loaded.problems
    assert loaded.configs, f"{path} is not a config"
    found, problems = engine.check((rule,), [(one.uri, one) for one in loaded.configs])
    assert not problems, problems
    return found


def _written(findings: list[Finding], base: Path) -> str:
    lines = []
    for one in findings:
        name = Path(one.where.uri)
        shown = name.relative_to(base) if base in name.parents else name
        confidence = str(one.confidence)
        lines.append(f"{shown}:{one.where.span} {one.severity} {confidence} {one.message}\n")
        lines.extend(f"  from {place.span} {place.note}\n" for place in one.related)
    return "".join(lines)


@pytest.mark.parametrize(("rule", "path"), _fixtures("bad"))
def test_a_bad_fixture_gives_its_findings(
    rule: Rule, path: Path, request: pytest.FixtureRequest
) -> None:
    findings = _findings(rule, path)
    assert findings, "a bad fixture must give a finding"
    expected = path.with_suffix(".expected")
    written = _written(findings, path.parent)
    if request.config.getoption("--update-golden"):
        expected.write_text(written, encoding="utf-8")
    assert written == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize(("rule", "path"), _fixtures("good"))
def test_a_good_fixture_gives_nothing(rule: Rule, path: Path) -> None:
    assert _written(_findings(rule, path), path.parent) == ""


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_has_a_page_and_fixtures(rule: Rule) -> None:
    page = (PAGES / f"{rule.id}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {rule.id}\n")
    row = f"| {rule.severity} | {rule.confidence} | {', '.join(rule.refs)} |"
    assert row in page
    at = [page.find(section) for section in SECTIONS]
    assert all(place > 0 for place in at) and at == sorted(at), "sections missing or out of order"
    if rule.family == "config":
        names = {path.name.split("-")[0] for path in (FIXTURES / rule.id).iterdir()}
        assert {"bad", "good"} <= names


def _examples() -> list[ParameterSet]:
    found = []
    for rule in CONFIG_RULES:
        page = (PAGES / f"{rule.id}.md").read_text(encoding="utf-8")
        for number, match in enumerate(re.finditer(r"```yaml (bad|good)\n(.*?)```", page, re.S)):
            found.append(
                pytest.param(rule, match[1], match[2], id=f"{rule.id}-{match[1]}-{number}")
            )
    return found


@pytest.mark.parametrize(("rule", "verdict", "text"), _examples())
def test_an_example_on_a_page_is_what_it_says(rule: Rule, verdict: str, text: str) -> None:
    root = parse(TextFile("example.yml", text))
    config = make_config(root, kind_of(root) or "config")
    assert rule.id == "config-error" or not config.expansion.errors, config.expansion.errors
    found, problems = engine.check((rule,), [("example.yml", config)])
    assert not problems
    assert bool(found) == (verdict == "bad")


def test_each_page_has_a_bad_and_a_good_example() -> None:
    for rule in CONFIG_RULES:
        page = (PAGES / f"{rule.id}.md").read_text(encoding="utf-8")
        assert "```yaml bad\n" in page and "```yaml good\n" in page, rule.id


def test_pages_and_fixtures_belong_to_rules() -> None:
    known = {rule.id for rule in rules()}
    assert {path.stem for path in PAGES.glob("*.md")} == known
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} <= known


def test_rules_speak_as_agreed() -> None:
    for rule in rules():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
        assert not rule.summary.endswith(".")
        assert rule.refs
        assert all(re.fullmatch(r"CWE-\d+|CICD-SEC-\d+", ref) for ref in rule.refs)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("clean-*.yml")), ids=lambda p: p.name)
def test_a_clean_config_gives_no_finding_at_all(path: Path) -> None:
    loaded = load((str(path),))
    found, problems = engine.check(CONFIG_RULES, [(one.uri, one) for one in loaded.configs])
    assert not loaded.problems and not problems
    shown = engine.report(CONFIG_RULES, found, (), (), Settings(min_severity=Severity.LOW))
    assert _written(list(shown.findings), path.parent) == ""
