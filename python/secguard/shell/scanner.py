"""Reads words: quotes, escapes and everything that begins with `$`."""

from __future__ import annotations

import re
from typing import Pattern

from secguard.shell.commands import Block
from secguard.shell.cursor import Cursor, Fault
from secguard.shell.words import (
    HOLES,
    Arithmetic,
    Array,
    Literal,
    Part,
    Process,
    Substitution,
    Variable,
    Word,
)

_PASTED = r"<<[#/^]?\s*(?:(?:parameters|pipeline|matrix)\.[\w.-]+|include\([^()\n]*\))\s*>>"
_NAME = rf"(?:[A-Za-z_{HOLES}]|{_PASTED})(?:[A-Za-z0-9_{HOLES}]|{_PASTED})*"

PASTED = re.compile(_PASTED)
"""A value for CircleCI to paste that was not resolved: part of a word, not `<<`."""
BARE = re.compile(r"[^ \t\r\n\0'\"\\$`;&|<>()]+")
"""Ordinary characters of a word."""
TEST = re.compile(r"[^ \t\r\n\0'\"\\$`]+")
"""Ordinary characters of a word in `[[ … ]]`."""

_ENDS = {BARE: frozenset(" \t\r\n;&|)"), TEST: frozenset(" \t\r\n")}
_DOUBLE = re.compile(r"[^\"\\$`\0]+")
_BODY = re.compile(r"[^\\$`\0]+")
_OPERAND = re.compile(r"[^}'\"\\$`\0]+")
_OPERAND_QUOTED = re.compile(r"[^}\"\\$`\0]+")
_SUBSCRIPT = re.compile(r"[^\]'\"\\$`\0]+")

_PARAMETER = re.compile(rf"\$({_NAME}|[0-9@*#?$!-])")
_BRACED = re.compile(rf"\$\{{([!#](?=[A-Za-z0-9_@*?$!#<{HOLES}-]))?({_NAME}|[0-9]+|[@*#?$!-])?")
_OPERATOR = re.compile(r":[-=?+]|[-=?+:@*]|##?|%%?|//?|\^\^?|,,?")
_ANSI = re.compile(r"\$'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL)
_ANSI_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL
)
_ANSI_CHARS = dict(zip("abeEfnrtv\\'\"?", "\a\b\x1b\x1b\f\n\r\t\v\\'\"?"))
_BACKQUOTED = re.compile(r"`[^`\\]*(?:\\.[^`\\]*)*`", re.DOTALL)
_PAREN = re.compile(r"\\.|'[^']*'|\"[^\"]*\"|[()]", re.DOTALL)
_ARRAY_NAME = re.compile(rf"[A-Za-z_{HOLES}][\w{HOLES}]*\+?=", re.ASCII)
_PATTERN_LIST = re.compile(r"\([^()'\"$`\n]*\)")


class Scanner(Cursor):
    """A cursor that can read the word it stands before."""

    def commands(self, block: Block, closer: str) -> None:
        """Read commands into the block, up to and over the closing word."""
        raise NotImplementedError

    def gap(self) -> None:
        """Step over everything between two words that may stand on different lines."""
        raise NotImplementedError

    def word(self, run: Pattern[str] = BARE) -> Word:
        """Read the word here; empty, without moving, where there is none."""
        self.step()
        start = self.pos
        match = run.match(self.text, start, self.end)
        if match:
            end = match.end()
            if end == self.end or self.text[end] in _ENDS[run]:
                self.pos = end
                return Word(self.source, start, end, (Literal(start, end, match.group(), ""),))
        parts = self._pieces(run, "")
        while self._special(start, parts):
            parts += self._pieces(run, "")
        end = start + len(self.text[start : self.pos].rstrip("\0"))
        end = max(end, parts[-1].end) if parts else end
        return Word(self.source, start, end, tuple(parts))

    def body(self, start: int, end: int) -> tuple[Part, ...]:
        """Read a range in which only expansions count, such as a here-document."""
        outer, self.pos, self.end = self.end, start, end
        try:
            return tuple(self._pieces(_BODY, '"'))
        finally:
            self.end = outer

    def arithmetic_end(self, start: int) -> int:
        """Find the `))` that matches the `((` before `start`; negative where there is none."""
        level = 0
        for match in _PAREN.finditer(self.text, start, self.end):
            self.step()
            if match.group() == "(":
                level += 1
            elif match.group() == ")":
                if level == 0:
                    return match.start() if self.text.startswith("))", match.start()) else -1
                level -= 1
        self.step((self.end - start) // 100)  # so that a script can't ask for this over and over
        return -1

    def _pieces(self, run: Pattern[str], quote: str, closer: str = "") -> list[Part]:
        parts: list[Part] = []
        text = self.text
        while self.pos < self.end:
            self.step()
            match = run.match(text, self.pos, self.end)
            if match:
                parts.append(Literal(self.pos, match.end(), match.group(), quote))
                self.pos = match.end()
                continue
            char = text[self.pos]
            if char in "$`":
                parts += self._expansion(quote)
            elif char == "\\":
                parts += self._escape(quote, closer)
            elif char == "\0":
                self.pos += 1
            elif char == closer:
                break
            elif char == "'":
                parts.append(self._single())
            elif char == '"':
                parts += self._double()
            else:
                break
        return parts

    def _close(self, start: int, closer: str) -> None:
        if self.pos >= self.end or self.text[self.pos] != closer:
            raise Fault(start, f"no closing {closer}")
        self.pos += 1

    def _escape(self, quote: str, closer: str) -> list[Part]:
        if self.continuation():
            return []
        start = self.pos
        self.pos = min(start + 2, self.end)
        char = self.text[start + 1 : self.pos]
        if quote and char not in ('$`\\"' + closer if closer else "$`\\"):
            self.pos = start + 1
            return [Literal(start, self.pos, "\\", quote)]
        return [Literal(start, self.pos, char or "\\", quote or "\\")]

    def _single(self) -> Literal:
        start = self.pos
        end = self.text.find("'", start + 1, self.end)
        if end < 0:
            raise Fault(start, "no closing '")
        self.pos = end + 1
        return Literal(start + 1, end, self.text[start + 1 : end].replace("\0", ""), "'")

    def _double(self) -> list[Part]:
        start = self.pos
        self.pos += 1
        parts = self._pieces(_DOUBLE, '"', '"')
        self._close(start, '"')
        return parts or [Literal(start + 1, start + 1, "", '"')]

    def _special(self, start: int, parts: list[Part]) -> bool:
        at, text = self.pos, self.text
        if at >= self.end or text[at] not in "<>(":
            return False
        if text[at] != "(":
            plain = PASTED.match(text, at, self.end)
            if not plain and text.startswith("(", at + 1, self.end):
                parts.append(self._process(text[at]))
                return True
        elif at > start and _ARRAY_NAME.fullmatch(text, start, at):
            parts.append(self._array())
            return True
        else:
            listed = at > start and text[at - 1] in "?*+@!"
            plain = _PATTERN_LIST.match(text, at, self.end) if listed else None
        if plain:
            self.pos = plain.end()
            parts.append(Literal(at, self.pos, plain.group(), ""))
        return plain is not None

    def _array(self) -> Array:
        start = self.pos
        self.pos += 1
        self.deeper()
        words = []
        self.gap()
        while self.pos < self.end and self.text[self.pos] != ")":
            words.append(self.word())
            if words[-1].start == self.pos:
                break
            self.gap()
        self._close(start, ")")
        self.depth -= 1
        return Array(start, self.pos, tuple(words))

    def _process(self, direction: str) -> Process:
        start = self.pos
        block = self._inside("process substitution", captured=direction == "<")
        return Process(start, self.pos, block, direction)

    def _inside(self, kind: str, captured: bool) -> Block:
        block = Block(kind, self.pos, self.block)
        block.captured = captured
        self.block.nested.append(block)
        self.pos += 2
        self.commands(block, ")")
        return block

    def _expansion(self, quote: str) -> list[Part]:
        start, text, quoted = self.pos, self.text, quote != ""
        known = self.known.get(start)
        if known and known.end <= self.end:
            self.pos = known.end
            return [known]
        if text[start] == "`":
            return [self._backquoted(quoted)]
        match = _PARAMETER.match(text, start, self.end)
        if match:
            self.pos = match.end()
            return [Variable(start, self.pos, match.group(1), quoted)]
        following = text[start + 1 : min(start + 3, self.end)]
        if following.startswith("{"):
            return [self._braced(quote)]
        close = self.arithmetic_end(start + 3) if following == "((" else -1
        if close >= 0:
            parts = self.body(start + 3, close)
            self.pos = close + 2
            return [Arithmetic(start, self.pos, parts, quoted)]
        if following.startswith("("):
            block = self._inside("substitution", captured=True)
            self.known[start] = Substitution(start, self.pos, block, quoted)
            return [self.known[start]]
        if following.startswith("'") and not quote:
            match = _ANSI.match(text, start, self.end)
            if not match:
                raise Fault(start, "no closing '")
            self.pos = match.end()
            decoded = _ANSI_ESCAPE.sub(_decoded, match.group(1))
            return [Literal(start + 2, self.pos - 1, decoded, "$'")]
        self.pos += 1
        if following.startswith('"') and not quote:
            return self._double()
        return [Literal(start, self.pos, "$", quote)]

    def _backquoted(self, quoted: bool) -> Part:
        start = self.pos
        match = _BACKQUOTED.match(self.text, start, self.end)
        if not match:
            raise Fault(start, "no closing `")
        block = Block("substitution", start, self.block)
        block.captured = True
        self.read_later(block, start + 1, match.end() - 1, '`"' if quoted else "`")
        self.pos = match.end()
        self.known[start] = Substitution(start, self.pos, block, quoted)
        return self.known[start]

    def _braced(self, quote: str) -> Variable:
        start = self.pos
        match = _BRACED.match(self.text, start, self.end)
        prefix, name = match.groups() if match else ("", "")
        self.pos = match.end() if match else start + 2
        self.deeper()
        if name and self.text.startswith("[", self.pos):
            opened = self.pos
            self.pos += 1
            self._pieces(_SUBSCRIPT, quote, "]")
            self._close(opened, "]")
        match = _OPERATOR.match(self.text, self.pos, self.end)
        operator = match.group() if match else ""
        self.pos += len(operator)
        begin = self.pos
        run = _OPERAND_QUOTED if quote and operator.lstrip(":") in tuple("-=?+") else _OPERAND
        parts = self._pieces(run, quote, "}")
        argument = Word(self.source, begin, self.pos, tuple(parts)) if self.pos > begin else None
        self._close(start, "}")
        self.depth -= 1
        return Variable(
            start,
            self.pos,
            name or "",
            quote != "",
            operator,
            argument,
            length=prefix == "#",
            indirect=prefix == "!",
        )


def _decoded(escape: re.Match[str]) -> str:
    code, wide, octal, char = escape.groups()
    if char:
        return _ANSI_CHARS.get(char, escape.group())
    return chr(int(octal, 8) if octal else int(code or wide, 16))
