"""Finds for each character of a YAML scalar's value the offset in the file that it came from."""

from __future__ import annotations

_BREAKS = "\r\n\x85\u2028\u2029"
_BLANKS = _BREAKS + " \t"
_ESCAPES = {"x": 2, "u": 4, "U": 8}


def align(text: str, start: int, end: int, value: str, style: str) -> tuple[int, ...]:
    """Give an offset into `text` for each character of `value`; empty where they do not match.

    `start` and `end` are the scalar's range in `text`, with quotes or block indicator.
    """
    if style == "" and text[start:end] == value:
        return tuple(range(start, end))
    if style in ("|", ">"):
        return _block(text, start, end, value)
    return _flow(text, start + (style != ""), end - (style != ""), value, style)


def width(text: str, at: int, style: str) -> int:
    """Give the number of characters in `text` that write the one that is found at an offset."""
    if style == '"' and text[at] == "\\":
        return 2 + _ESCAPES.get(text[at + 1 : at + 2], 0)
    return 2 if text.startswith("\r\n", at) or (style == "'" and text.startswith("''", at)) else 1


def _block(text: str, start: int, end: int, value: str) -> tuple[int, ...]:
    at = text.find("\n", start, end)
    if at < 0:
        return (end,) * len(value)
    at += 1
    end = _to_break(text, end, len(text))  # white space at the end of the last line counts
    indent = _indent(text, at, end, value)
    offsets: list[int] = []
    fresh = True
    for char in value:
        if fresh:
            at = _skip(text, at, indent)
            fresh = False
        if char == "\n":
            at = _to_break(text, at, end)
            offsets.append(min(at, end))
            at += 2 if text.startswith("\r\n", at) else 1
            fresh = True
        elif at < end and text[at] == char:
            offsets.append(at)
            at += 1
        elif char == " " and at < end and text[at] in _BREAKS:
            offsets.append(at)  # a folded line end
            at += 2 if text.startswith("\r\n", at) else 1
            fresh = True
        else:
            while at < end and text[at] in _BREAKS:  # blank lines that folding took away
                at = _skip(text, at + 1, indent)
            if at >= end or text[at] != char:
                return ()
            offsets.append(at)
            at += 1
    return tuple(offsets)


def _indent(text: str, at: int, end: int, value: str) -> int:
    row = next((row for row in value.split("\n") if row.strip(" ")), "")
    while at < end:
        line_end = _to_break(text, at, end)
        line = text[at:line_end]
        if line.strip(" "):
            return max(0, (len(line) - len(line.lstrip(" "))) - (len(row) - len(row.lstrip(" "))))
        at = line_end + 1
    return 0


def _skip(text: str, at: int, indent: int) -> int:
    stop = at + indent
    while at < stop and text.startswith(" ", at):
        at += 1
    return at


def _to_break(text: str, at: int, end: int) -> int:
    while at < end and text[at] not in _BREAKS:
        at += 1
    return at


def _flow(text: str, at: int, end: int, value: str, style: str) -> tuple[int, ...]:
    offsets: list[int] = []
    for char in value:
        if style == '"':
            at = _continued(text, at, end)
        if char in " \n" and at < end and text[at] in _BREAKS:
            offsets.append(at)
            at += 2 if text.startswith("\r\n", at) else 1
            continue
        start = at
        while at < end and text[at] != char and text[at] in _BLANKS:
            at = at + 1 if style != '"' else _continued(text, at + 1, end)
        if at < end and text[at] == "\\" and style == '"':
            offsets.append(at)
            at += width(text, at, style)
        elif at < end and text[at] == char:
            offsets.append(at)
            at += width(text, at, style)
        elif char in " \n" and offsets:
            offsets.append(min(start, end - 1))  # a folded line end with blanks before it
        else:
            return ()
    return tuple(offsets)


def _continued(text: str, at: int, end: int) -> int:
    while at + 1 < end and text[at] == "\\" and text[at + 1] in "\r\n":
        at += 3 if text.startswith("\\\r\n", at) else 2
        while at < end and text[at] in " \t":
            at += 1
    return at
