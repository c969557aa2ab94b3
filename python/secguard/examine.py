"""Runs rules over configs, and heeds what their comments say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Sequence

from secguard.engine import check, numbered
from secguard.finding import Finding, Problem, Suppression
from secguard.masks import cover
from secguard.rule import Rule
from secguard.suppress import Useless, apply, comments
from secguard.triage import Grounds, is_over

if TYPE_CHECKING:
    from secguard.targets import Loaded

INVALID = "suppression-invalid"
"""The rule about comments and exceptions that suppress nothing."""


@dataclass(frozen=True)
class Examined:
    """What rules find in some configs that no comment suppresses."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppression, ...]
    problems: tuple[Problem, ...]


def examine(loaded: Loaded, grounds: Grounds, rules: Sequence[Rule]) -> Examined:
    """Run rules, and report comments that suppress nothing and exceptions that ended."""
    found, failed = check(rules, [(config.uri, config) for config in loaded.configs])
    problems = (*loaded.problems, *failed)
    ran = {rule.id for rule in rules}
    cover(loaded, ran)
    told = comments(config.root for config in loaded.configs) if grounds.policy.comments else ()
    applied = apply(found, told, grounds.today, ran, problems)
    useless = [*applied.useless, *_ended(grounds)]
    findings = applied.kept
    invalid = next((rule for rule in rules if rule.id == INVALID), None)
    if invalid is not None and useless:
        ours = [one for one in findings if one.rule == INVALID]
        ours += [
            invalid.finding(where, text, hint=hint, subject=subject)
            for where, text, hint, subject in useless
        ]
        findings = [*(one for one in findings if one.rule != INVALID), *numbered(ours)]
    return Examined(tuple(findings), tuple(applied.suppressed), problems)


def _ended(grounds: Grounds) -> Iterator[Useless]:
    for one in grounds.policy.exemptions:
        if is_over(one, grounds.today):
            message = f"the exception for '{one.rule}' ended on {one.until}, so it accepts nothing"
            yield one.where, message, "correct the findings, or decide anew", ""
