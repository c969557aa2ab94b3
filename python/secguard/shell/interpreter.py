"""Says what runs a step's command, from the step's `shell:`."""

from __future__ import annotations

from dataclasses import dataclass

from secguard.shell.script import parse

_KINDS = {
    "bash": "bash",
    "ash": "sh",
    "dash": "sh",
    "ksh": "sh",
    "sh": "sh",
    "zsh": "sh",
    "powershell": "powershell",
    "pwsh": "powershell",
    "python": "python",
    "python2": "python",
    "python3": "python",
    "cmd": "cmd",
}


@dataclass(frozen=True)
class Interpreter:
    """What reads a run command."""

    kind: str
    """`bash`, `sh` (any other POSIX shell), `powershell`, `python`, `cmd` or `other`."""
    errexit: bool = False
    """True where `-e` ends the step at the first command that fails."""
    xtrace: bool = False
    """True where `-x` writes every command to the log."""

    @property
    def posix(self) -> bool:
        """Say whether `parse` can read its commands."""
        return self.kind in ("bash", "sh")


def interpreter(shell: str | None) -> Interpreter:
    """Read the value of `shell:`; None stands for CircleCI's default, `/bin/bash -eo pipefail`."""
    if shell is None:
        return Interpreter("bash", errexit=True)
    text = shell.replace("\\", "/").strip()
    script = parse(text[2:] if text.startswith("#!") else text)
    name = next((command.name for command in script.commands() if command.words), "")
    options = {option.name: option.on for option in script.set_options()}
    return Interpreter(
        _KINDS.get(name.lower(), "other"),
        errexit=options.get("errexit", False),
        xtrace=options.get("xtrace", False),
    )
