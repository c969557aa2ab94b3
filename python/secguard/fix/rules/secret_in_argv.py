"""Hands passwords to `docker login` and its kin on standard input."""

from __future__ import annotations

from typing import Iterator

from secguard.fix.edit import Fix
from secguard.fix.places import Task, script_fix
from secguard.fix.shell_text import read_again
from secguard.shell import Command, Word

_PROGRAMS = frozenset("buildah docker finch nerdctl podman skopeo".split())


def secret_in_argv(task: Task) -> Iterator[Fix]:
    """Write `printf '%s' "$PASSWORD" | docker login … --password-stdin`."""
    for script in task.config.scripts:
        if script.shell is None or not task.reported(script.text.node):
            continue
        found = [
            (one.name, _changes(one))
            for one in script.shell.commands()
            if task.points_into(script.text.at(one.start, one.end))
        ]
        changes = [change for _, changes in found for change in changes]
        names = sorted({name for name, changes in found if changes})
        title = f"gives the password to '{' and '.join(names)} login' on standard input"
        fix = script_fix("secret-in-argv", title, script, task.tree, changes, safe=True)
        if fix is not None:
            yield fix


def _changes(command: Command) -> list[tuple[int, int, str]]:
    args = command.args
    if command.name not in _PROGRAMS or not args or args[0].text != "login":
        return []
    reads = any(redirect.operator.startswith("<") for redirect in command.redirects)
    if command.index or reads or read_again(command.block):
        return []
    given = [found for found in map(_password, args, (*args[1:], None)) if found]
    user = any(word.text.startswith(("-u", "--username")) for word in args)
    if len(given) != 1 or not user:
        return []
    start, end, value = given[0]
    said = _quoted(value) if value else ""
    if not said:
        return []
    first = command.words[0].start if not command.assignments else command.start
    return [(first, first, f"printf '%s' {said} | "), (start, end, "--password-stdin")]


def _password(word: Word, following: Word | None) -> tuple[int, int, str] | None:
    raw = word.raw
    if raw in ("-p", "--password") and following is not None:
        return word.start, following.end, following.raw
    for option in ("--password=", "-p=", "-p"):
        if raw.startswith(option) and not raw.startswith("--password-stdin"):
            return word.start, word.end, raw[len(option) :]
    return None


def _quoted(raw: str) -> str:
    """Make one word of a value; empty where that would take reading its quotes."""
    if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "\"'" and raw[0] not in raw[1:-1]:
        return raw
    return "" if set(raw) & set("\"'\\`") or not raw else f'"{raw}"'
