"""Removes comments whose rules find nothing."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Location
from secguard.fix.edit import Data, Edit, Fix, Path
from secguard.fix.places import Task
from secguard.suppress import Comment, comments


def suppression_invalid(task: Task) -> Iterator[Fix]:
    """Remove rules that find nothing, or the comment; unsafe in a script, which may print it."""
    idle: dict[Location, set[str]] = {}
    for finding in task.findings:
        if finding.subject:
            idle.setdefault(finding.where, set()).add(finding.subject)
    for comment in comments((task.config.root,)) if idle else ():
        rules = idle.get(comment.where, set())
        if rules:
            yield from _fix(task, comment, rules)


def _fix(task: Task, comment: Comment, idle: set[str]) -> Iterator[Fix]:
    span = comment.where.span
    parts = [node for (uri, _), node in task.tree.values.items() if uri == comment.where.uri]
    if span is None or not parts or comment.where.uri in task.tree.scripts:
        return
    file = parts[0].file
    start, end = file.offset(span.line, span.column), file.offset(span.line, span.end_column)
    kept = [rule for rule in comment.rules if rule not in idle]
    text = file.text[start:end]
    if kept:
        first, last = text.index("[") + 1, text.index("]")
        edit = Edit(start + first, start + last, ", ".join(kept))
    else:
        edit = _whole(file.text, start, end)
    sets: tuple[tuple[Path, Data], ...] = ()
    for node in parts:
        if node.is_scalar and node.start <= start < node.end:
            inside = node.value_range(edit.start, edit.end)
            if inside is None:
                return
            value = node.value[: inside[0]] + edit.text + node.value[inside[1] :]
            sets = ((node.path, value),)
    what = f"removes 'ignore[{', '.join(sorted(idle))}]'"
    yield Fix("suppression-invalid", what, comment.where, file, (edit,), sets, not sets)


def _whole(text: str, start: int, end: int) -> Edit:
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():
        return Edit(line + len(text[line:start].rstrip()), end, "")
    following = text.find("\n", end)
    return Edit(line, following + 1 if following >= 0 else len(text), "")
