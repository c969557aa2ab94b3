"""What a run is asked to do, once options, environment and policy are read."""

from __future__ import annotations

from dataclasses import dataclass

from secguard.finding import Confidence, Severity


@dataclass(frozen=True)
class Settings:
    """The choices that the engine obeys."""

    fail_on: Severity | None = Severity.MEDIUM
    """The least severity that fails the run; None for never."""
    min_severity: Severity = Severity.LOW
    min_confidence: Confidence = Confidence.MEDIUM
    select: tuple[str, ...] = ()
    """The only rules to run; empty for all."""
    ignore: tuple[str, ...] = ()
    """Rules not to run."""
    strict: bool = False
    """Show everything: every severity and confidence, and the rules of the strict profile."""
