"""The scripts of a config: the text of each `run` step, read as its shell reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable

from secguard.circleci.model import Expansion, Job, Step
from secguard.circleci.values import Scalar
from secguard.shell import Interpreter, interpreter, parse
from secguard.shell import Script as Shell

MAX_TEXT = 4_000_000
"""Characters that the scripts of one config may come to, each text counted once."""

_FULL = f"the scripts of the config come to more than {MAX_TEXT} characters"


@dataclass(frozen=True)
class Script:
    """The text of one `run` step."""

    job: Job
    step: Step
    text: Scalar
    interpreter: Interpreter
    shell: Shell | None
    """The text as shell commands; None for other interpreters."""
    shell_option: Scalar | None
    """The `shell` key that applies, if there is one."""


def scripts_of(expansion: Expansion) -> tuple[Script, ...]:
    """Read the scripts of all steps; each text is read once."""
    found: list[Script] = []
    parsed: dict[str, Shell] = {}
    left = MAX_TEXT
    for job in expansion.jobs:
        for step in job.steps:
            text = step.command
            if text is None or not text.text:
                continue
            option = step.arg("shell") or job.shell or job.executor.arg("machine", "shell")
            wanted = (option.assumed if option is not None else "") or _default_shell(job)
            program = interpreter(wanted)
            shell = None
            if program.posix:
                shell = parsed.get(text.text)
                if shell is None:
                    left -= len(text.text)
                    shell = parse(text.text) if left >= 0 else replace(parse(""), incomplete=_FULL)
                    parsed[text.text] = shell
            found.append(Script(job, step, text, program, shell, option))
    return tuple(found)


def texts_of(scripts: Iterable[Script]) -> tuple[tuple[Shell, tuple[Script, ...]], ...]:
    """Gather the scripts by their text, each read once, with the steps that run it.

    PowerShell and cmd call the same programs in much the same way, so their texts are read as if
    they were for bash; what that makes of the rest says nothing.
    """
    found: dict[str, list[Script]] = {}
    for script in scripts:
        if script.shell is not None or script.interpreter.kind in ("powershell", "cmd"):
            found.setdefault(script.text.text, []).append(script)
    read = []
    left = MAX_TEXT
    for text, group in found.items():
        known = next((script.shell for script in group if script.shell is not None), None)
        left -= len(text) if known is None else 0
        if known is not None or left >= 0:
            read.append((known or parse(text), tuple(group)))
    return tuple(read)


def _default_shell(job: Job) -> str | None:
    executor = job.executor
    image = executor.machine_image
    windows = executor.orb.startswith("circleci/windows@") or (
        image is not None and image.assumed.startswith("windows-")
    )
    return "powershell.exe -ExecutionPolicy Bypass" if windows else None
