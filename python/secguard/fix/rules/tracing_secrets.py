"""Leaves the trace of commands out."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.script import Script
from secguard.fix.edit import Fix
from secguard.fix.places import Task, script_fix
from secguard.shell import Option


def tracing_secrets(task: Task) -> Iterator[Fix]:
    """Take `-x` out of `set -x` and `bash -x`; unsafe, since somebody may read the trace."""
    for script in task.config.scripts:
        if script.shell is None or not task.reported(script.text.node):
            continue
        changes = [
            _change(script, option)
            for option in script.shell.set_options()
            if option.name == "xtrace"
            and option.on
            and task.points_into(script.text.at(option.command.start, option.command.end))
        ]
        title = "leaves '-x' out"
        fix = script_fix("tracing-secrets", title, script, task.tree, changes, safe=False)
        if fix is not None:
            yield fix


def _change(script: Script, option: Option) -> tuple[int, int, str]:
    """Take out the letter, the word, or all of a command that does nothing else."""
    command, text = option.command, script.text.text
    index = next(n for n, word in enumerate(command.words) if word.end > option.start)
    first = last = command.words[index]
    kept = first.text.replace("x", "", 1)
    if last.text == "xtrace":
        first = command.words[index - 1]
        kept = first.text[:-1]
    if kept != "-":
        return first.start, last.end, kept
    if command.name != "set" or len(command.args) > 1 + (first is not last):
        return len(text[: first.start].rstrip(" \t")), last.end, ""
    line = text.rfind("\n", 0, command.start) + 1
    end = text.find("\n", command.end)
    alone = end >= 0 and not (text[line : command.start] + text[command.end : end]).strip()
    # NOTE: the commands of an `if` or a loop cannot be none.
    if alone and command.block.kind == "script" and len(command.block.pipelines) > 1:
        return line, end + 1, ""
    return command.start, command.end, ":"
