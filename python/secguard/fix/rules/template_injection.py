"""Hands a value to the step by its environment instead of pasting it into the command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.flow.taint import pastes
from secguard.circleci.script import Script
from secguard.circleci.template import Template, templates
from secguard.circleci.values import Control, Piece
from secguard.fix.edit import Data, Edit, Fix, Path
from secguard.fix.places import Task
from secguard.fix.shell_text import bare, reference
from secguard.fix.yaml_text import (
    INDENT,
    add_entry,
    block_entry,
    changed,
    column,
    flow_entry,
    indented,
    is_flow,
    keeps_lines,
    line_break,
    line_end,
    scalar_edits,
)
from secguard.source.node import Node

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_HARMLESS = re.compile(r"[\w@%+=:,./ -]*", re.ASCII)
_MOST = 50


@dataclass(frozen=True)
class _Use:
    """One template that goes, and what comes in its place."""

    start: int
    end: int
    text: str
    name: str
    value: str
    safe: bool


def template_injection(task: Task) -> Iterator[Fix]:
    """Move values into `environment`; unsafe where a value may have been meant as shell syntax."""
    by_text: dict[int, list[Script]] = {}
    for script in task.config.scripts:
        if script.shell is not None and task.reported(script.text.node):
            by_text.setdefault(id(script.text.node), []).append(script)
    for scripts in by_text.values():
        uses = _uses(task, scripts)
        for safe in (True, False):
            wanted = [use for use in uses if use.safe == safe]
            fix = _fix(task, scripts, wanted, safe) if wanted else None
            if fix is not None:
                yield fix


def _uses(task: Task, scripts: list[Script]) -> list[_Use]:
    node = scripts[0].text.node
    risky = {
        _start(script.text.pieces, paste.start)
        for script in scripts
        for paste in pastes(script.text, task.config.root)
    }
    names: dict[str, str] = {}
    found = []
    for template in list(templates(node.value))[:_MOST]:
        place = node.within(template.start, template.end)
        if template.start not in risky or (place.uri, place.span) not in task.spans:
            continue
        value = node.value[template.start : template.end]
        name = names.get(value) or _name(template, scripts, value, set(names.values()))
        seen = [(script, _pasted(script, template.start)) for script in scripts]
        written = {_written(script, pieces, name) for script, pieces in seen if pieces}
        texts = {one[:3] for one in written if one is not None}
        if len(texts) != 1 or None in written:
            continue
        ((before, after, text),) = texts
        names[value] = name
        # NOTE: without quotes a shell takes an empty value for nothing, and with them for a word.
        kept = before or text[0] != '"' or all(pieces for _, pieces in seen)
        safe = bool(kept) and all(one[3] for one in written if one is not None)
        start, end = template.start - before, template.end + after
        found.append(_Use(start, end, text, name, value, safe))
    return found


def _start(pieces: tuple[Piece, ...], offset: int) -> int:
    """Give the template, by its offset in the source, that brings what is at an offset."""
    at = 0
    for piece in pieces:
        if at <= offset < at + len(piece.text):
            return piece.uses[0].start if piece.uses else piece.start
        at += len(piece.text)
    return -1


def _pasted(script: Script, start: int) -> tuple[tuple[int, Piece], ...]:
    """Give what a template puts into a script, with offsets; nothing for an empty value."""
    found, at = [], 0
    for piece in script.text.pieces:
        begin = piece.uses[0].start if piece.uses else piece.start
        if begin == start and (piece.uses or piece.unknown is not None):
            found.append((at, piece))
        at += len(piece.text)
    return tuple(found)


def _written(
    script: Script, pieces: tuple[tuple[int, Piece], ...], name: str
) -> tuple[int, int, str, bool] | None:
    """Write the variable for a template, and say whether that means the same for any value.

    The numbers are those of the quotes before and behind the template that go with it.
    """
    start, end = pieces[0][0], pieces[-1][0] + len(pieces[-1][1].text)
    if script.shell is None or script.shell.incomplete:
        return None
    found = reference(script.shell, start, end, name)
    if found is None:
        return None
    first, last, text = found
    splits = bare(script.shell, start)
    literal = "'" in script.text.text[first:start] or text.startswith("'")
    safe = literal or all(_clear(piece, splits) for _, piece in pieces)
    return start - first, last - end, text, safe


def _clear(piece: Piece, splits: bool) -> bool:
    """Say whether a value is nothing that the shell was meant to read."""
    unknown = piece.unknown
    if unknown is not None and unknown.control is Control.REF:
        return True
    if unknown is not None and (unknown.default is None or not unknown.default.known):
        return False
    text = unknown.default.text if unknown is not None and unknown.default else piece.text
    return bool(_HARMLESS.fullmatch(text)) and not (splits and (not text or " " in text))


def _name(template: Template, scripts: list[Script], value: str, taken: set[str]) -> str:
    """Derive a name that neither the script nor its environment uses, or the one for the value."""
    body = template.body if template.kind == "reference" else "value"
    body = re.sub(r"^(pipeline\.)?parameters\.", "param.", body)
    base = re.sub(r"\W+", "_", body, flags=re.ASCII).upper()
    used = set(taken)
    for script in scripts:
        for entry in script.step.environment:
            if entry.value.node.value.strip() == value:
                return entry.name
        used.update(entry.name for entry in script.job.all_environment(script.step))
        used.update(_WORD.findall(script.text.text))
    names = (base if number == 1 else f"{base}_{number}" for number in range(1, len(used) + 2))
    return next(name for name in names if name not in used)


def _fix(task: Task, scripts: list[Script], uses: list[_Use], safe: bool) -> Fix | None:
    text, step = scripts[0].text.node, scripts[0].step
    body = step.node.get(step.kind)
    if body is None or any(script.step.node is not step.node for script in scripts):
        return None
    changes = [(use.start, use.end, use.text) for use in uses]
    command = changed(text.value, changes)
    flow = task.tree.in_flow(text)
    edits = scalar_edits(text, changes, flow or (body is text and is_flow(step.node)))
    values = {use.name: use.value for use in uses}
    if body is text:
        whole = (edits[0].start, edits[0].end) == (text.start, text.end)
        made = _short(step.node, text, values, command, whole)
    else:
        made = _long(body, text, values)
    if made is None:
        return None
    more, sets = made
    if body is not text:
        sets = ((text.path, command), *sets)
    names = " and ".join(f"${name}" for name in values)
    return Fix(
        "template-injection",
        f"hands the values over as {names}",
        text.within(uses[0].start, uses[0].end),
        text.file,
        (*edits, *more),
        sets,
        safe,
    )


def _short(
    step: Node, text: Node, values: dict[str, str], command: str, whole: bool
) -> tuple[tuple[Edit, ...], tuple[tuple[Path, Data], ...]] | None:
    """Write `run: …` out as a mapping."""
    key = step.pairs[0][0]
    colon = text.file.text.find(":", key.end) + 1
    if not key.end < colon <= text.start <= step.end:
        return None
    sets: tuple[tuple[Path, Data], ...] = (
        (text.path, {"command": command, "environment": dict(values)}),
    )
    if is_flow(step):
        after = f", {flow_entry('environment', values)}}}"
        return (Edit(text.start, text.start, "{command: "), Edit(text.end, text.end, after)), sets
    base = column(key) + INDENT
    lines = () if whole else indented(text, base)
    if lines is None:
        return None
    pad = line_break(text) + " " * base
    end = line_end(text, text.end)
    entry = block_entry(pad, "environment", values)
    if keeps_lines(text):
        sets = ((text.path, {"environment": dict(values), "command": command}),)
        return (Edit(colon, colon, f"{entry}{pad}command:"), *lines), sets
    return (Edit(colon, colon, f"{pad}command:"), *lines, Edit(end, end, entry)), sets


def _long(
    body: Node, text: Node, values: dict[str, str]
) -> tuple[tuple[Edit, ...], tuple[tuple[Path, Data], ...]] | None:
    """Add to the `environment` of a step that is a mapping, or give it one."""
    if not any(value is text for _, value in body.pairs):
        return None
    known = body.get("environment")
    if known is None:
        sets: tuple[tuple[Path, Data], ...] = (((*body.path, "environment"), dict(values)),)
        return (_after(body, text, values),), sets
    if known.path != (*body.path, "environment") or not known.is_map or not known.pairs:
        return None
    there = known.entries()
    new = {name: value for name, value in values.items() if name not in there}
    edits = [add_entry(known, name, value) for name, value in new.items()]
    return tuple(edits), tuple(((*known.path, name), value) for name, value in new.items())


def _after(body: Node, text: Node, values: dict[str, str]) -> Edit:
    if is_flow(body):
        return Edit(text.end, text.end, f", {flow_entry('environment', values)}")
    pad = line_break(text) + " " * column(body.pairs[0][0])
    entry = block_entry(pad, "environment", values)
    if keeps_lines(text):
        key = next(key for key, value in body.pairs if value is text)
        return Edit(key.start, key.start, f"{entry.lstrip()}{pad}")
    end = line_end(text, text.end)
    return Edit(end, end, entry)
