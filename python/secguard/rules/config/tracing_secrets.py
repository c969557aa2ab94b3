"""`set -x` while secrets are used."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import Secrets, Use, places
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.shell import Block, Command

_HINT = "switch it off ('set +x') before the first line that uses a secret, or leave it out"
_POWERSHELL = re.compile(r"(?i)\bSet-PSDebug\s+-Trace\s+(?P<level>[012])|\$\{?env:(?P<name>\w+)")
_MOST = 5


@rule(
    "tracing-secrets",
    summary="`set -x` while secrets are used",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CICD-SEC-6"),
)
def tracing_secrets(config: Config) -> Iterator[Finding]:
    """Report traces that are on while a script uses a secret."""
    for script, secrets in config.secrets:
        yield from _shell(script, secrets)
    for script in config.scripts:
        if script.interpreter.kind == "powershell":
            yield from _powershell(config, script)


def _shell(script: Script, secrets: Secrets) -> Iterator[Finding]:
    switches = _switches(script, secrets)
    if not switches:
        return
    starts = [start for start, _, _ in switches]
    traced: dict[int, list[Use]] = {}
    for command in secrets.shell.commands():
        at = bisect_right(starts, command.start) - 1
        if at >= 0 and switches[at][1] and not _out_of_sight(command):
            for use in _written(command, secrets):
                traced.setdefault(at, []).append(use)
    for at, uses in traced.items():
        yield _finding(script, switches[at][2], [(use.name, use.start, use.end) for use in uses])


def _switches(script: Script, secrets: Secrets) -> list[tuple[int, bool, Location]]:
    """List where a trace goes on or off, in source order, with the place to point at."""
    found: list[tuple[int, bool, Location]] = []
    option = script.shell_option
    if script.interpreter.xtrace and option is not None:
        found.append((-1, True, option.at(0, len(option.text))))
    for entry in script.job.all_environment(script.step):
        if entry.name == "SHELLOPTS" and "xtrace" in entry.value.text:
            found.append((-1, True, entry.value.at(0, len(entry.value.text))))
    for switch in secrets.shell.set_options():
        if switch.name == "xtrace":
            command = switch.command
            found.append((command.start, switch.on, script.text.at(command.start, command.end)))
    return found


def _written(command: Command, secrets: Secrets) -> Iterator[Use]:
    # NOTE: a trace shows words and assignments as they are run, but nothing that is redirected in.
    for made in command.assignments:
        yield from secrets.uses(made.value)
    for word in command.words:
        yield from secrets.uses(word)


def _out_of_sight(command: Command) -> bool:
    block: Block | None = command.block
    while block is not None:
        for redirect in block.redirects:
            both = redirect.operator in ("&>", ">&", "&>>") and not redirect.target.text.isdigit()
            if (redirect.fd == "2" or both) and not redirect.target.text.startswith("&"):
                return True
        block = block.parent
    return False


def _finding(script: Script, where: Location, uses: list[tuple[str, int, int]]) -> Finding:
    names: list[str] = []
    related: list[Location] = []
    for name, start, end in uses:
        if name not in names and len(names) < _MOST:
            names.append(name)
            related.append(script.text.at(start, end, f"{name!r} is used here"))
    first = uses[0]
    return tracing_secrets.finding(
        where,
        "commands are written to the log with "
        + ", ".join(f"'{name}'" for name in names)
        + " in them, where nothing but masking hides secrets",
        hint=_HINT,
        related=(*places(script, first[1], first[2]), *related),
        subject=names[0],
    )


def _powershell(config: Config, script: Script) -> Iterator[Finding]:
    where: Location | None = None
    uses: list[tuple[str, int, int]] = []
    for found in _POWERSHELL.finditer(script.text.text):
        if found["level"]:
            where = script.text.at(found.start(), found.end()) if found["level"] != "0" else None
        elif where is not None and config.is_secret(found["name"]):
            uses.append((found["name"], *found.span("name")))
            break
    if where is not None and uses:
        yield _finding(script, where, uses)
