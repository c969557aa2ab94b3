"""A variable with somebody else's text that a second shell or a program reads as code."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.sinks import Sink, sinks
from secguard.circleci.flow.taint import Taint
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group

_LIMITS = {"arithmetic": Severity.LOW, "jq": Severity.LOW, "sed": Severity.MEDIUM}
"""The worst that it can be where the text has to fit a small language first."""
_HINT = (
    'hand the text over as an argument: `sh -c \'… "$1"\' sh "$NAME"`, `awk -v`, `jq --arg`, '
    "`os.environ`; write it for a shell with `printf %q`"
)


@rule(
    "variable-injection",
    summary="somebody else's text read as code by a second shell",
    severity=Severity.HIGH,
    refs=("CWE-78", "CWE-95", "CICD-SEC-4"),
)
def variable_injection(config: Config) -> Iterator[Finding]:
    """Report what is read as code twice: `eval`, `sh -c`, `ssh`, programs in arguments."""
    group = Group(variable_injection, config, _HINT)
    for flow in config.flows:
        for sink in sinks(flow):
            group.add(
                (id(flow.script.text.node), sink.reader, sink.taint.name),
                flow.place(sink.start, sink.end, f"{sink.reader} reads it as code"),
                _message(sink, sink.taint),
                flow.jobs,
                sink.taint,
                _LIMITS.get(sink.reader, Severity.HIGH),
            )
    yield from group.findings()


def _message(sink: Sink, taint: Taint) -> str:
    reader = sink.reader if sink.reader in ("arithmetic", "the shell") else f"'{sink.reader}'"
    what = taint.described(sink.text)
    return f"{what} is read as code by {reader}, so {taint.actor} can run code here"
