"""Finds the words of a command that another shell reads as commands."""

from __future__ import annotations

import re
from typing import Iterator, Sequence

from secguard.shell.commands import Command
from secguard.shell.names import SHELLS, base_name, takes_next
from secguard.shell.words import Word

_SHELL = re.compile(r"(?:^|[\s;&|/])(?:a|ba|da|k|z)?sh(?:\s|$)")
_PRINTERS = ("echo", "printf")
_SCRIPT_OPTIONS = {
    "flock": ("-c", "--command"),
    "nix-shell": ("--run", "--command"),
    "runuser": ("-c", "--command"),
    "script": ("-c", "--command"),
    "su": ("-c", "--command"),
}
_SSH_OPTIONS = "BDEFIJLOPQRSWbceilmopw"


def scripts_in(command: Command) -> Iterator[tuple[str, int, int]]:
    """Yield what reads the commands (`sh -c`, `eval`, `ssh`, `trap`) and where they stand."""
    args = command.args
    rest: Sequence[Word] = ()
    reader = command.name
    if reader == "eval":
        rest = args
    elif reader == "ssh":
        rest = _remote(args)
    elif reader == "trap":
        rest = args[:1] if len(args) > 1 and args[0].text not in ("-", "--", "-p") else ()
    elif reader in _SCRIPT_OPTIONS:
        options = [at for at, word in enumerate(args) if word.text in _SCRIPT_OPTIONS[reader]]
        rest = args[options[0] + 1 :][:1] if options else ()
        reader = "sh -c"
    if rest:
        yield reader, rest[0].start, rest[-1].end
    else:
        inline, operands = _shell(command)
        if inline and operands:
            yield "sh -c", operands[0].start, operands[0].end
        elif command.name in SHELLS and not operands and command.redirects:
            last = command.redirects[-1]
            if last.operator == "<<<":
                yield "sh -c", last.target.start, last.target.end


def reads_commands(command: Command) -> bool:
    """Say whether it is a shell that takes its commands from standard input."""
    if command.name == "ssh":
        rest = _remote(command.args)
        return not rest or bool(_SHELL.search(" ".join(word.text for word in rest)))
    if command.name == "su":
        return not any(word.text in _SCRIPT_OPTIONS["su"] for word in command.args)
    inline, operands = _shell(command)
    return not inline and operands is not None and not operands


def _remote(args: Sequence[Word]) -> Sequence[Word]:
    at = 0
    while at < len(args) and args[at].text.startswith("-"):
        at += 2 if takes_next(args[at].text, _SSH_OPTIONS) else 1
    return args[at + 1 :]


def _shell(command: Command) -> tuple[bool, Sequence[Word] | None]:
    """Find a shell among the words: is there a `-c`, and what is behind its options."""
    words = command.words if command.name not in _PRINTERS else ()
    for at, word in enumerate(words):
        if "sh" in word.raw and base_name(word) in SHELLS:
            return _operands(words[at + 1 :])
    return False, None


def _operands(args: Sequence[Word]) -> tuple[bool, Sequence[Word]]:
    at, inline = 0, False
    while at < len(args):
        text = args[at].text
        if text in ("-", "--") or not text.startswith(("-", "+")):
            at += text in ("-", "--")
            break
        at += 1
        if text in ("--rcfile", "--init-file"):
            at += 1
        elif not text.startswith("--"):
            inline = inline or "c" in text
            if "s" in text:
                return False, ()
            at += "o" in text or "O" in text
    return inline, args[at:]
