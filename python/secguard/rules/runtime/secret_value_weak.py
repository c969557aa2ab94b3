"""Secrets that can be guessed."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.environ import Variable
from secguard.runtime.snapshot import Snapshot
from secguard.runtime.strength import bits, ordinary
from secguard.secrets.passwords import is_common_password
from secguard.secrets.words import is_guessable

_FEW_BITS = 28


@rule(
    "secret-value-weak",
    summary="a secret that can be guessed",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-521", "CICD-SEC-6"),
    family="runtime",
)
def secret_value_weak(snapshot: Snapshot) -> Iterator[Finding]:
    """Report secrets whose values are words, too short, or their own names."""
    for variable in snapshot.variables:
        reason = _reason(variable) if variable.why and not variable.forced else ""
        if reason and snapshot.source(variable.name) != "config":
            yield secret_value_weak.finding(
                Location(f"env:{variable.name}"),
                f"the secret '{variable.name}' can be guessed: {reason}",
                hint="generate one of 20 random characters or more",
                subject=variable.name,
            )


def _reason(variable: Variable) -> str:
    value = variable.value.reveal()
    text = value.decode("utf-8", "replace").strip()
    letters = "".join(filter(str.isalnum, text.lower()))
    if letters == "".join(filter(str.isalnum, variable.name.lower())):
        return "it is the name of the variable"
    if is_common_password(text):
        return "it is one that many people choose"
    if is_guessable(text) and bits(value) < _FEW_BITS:
        return "it is made of common words and digits"
    if not ordinary(value) and bits(value) < _FEW_BITS:
        return "it is short, or repeats itself"
    return ""
