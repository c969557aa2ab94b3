"""Which program a command runs, behind `sudo`, `env` and other programs that run programs."""

from __future__ import annotations

import re
from typing import Sequence

from secguard.shell.words import Literal, Word

SHELLS = frozenset(("ash", "bash", "dash", "ksh", "sh", "zsh"))
"""Programs that read commands in (almost) the language that this package reads."""

# The letters are the options that take the next word.
_WRAPPERS = {
    "builtin": "",
    "command": "",
    "doas": "Cu",
    "env": "CSu",
    "exec": "a",
    "ionice": "cnp",
    "nice": "n",
    "nohup": "",
    "setsid": "",
    "stdbuf": "eio",
    "sudo": "CDRTUghprtu",
    "time": "fo",
    "timeout": "ks",
    "xargs": "EILPadns",
}
_LONG_OPTIONS = frozenset(
    "--arg-file --chdir --delimiter --format --group --host --kill-after --max-args --max-lines"
    " --max-procs --output --prompt --signal --unset --user".split()
)
_SUDO = frozenset(("$SUDO", "${SUDO}"))  # orbs set it to `sudo` or to nothing
_VARIABLE = re.compile(r"[^\W\d]\w*=", re.ASCII)


def resolve(words: Sequence[Word]) -> tuple[str, int]:
    """Give the name of the program, or nothing where it is unknown, and the index of its word.

    A wrapper that has nothing to run, as in `exec > log`, or only looks for a program, as
    `command -v` does, is the program.
    """
    at = 0
    while at < len(words):
        name = base_name(words[at])
        if words[at].text in _SUDO and at + 1 < len(words):
            at += 1
            continue
        if name not in _WRAPPERS:
            return name, at
        following = _wrapped(name, words, at + 1)
        if following >= len(words):
            return name, at
        at = following
    return "", 0


def base_name(word: Word) -> str:
    """Give the last part of a path, or nothing where it is known only at run time."""
    text = word.literal
    if text is None:
        last = word.parts[-1]
        text = last.text if isinstance(last, Literal) and "/" in last.text else ""
    name = text.rpartition("/")[2]
    return name[:-4] if name.endswith(".exe") else name


def takes_next(option: str, letters: str) -> bool:
    """Say whether one of the letters ends the option, so that its value is the next word."""
    found = [at for at, letter in enumerate(option) if letter in letters]
    return not option.startswith("--") and found[:1] == [len(option) - 1]


def _wrapped(wrapper: str, words: Sequence[Word], at: int) -> int:
    while at < len(words):
        text = words[at].text
        if text == "--":
            at += 1
            break
        if wrapper == "command" and text in ("-v", "-V"):
            return len(words)
        if text.startswith("-"):
            at += 2 if text in _LONG_OPTIONS or takes_next(text, _WRAPPERS[wrapper]) else 1
        elif wrapper in ("doas", "env", "sudo", "time") and _VARIABLE.match(text):
            at += 1
        else:
            break
    return at + (wrapper == "timeout")
