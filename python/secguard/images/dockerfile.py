"""Finds the images that a Dockerfile takes from elsewhere."""

from __future__ import annotations

import re
from typing import Iterator, Mapping, NamedTuple

from secguard.circleci.values import HOLE
from secguard.finding import Location
from secguard.images.use import Site, Use, use
from secguard.source.text import ReadError, TextFile

MAX_LINES = 20_000
MAX_NESTING = 4
MAX_WORD = 1_100
"""Characters of a name with all that is put into it; no reference is as long."""

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(.+?)\s*")
_HEREDOC = re.compile(
    r"\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|(?<!\S)\d*<<(-?)([\"']?)([A-Za-z_]\w*)\2(?!\S)", re.ASCII
)
"""A word of its own, outside of quotes: else whatever follows could be hidden behind it."""
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s\"']+(?:\"[^\"]*\"[^\s\"']*)*")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FLAG = re.compile(r"--([a-z]+)=(\S+)")
_VARIABLE = re.compile(
    r"\\\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?]|##?|%%?|//?)([^{}]*))?\})", re.ASCII
)
_ARGUMENT = re.compile(r"([A-Za-z_]\w*)(?:=(.*))?", re.ASCII)


class _Instruction(NamedTuple):
    name: str
    text: str
    offsets: list[int]
    """For each character of the text, its place in the file."""


def uses_of(file: TextFile) -> Iterator[Use]:
    """Yield the images of a Dockerfile in its order: bases, sources of copies, mounts, syntax.

    Raise ReadError for one that is too long: what is left out would pass unseen.
    """
    escape, syntax = _directives(file)
    if syntax is not None:
        yield _use("syntax", file, *syntax)
    stages: set[str] = set()
    defaults: dict[str, str] = {}
    count = 0
    for made in _instructions(file, escape):
        made = _triggered(made)
        if made.name == "ARG" and not count:
            _declare(made.text, defaults)
        elif made.name == "FROM":
            yield from _base(file, made, stages, defaults)
            count += 1
            stages.add(str(count - 1))
        elif made.name in ("COPY", "ADD"):
            for flag, value, at in _flags(made):
                if flag == "from" and value.lower() not in stages:
                    yield _placed("copy", file, made, at, value, defaults)
        elif made.name == "RUN":
            yield from _mounts(file, made, stages, defaults)


def _directives(file: TextFile) -> tuple[str, tuple[int, str] | None]:
    """Read the comments at the top that are more than comments."""
    escape, syntax, at = "\\", None, 0
    for line in _LINE.findall(file.text)[:20]:
        found = _DIRECTIVE.fullmatch(line.strip())
        if found is None:
            break
        if found[1].lower() == "escape" and found[2] in ("`", "\\"):
            escape = found[2]
        elif found[1].lower() == "syntax":
            syntax = (at + line.index(found[2]), found[2])
        at += len(line)
    return escape, syntax


def _instructions(file: TextFile, escape: str) -> Iterator[_Instruction]:
    lines = _LINE.findall(file.text)
    if len(lines) > MAX_LINES:
        raise ReadError(Location(file.uri), f"the file has more than {MAX_LINES} lines")
    at, index = 0, 0
    while index < len(lines):
        text = ""
        offsets: list[int] = []
        while index < len(lines):
            line, start = lines[index], at
            index, at = index + 1, at + len(line)
            stripped = line.strip()
            if stripped.startswith("#") or (not stripped and text):
                continue  # NOTE: comments and empty lines do not end an instruction
            body = line.rstrip()
            more = body.endswith(escape)
            body = body[:-1] if more else body
            text += body + " "
            offsets += range(start, start + len(body) + 1)
            if not more:
                break
        name = text.split(None, 1)[0].upper() if text.strip() else ""
        if name in ("RUN", "COPY", "ADD"):
            for dash, _, mark in _HEREDOC.findall(text):
                while mark and index < len(lines):
                    row = lines[index].rstrip("\r\n")
                    index, at = index + 1, at + len(lines[index])
                    if (row.lstrip("\t") if dash else row) == mark:
                        break
        if name:
            yield _Instruction(name, text, offsets)


def _triggered(made: _Instruction) -> _Instruction:
    """Look at what `ONBUILD` announces."""
    if made.name != "ONBUILD":
        return made
    words = made.text.split(None, 2)
    if len(words) < 2:
        return made
    cut = made.text.index(words[1], made.text.index(words[0]) + len(words[0]))
    return _Instruction(words[1].upper(), made.text[cut:], made.offsets[cut:])


def _declare(text: str, defaults: dict[str, str]) -> None:
    for word in text.split()[1:]:
        found = _ARGUMENT.fullmatch(word)
        if found and found[2] is not None:
            defaults[found[1]] = _filled(found[2].strip("\"'"), defaults)


def _base(
    file: TextFile, made: _Instruction, stages: set[str], defaults: Mapping[str, str]
) -> Iterator[Use]:
    words = [one for one in _WORD.finditer(made.text) if not one[0].startswith("--")][1:]
    if words:
        name = words[0][0]
        if not _is_stage(_filled(name, defaults).lower(), stages):
            yield _placed("from", file, made, words[0].start(), name, defaults)
    if len(words) > 2 and words[1][0].upper() == "AS":
        stages.add(words[2][0].lower())


def _is_stage(name: str, stages: set[str]) -> bool:
    """Say whether a name means a stage, or with what is open in it can only mean one."""
    start, hole, _ = name.partition(HOLE)
    if hole and start:
        return any(stage.startswith(start) for stage in stages)
    return name in stages or name == "scratch"


def _mounts(
    file: TextFile, made: _Instruction, stages: set[str], defaults: Mapping[str, str]
) -> Iterator[Use]:
    for flag, value, at in _flags(made):
        if flag != "mount":
            continue
        for part in value.split(","):
            key, _, source = part.partition("=")
            if key == "from" and source and source.lower() not in stages:
                start = at + len(key) + 1
                yield _placed("mount", file, made, start, source, defaults)
            at += len(part) + 1


def _flags(made: _Instruction) -> Iterator[tuple[str, str, int]]:
    """Yield the flags before the first operand, with their values and where these begin."""
    for word in list(_WORD.finditer(made.text))[1:]:
        found = _FLAG.fullmatch(word[0])
        if found is None:
            if not word[0].startswith("--"):
                return
            continue
        yield found[1], found[2], word.start() + found.start(2)


def _placed(
    kind: str,
    file: TextFile,
    made: _Instruction,
    at: int,
    text: str,
    defaults: Mapping[str, str],
) -> Use:
    return _use(kind, file, made.offsets[at], text, defaults)


def _use(
    kind: str, file: TextFile, start: int, text: str, defaults: Mapping[str, str] | None = None
) -> Use:
    end = start + len(text)
    value = _filled(text.strip("\"'"), defaults or {})
    exact = file.text[start:end] == text == value
    return use(
        kind,
        value,
        Location(file.uri, file.span(start, end)),
        display=text if HOLE in value else value,
        site=Site(file, start, end) if exact else None,
        fixed="" if exact else "comes from a build argument",
    )


def _filled(text: str, defaults: Mapping[str, str]) -> str:
    """Put the defaults of build arguments in; `HOLE` stands for what has none, or is too long."""
    if len(text) > MAX_WORD:
        return HOLE

    def value(found: re.Match[str]) -> str:
        if found[0] == "\\$":
            return "$"
        name = found[1] or found[2]
        known = defaults.get(name)
        if found[3] in ("-", ":-"):
            return known or found[4]
        if found[3] in ("+", ":+"):
            return found[4] if known else ""
        cut = found[3] is not None and found[3][0] in "#%/"
        return HOLE if known is None or cut else known

    made = text
    for _ in range(MAX_NESTING):  # NOTE: of `${A:-${B}}` the inner one is seen first
        text, made = made, _VARIABLE.sub(value, made)
        # NOTE: an argument that names itself twice would double with each line.
        if made == text or len(made) > MAX_WORD:
            break
    return made if len(made) <= MAX_WORD else HOLE
