"""The engine: every rule runs, none can hide that it failed, and not checked weighs most."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Callable, Iterator

import pytest

from secguard import engine
from secguard.errors import UsageError
from secguard.finding import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    Severity,
    Source,
    Span,
    Suppression,
)
from secguard.rule import Rule, rule
from secguard.settings import Settings

PLACE = Location("a.yml", Span(1, 1, 1, 2), ("jobs",))


def _rule(name: str, check: Callable[[Any], Iterator[Finding]] | None = None, **more: Any) -> Rule:
    @rule(name, summary="s", severity=Severity.MEDIUM, refs=("CWE-1",), **more)
    def made(target: Any) -> Iterator[Finding]:
        if check is None:
            yield made.finding(replace(PLACE, uri=str(target)), "is wrong")
        else:
            yield from check(target)

    return made


def _fails(target: Any) -> Iterator[Finding]:
    yield GOOD.finding(PLACE, "found first")
    raise KeyError("s3cr3t-value")


GOOD = _rule("good-rule")
STRICT = _rule("strict-rule", strict=True)
CRASHES = _rule("crashing-rule", _fails)


def test_every_rule_sees_every_target() -> None:
    found, problems = engine.check((GOOD, _rule("other-rule")), [("a", "a"), ("b", "b")])
    assert [(one.rule, one.where.uri) for one in found] == [
        ("good-rule", "a"),
        ("other-rule", "a"),
        ("good-rule", "b"),
        ("other-rule", "b"),
    ]
    assert problems == []


def test_a_crashing_rule_is_a_problem_and_the_others_go_on() -> None:
    found, problems = engine.check((CRASHES, GOOD), [("a.yml", "a.yml")])
    assert [one.message for one in found] == ["found first", "is wrong"]
    (problem,) = problems
    assert problem.rule == "crashing-rule"
    assert problem.message.startswith("the rule failed with KeyError at ")
    assert "s3cr3t" not in problem.message


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ValueError, AssertionError])
def test_any_failure_of_a_rule_is_a_problem(error: type[Exception]) -> None:
    def check(_: Any) -> Iterator[Finding]:
        yield from ()
        raise error

    _, problems = engine.check((_rule("r", check),), [("a.yml", None)])
    assert [one.message.split(" at ")[0] for one in problems] == [
        f"the rule failed with {error.__name__}"
    ]


def test_a_rule_without_an_end_is_stopped_and_that_is_a_problem() -> None:
    def check(_: Any) -> Iterator[Finding]:
        number = 0
        while True:
            number += 1
            yield GOOD.finding(PLACE, f"number {number}")

    found, problems = engine.check((_rule("endless-rule", check),), [("a.yml", None)])
    assert len(found) == engine.MAX_FINDINGS
    assert [one.rule for one in problems] == ["endless-rule"]


def test_the_same_finding_counts_once_at_its_worst() -> None:
    grades = [
        (Severity.LOW, Confidence.HIGH),
        (Severity.HIGH, Confidence.LOW),
        (Severity.MEDIUM, Confidence.HIGH),
    ]

    def check(_: Any) -> Iterator[Finding]:
        for severity, confidence in grades:
            yield GOOD.finding(PLACE, "same", severity=severity, confidence=confidence)

    found, _ = engine.check((_rule("r", check),), [("a.yml", None), ("a.yml", None)])
    assert [(one.severity, one.confidence) for one in found] == [(Severity.HIGH, Confidence.LOW)]


def test_findings_that_only_their_place_tells_apart_are_counted() -> None:
    def check(_: Any) -> Iterator[Finding]:
        for line in (9, 3, 5):
            where = replace(PLACE, span=Span(line, 1, line, 2))
            yield GOOD.finding(where, "same", subject="x")

    found, _ = engine.check((_rule("r", check),), [("a.yml", None)])
    assert [(one.where.span.line, one.occurrence) for one in found if one.where.span] == [
        (3, 0),
        (5, 1),
        (9, 2),
    ]
    assert len({one.fingerprint for one in found}) == 3


def test_a_finding_in_an_orb_says_where_the_orb_is_imported() -> None:
    target = SimpleNamespace(imported={"acme/orb@1": Location("a.yml", Span(3, 1, 3, 5))})

    def check(_: Any) -> Iterator[Finding]:
        yield GOOD.finding(Location("acme/orb@1"), "one")
        yield GOOD.finding(Location("a.yml"), "two")
        yield GOOD.finding(Location("acme/orb@1"), "three", related=(Location("a.yml"),))

    found, _ = engine.check((_rule("r", check),), [("a.yml", target)])
    assert {one.message: [place.span for place in one.related] for one in found} == {
        "one": [Span(3, 1, 3, 5)],
        "two": [],
        "three": [None],
    }


RULES = (GOOD, STRICT, CRASHES)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (Settings(), ["good-rule", "crashing-rule"]),
        (Settings(strict=True), ["good-rule", "strict-rule", "crashing-rule"]),
        (Settings(select=("strict-rule",)), ["strict-rule"]),
        (Settings(ignore=("crashing-rule",)), ["good-rule"]),
        (Settings(select=("good-rule",), ignore=("good-rule",)), []),
    ],
)
def test_rules_are_chosen(settings: Settings, names: list[str]) -> None:
    assert [one.id for one in engine.chosen(RULES, settings)] == names


@pytest.mark.parametrize(
    "settings", [Settings(select=("goodrule",)), Settings(ignore=("goodrule",))]
)
def test_a_rule_that_does_not_exist_is_a_mistake(settings: Settings) -> None:
    with pytest.raises(UsageError) as raised:
        engine.chosen(RULES, settings)
    assert raised.value.message == "there is no rule 'goodrule'"
    assert "good-rule" in raised.value.hint
    assert engine.chosen(RULES, Settings(ignore=("elsewhere",)), ("elsewhere",))


def _finding(severity: Severity, confidence: Confidence = Confidence.HIGH) -> Finding:
    return GOOD.finding(PLACE, f"{severity} {confidence}", severity=severity, confidence=confidence)


FINDINGS = (
    _finding(Severity.HIGH),
    _finding(Severity.INFO),
    _finding(Severity.HIGH, Confidence.LOW),
)


def _report(settings: Settings, **more: Any) -> Report:
    sources = (Source("b", ("x",)), Source("a", ()))
    return engine.report(RULES, FINDINGS, (), sources, settings, **more)


def test_what_is_not_shown_is_kept_with_its_reason() -> None:
    made = _report(Settings(), suppressed=(Suppression(FINDINGS[0], "comment", "why"),))
    assert [one.message for one in made.findings] == ["high high"]
    assert sorted((one.finding.message, one.by) for one in made.suppressed) == [
        ("high high", "comment"),
        ("high low", "confidence"),
        ("info high", "severity"),
    ]
    assert [one.message for one in _report(Settings(strict=True)).findings] == [
        "high high",
        "high low",
        "info high",
    ]


def test_a_report_is_sorted_and_says_each_thing_once() -> None:
    problem = Problem(PLACE, "not read")
    made = engine.report(
        RULES,
        (),
        (problem, problem),
        (Source("b", ()), Source("a", ())),
        Settings(),
        opaque=("x", "a", "x"),
        notes=("n", "n"),
    )
    assert made.problems == (problem,)
    assert [one.uri for one in made.inputs] == ["a", "b"]
    assert [one.id for one in made.rules] == ["crashing-rule", "good-rule", "strict-rule"]
    assert (made.opaque, made.notes) == (("a", "x"), ("n",))


@pytest.mark.parametrize(
    ("findings", "problems", "settings", "status"),
    [
        ((), (), Settings(), 0),
        (FINDINGS, (), Settings(), 1),
        ((_finding(Severity.LOW),), (), Settings(), 0),
        ((_finding(Severity.LOW),), (), Settings(fail_on=Severity.LOW), 1),
        (FINDINGS, (), Settings(fail_on=None), 0),
        ((), (Problem(PLACE, "not read"),), Settings(fail_on=None), 3),
        (FINDINGS, (Problem(PLACE, "not read"),), Settings(), 3),
        (FINDINGS, (Problem(PLACE, "not asked", tolerated=True),), Settings(), 1),
        ((), (Problem(PLACE, "not asked", tolerated=True),), Settings(), 0),
        ((), (Problem(PLACE, "a", tolerated=True), Problem(PLACE, "b")), Settings(), 3),
    ],
)
def test_the_exit_status(
    findings: tuple[Finding, ...],
    problems: tuple[Problem, ...],
    settings: Settings,
    status: int,
) -> None:
    made = engine.report(RULES, findings, problems, (), settings)
    assert engine.exit_status(made, settings) == status
