"""Commands that nobody can read before they run."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._code import Run, runs
from secguard.shell import Command, Literal
from secguard.shell import Script as Shell

_DECODES = {
    "base32": re.compile(r"-(?:d|-decode)"),
    "base64": re.compile(r"-(?:[dD]|-decode)|-\w*[dD]\w*"),
    "openssl": re.compile(r"-d"),
    "uudecode": re.compile(r""),
    "xxd": re.compile(r"-r|-r.*p|-p.*r"),
}
_PRINTERS = ("echo", "printf")
_ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\0?[0-7]{3}){4}")
_ENCODED = re.compile(r"-e(?:c|nc\w*)?", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")


@rule(
    "obfuscated-command",
    summary="code that is decoded and run",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-506", "CICD-SEC-4"),
)
def obfuscated_command(config: Config) -> Iterator[Finding]:
    """Report text that is decoded from base64 and the like and run at once."""
    for shell, scripts in config.texts:
        for start, end, literal, what in _found(shell):
            for script in scripts:
                yield obfuscated_command.finding(
                    script.text.at(start, end),
                    f"{what!r} decodes what is run here, so nobody sees it before it runs",
                    hint="keep the code readable, in a file of the repository",
                    severity=Severity.HIGH if literal else Severity.MEDIUM,
                    related=way(script, start, end),
                )


def _found(shell: Shell) -> Iterator[tuple[int, int, bool, str]]:
    for run in runs(shell):
        decoder = next((one for one in run.sources if _decodes(one)), None)
        if decoder is not None:
            yield run.start, run.end, _literal(run), decoder.name
    for command in shell.commands():
        if command.name in ("powershell", "pwsh"):
            for option, value in zip(command.args, command.args[1:]):
                if _ENCODED.fullmatch(option.text) and _BASE64.fullmatch(value.text):
                    yield option.start, value.end, True, option.text


def _decodes(command: Command) -> bool:
    if command.name in _PRINTERS:
        return any(_ESCAPES.search(word.raw) for word in command.args)
    pattern = _DECODES.get(command.name)
    return pattern is not None and any(pattern.fullmatch(word.text) for word in command.args)


def _literal(run: Run) -> bool:
    """True where the text stands in the script, as nobody writes it for a good reason."""
    for source in run.sources:
        words = list(source.args) if source.name in _PRINTERS else []
        words += [one.target for one in source.redirects if one.operator == "<<<"]
        words += [one.body for one in source.redirects if one.body is not None]
        if any(
            isinstance(part, Literal) and len(part.text) >= 20
            for word in words
            for part in word.parts
        ):
            return True
    return False
