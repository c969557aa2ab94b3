"""How much a finding about an image weighs: by what the jobs that run it have to lose."""

from __future__ import annotations

from secguard.finding import Severity
from secguard.images.use import Use


def grade(use: Use, base: Severity) -> Severity:
    """Raise the severity where secrets are near, lower it for what runs beside the steps."""
    weight = base + (1 if use.exposed else 0) - (1 if use.secondary else 0)
    return Severity(min(max(weight, Severity.LOW), Severity.HIGH))


def exposure(use: Use) -> str:
    """Say why it weighs more."""
    return "a job that runs it has contexts or secrets" if use.exposed else ""
