"""A rule: a generator of findings, with what people need to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator

from secguard.finding import Confidence, Finding, Location, RuleInfo, Severity, Span

PAGES = "https://github.com/secguard/secguard-orb/blob/main/docs/rules/"
FAMILIES = ("config", "images", "runtime", "access", "policy")

Check = Callable[[Any], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One thing that secguard looks for."""

    id: str
    """Kebab-case; also the name of its page, its fixtures and its module."""
    summary: str
    """What is wrong, in a few words, lower case, no full stop."""
    family: str
    """What it looks at: one of `FAMILIES`."""
    severity: Severity
    """The severity of a finding unless the rule grades it by exposure."""
    confidence: Confidence
    refs: tuple[str, ...]
    """Numbers from CWE and the OWASP Top 10 CI/CD Security Risks, e.g. `CICD-SEC-4`."""
    strict: bool
    """True where only the `--strict` profile shows its findings."""
    check: Check
    """Yields the findings for one target of the family."""

    @property
    def url(self) -> str:
        """The address of the rule's page."""
        return f"{PAGES}{self.id}.md"

    @property
    def info(self) -> RuleInfo:
        """What reports say about the rule."""
        return RuleInfo(
            self.id,
            self.summary,
            self.family,
            self.severity,
            self.confidence,
            self.refs,
            self.url,
        )

    def finding(
        self,
        where: Location,
        message: str,
        *,
        hint: str = "",
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        related: tuple[Location, ...] = (),
        secrets: tuple[Span, ...] = (),
        subject: str = "",
        exposure: str = "",
    ) -> Finding:
        """Make a finding of this rule, at the rule's own grades where none are given."""
        return Finding(
            rule=self.id,
            severity=self.severity if severity is None else severity,
            confidence=self.confidence if confidence is None else confidence,
            message=message,
            where=where,
            related=related,
            hint=hint,
            secrets=secrets,
            subject=subject,
            exposure=exposure,
        )


def rule(
    id: str,
    *,
    summary: str,
    severity: Severity,
    confidence: Confidence = Confidence.HIGH,
    refs: tuple[str, ...],
    family: str = "config",
    strict: bool = False,
) -> Callable[[Check], Rule]:
    """Turn a generator of findings into a rule."""

    def wrap(check: Check) -> Rule:
        return Rule(id, summary, family, severity, confidence, refs, strict, check)

    return wrap
