"""Commands that write the whole environment to the log, or to a file that is kept."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import places
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._environment_dumps import dump, values_pass
from secguard.rules.config._stored_files import Keeping, directory, resolve, written_to
from secguard.shell import Command


@rule(
    "env-dump",
    summary="the environment written to the log or to a file that is kept",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CWE-526", "CICD-SEC-6"),
)
def env_dump(config: Config) -> Iterator[Finding]:
    """Report dumps of the environment, graded by what the job has to lose."""
    keeping = Keeping()
    for script, secrets in config.secrets:
        for command in secrets.shell.commands():
            name = dump(command)
            if name and values_pass(command.piped_into, config.exposure(script.job).secrets):
                yield from _finding(config, keeping, script, command, name)


def _finding(
    config: Config, keeping: Keeping, script: Script, command: Command, name: str
) -> Iterator[Finding]:
    target = written_to(command)
    path = resolve(target or "", directory(script.job, script.step))
    kept = keeping.after(script.job, script.step, path)
    if kept is None and not command.stdout_goes_to_log():
        return
    exposure = config.exposure(script.job)
    severity = Severity.MEDIUM if exposure.loses else Severity.LOW
    whose = "a container's environment" if name == "docker inspect" else "the whole environment"
    what = "the log, where only exact values of contexts and projects are masked"
    related = places(script, command.start, command.end)
    if kept is not None:
        severity = Severity.HIGH if exposure.loses else Severity.MEDIUM
        what = f"a file that '{kept.kind}' keeps, where nothing is masked"
        related = (*related, kept.where)
    yield env_dump.finding(
        script.text.at(command.start, command.end),
        f"'{name}' writes {whose} to {what}",
        hint="print the variables that you want to see, by name",
        severity=severity,
        related=related,
        subject=script.job.reference,
        exposure=exposure.at_stake,
    )
