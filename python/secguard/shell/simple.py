"""Reads simple commands: words, assignments, redirections and here-documents."""

from __future__ import annotations

import re
from typing import Pattern

from secguard.shell.commands import Block, Command, Pipeline
from secguard.shell.cursor import Fault
from secguard.shell.names import resolve
from secguard.shell.nested import reads_commands, scripts_in
from secguard.shell.redirects import Redirect
from secguard.shell.scanner import BARE, PASTED, TEST, Scanner
from secguard.shell.words import Assignment, Literal, Part, Word, assignment

END = r"(?=[ \t\r\n\0;&|()<>]|\Z)"
"""What follows a word of the grammar, such as `done`."""
PARENS = re.compile(r"\([ \t]*\)")
"""What makes a word the name of a new function."""

_COMMAND_COST = 4
_MAX_EXECS = 50
_REDIRECT = re.compile(
    r"([0-9]+|\{[A-Za-z_]\w*\})?(&>>|&>|<<<|<<-|<<|<&|<>|<(?!\()|>>|>\||>&|>(?!\())", re.ASCII
)
_REDIRECT_FIRST = frozenset("0123456789<>&{")
_STOPS = frozenset("\n;|)(")
_TEST_END = re.compile(rf"\]\]{END}")


class SimpleReader(Scanner):
    """A scanner that can read the simple command it stands before."""

    def __init__(self, source: str) -> None:
        """Start before the first character."""
        super().__init__(source)
        self.awaited: list[tuple[int, Word, bool]] = []
        """The here-documents that begin on the next line: operator, last line, `<<-`."""
        self._bodies: dict[int, Word] = {}
        self._readers: dict[int, Command] = {}

    def function(self, line: Pipeline, start: int, name: str) -> None:
        """Read the body of a function."""
        raise NotImplementedError

    def simple(self, line: Pipeline) -> None:
        """Read a simple command, or a function that begins with its name."""
        start = finish = self.pos
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self.blanks()
            pos = self.pos
            char = self.text[pos] if pos < self.end else "\n"
            if char in _STOPS:
                break
            redirect = self.redirect() if char in _REDIRECT_FIRST else None
            if redirect:
                redirects.append(redirect)
                finish = redirect.end
            elif char == "&":
                break
            else:
                word = self.some_word()
                found = None if words else assignment(word)
                if found:
                    assignments.append(found)
                else:
                    words.append(word)
                    if len(words) == 1 and word.raw == "[[":
                        self._test(words)
                finish = words[-1].end if words else word.end
        if char == "(":
            parens = PARENS.match(self.text, pos, self.end)
            if parens and len(words) == 1 and not assignments and not redirects:
                self.pos = parens.end()
                return self.function(line, start, words[0].text)
            self.error(pos, "( in a command")
        if finish == start:
            raise Fault(start, "a command is missing")
        self.command(line, start, finish, words, assignments, redirects)
        return None

    def command(
        self,
        line: Pipeline,
        start: int,
        end: int,
        words: list[Word],
        assignments: list[Assignment] | None = None,
        redirects: list[Redirect] | None = None,
    ) -> None:
        """Add a command to the pipeline, and plan to read what it hands to another shell."""
        self.step(_COMMAND_COST)
        name, at = resolve(words)
        command = Command(
            self.source,
            start,
            end,
            tuple(assignments or ()),
            tuple(words),
            tuple(redirects or ()),
            name,
            at,
            line,
            len(line.members),
        )
        line.members.append(command)
        if name == "exec" and redirects and len(line.block.execs) < _MAX_EXECS:
            line.block.execs.append(command)
        for kind, begin, finish in scripts_in(command):
            self.read_later(_owned(kind, begin, command), begin, finish, "")
        if self.awaited and reads_commands(command):
            self._readers.update((redirect.start, command) for redirect in command.redirects)

    def connect(self, line: Pipeline) -> None:
        """See `cat <<EOF | bash` as a shell that reads the here-document."""
        if not self.awaited or len(line.members) < 2:
            return
        first, second = line.members[:2]
        if isinstance(first, Command) and isinstance(second, Command):
            if first.name == "cat" and reads_commands(second):
                self._readers.update((redirect.start, second) for redirect in first.redirects)

    def redirect(self) -> Redirect | None:
        """Read a redirection, if there is one."""
        start = self.pos
        match = _REDIRECT.match(self.text, start, self.end)
        if not match or PASTED.match(self.text, start, self.end):
            return None
        self.step()
        self.pos = match.end()
        self.blanks()
        target = self.some_word()
        fd, operator = match.groups()
        if operator in ("<<", "<<-"):
            self.awaited.append((start, target, operator == "<<-"))
        return Redirect(start, target.end, operator, fd or "", target, self._bodies)

    def gap(self) -> None:
        """Step over everything between two words that may stand on different lines."""
        self.blanks()
        while self.pos < self.end and self.text[self.pos] == "\n":
            self.pos += 1
            awaited, self.awaited = self.awaited, []
            for start, target, tabs in awaited:
                self._here_document(start, target, tabs)
            self.blanks()

    def some_word(self, run: Pattern[str] = BARE) -> Word:
        """Read a word where the grammar needs one."""
        word = self.word(run)
        if self.pos == word.start:
            raise Fault(self.pos, "a word is missing")
        return word

    def _test(self, words: list[Word]) -> None:
        while True:
            self.gap()
            if self.pos >= self.end:
                raise Fault(words[0].start, "no closing ]]")
            match = _TEST_END.match(self.text, self.pos, self.end)
            if match:
                parts = (Literal(self.pos, match.end(), "]]", ""),)
                words.append(Word(self.source, self.pos, match.end(), parts))
                self.pos = match.end()
                return
            words.append(self.some_word(TEST))

    def _here_document(self, start: int, target: Word, tabs: bool) -> None:
        begin = at = stop = self.pos
        while at < self.end:
            self.step()
            stop = self.text.find("\n", at, self.end)
            stop = self.end if stop < 0 else stop
            row = self.text[at:stop].rstrip("\r").replace("\0", "")
            if (row.lstrip("\t") if tabs else row) == target.text:
                break
            at = min(stop + 1, self.end)
        else:
            self.error(start, "no line ends the here-document")
        quoted = any(isinstance(part, Literal) and part.quoted for part in target.parts)
        parts: tuple[Part, ...] = (Literal(begin, at, self.text[begin:at].replace("\0", ""), "'"),)
        if not quoted:
            depth = self.depth
            try:
                parts = self.body(begin, at)
            except Fault:  # the shell finds this only when it expands the text
                self.depth = depth
        self._bodies[start] = Word(self.source, begin, at, parts)
        self.pos = min(stop + 1, self.end)
        reader = self._readers.pop(start, None)
        if reader:
            block = _owned("heredoc", begin, reader)
            self.read_later(block, begin, at, "'" if quoted else "<<")


def _owned(kind: str, start: int, owner: Command) -> Block:
    block = Block(kind, start, owner.block)
    block.owner = owner
    return block
