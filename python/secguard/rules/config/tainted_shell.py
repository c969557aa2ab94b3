"""A `shell:` that somebody else has a say in."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.taint import pastes
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group


@rule(
    "tainted-shell",
    summary="somebody else's text in `shell`",
    severity=Severity.HIGH,
    refs=("CWE-78", "CICD-SEC-4"),
)
def tainted_shell(config: Config) -> Iterator[Finding]:
    """Report a `shell` of a step, a job or an executor that holds somebody else's text."""
    group = Group(tainted_shell, config, "write the shell out, or choose it by an enum parameter")
    for script in config.scripts:
        if script.shell_option is None:
            continue
        for paste in pastes(script.shell_option, config.root):
            taint = paste.taint
            message = (
                f"'<< {taint.name} >>' is part of the shell that runs the command, so "
                f"{taint.actor} decides what runs here"
            )
            group.add((id(paste.node), taint.name), paste.where, message, (script.job,), taint)
    yield from group.findings()
