"""Reads commands: pipelines, lists, compound commands, functions, here-documents."""

from __future__ import annotations

import re
from typing import AbstractSet, Pattern

from secguard.shell.commands import Block, Command, Pipeline, Redirect
from secguard.shell.cursor import Fault, Stop
from secguard.shell.names import resolve
from secguard.shell.nested import reads_commands, scripts_in
from secguard.shell.scanner import BARE, PASTED, TEST, Scanner
from secguard.shell.words import Arithmetic, Assignment, Literal, Part, Word, assignment

_ROUNDS = 4
_MAX_EXECS = 50

_END = r"(?=[ \t\r\n\0;&|()<>]|\Z)"
_CLOSER = re.compile(rf";;&|;;|;&|[;&|)\n]|(?:then|do|done|fi|elif|else|esac|\}}){_END}")
_OPENER = re.compile(
    rf"(?:if|while|until|for|select|case|function|coproc|!|\{{){_END}|\(\(|\("
    rf"|time[ \t]+(?:-p[ \t]+)?(?=[({{]|(?:if|while|until|for|select|case){_END})"
)
_JOINER = re.compile(r"&&|\|\||\|&|\||;(?![;&])|&")
_REDIRECT = re.compile(
    r"([0-9]+|\{[A-Za-z_]\w*\})?(&>>|&>|<<<|<<-|<<|<&|<>|<(?!\()|>>|>\||>&|>(?!\())", re.ASCII
)
_REDIRECT_FIRST = frozenset("0123456789<>&{")
_STOPS = frozenset("\n;|)(")
_PARENS = re.compile(r"\([ \t]*\)")
_TEST_END = re.compile(rf"\]\]{_END}")
_KEYWORD = re.compile(rf"(?:in|do|\{{|esac){_END}")
_WHAT_FOLLOWS = {
    "{": {"}"},
    "(": {")"},
    "if": {"then"},
    "elif": {"then"},
    "then": {"elif", "else", "fi"},
    "else": {"fi"},
    "while": {"do"},
    "until": {"do"},
    "do": {"done"},
}
_CASE_MIDDLES = {";;", ";&", ";;&"}
_CASE_ENDS = {*_CASE_MIDDLES, "esac"}


class Parser(Scanner):
    """A scanner that puts the commands it reads into blocks."""

    def __init__(self, source: str) -> None:
        """Start before the first character."""
        super().__init__(source)
        self._parens = 0
        self._bodies: dict[int, Word] = {}
        self._awaited: list[tuple[int, Word, bool]] = []
        self._readers: dict[int, Command] = {}

    def run(self) -> None:
        """Read the whole text, then what other shells read of it."""
        self._list(frozenset())
        self.inner = True
        for _ in range(_ROUNDS):
            later, self.later = self.later, []
            if not later:
                return
            chars = list(self.text)
            for offset in self.erased:
                chars[offset] = "\0"
            self.text = "".join(chars)
            self.erased.clear()
            for block, start, end in later:
                self.block, self.pos, self.end = block, start, end
                self._awaited.clear()
                self._list(frozenset())
        if self.later:
            raise Stop(f"commands in strings more than {_ROUNDS} levels deep")

    def commands(self, block: Block, closer: str) -> None:
        """Read commands into the block, up to and over the closing word."""
        outer, self.block = self.block, block
        self.deeper()
        self._list({closer})
        block.end = self.pos
        self.block = outer
        self.depth -= 1

    def gap(self) -> None:
        """Step over everything between two words that may stand on different lines."""
        self.blanks()
        while self.pos < self.end and self.text[self.pos] == "\n":
            self._newline()
            self.blanks()

    def _list(self, closers: AbstractSet[str]) -> str:
        """Read pipelines up to and over one of the closing words; give that word.

        Give nothing at the end of the text, and stay before a `)` that closes an outer list.
        """
        block, end, depth, parens = self.block, self.end, self.depth, self._parens
        self._parens += ")" in closers
        before = closer = ""
        while True:
            self.gap()
            start = self.pos
            if start >= end:
                if closers:
                    self.error(start, f"no {' or '.join(sorted(closers))} before the end")
                break
            match = _CLOSER.match(self.text, start, end)
            if match:
                closer = match.group()
                if closer == ")" != next(iter(closers), "") and self._parens:
                    self.error(start, f"no {' or '.join(sorted(closers))} before )")
                    break
                self.pos = match.end()
                if closer in closers:
                    break
                self.error(start, f"{closer} without a beginning")
                closer = ""
                continue
            try:
                before = self._pipeline(before)
            except Fault as fault:
                self.block, self.end, self.depth, self._parens = block, end, depth, parens
                self._parens += ")" in closers
                self.error(fault.position, fault.message)
                stop = self.text.find("\n", fault.position, end)
                self.pos = end if stop < 0 else stop
                before = ""
        self._parens = parens
        return closer

    def _pipeline(self, before: str) -> str:
        line = Pipeline(self.block, before)
        self.block.pipelines.append(line)
        while True:
            self._member(line)
            self.blanks()
            match = _JOINER.match(self.text, self.pos, self.end)
            line.after = match.group() if match else ""
            if match:
                self.pos = match.end()
            if not line.after.startswith("|") or line.after == "||":
                break
            self.gap()
        self._pass_on(line)
        return line.after if line.after in ("&&", "||") else ""

    def _member(self, line: Pipeline) -> None:
        while True:
            match = _OPENER.match(self.text, self.pos, self.end)
            if not match:
                return self._simple(line)
            opener, start = match.group(), self.pos
            self.pos = match.end()
            if opener == "!":
                line.negated = not line.negated
            elif not opener.startswith("time"):
                break
            self.blanks()
        if opener == "function":
            self.blanks()
            name = self.word().text
            match = _PARENS.match(self.text, self.pos, self.end)
            self.pos = match.end() if match else self.pos
            return self._function(line, start, name)
        if opener == "((":
            if self._arithmetic(line, start):
                return None
            self.pos, opener = start + 1, "("
        block = self._enter(opener, line, start)
        if opener in ("for", "select"):
            self._for(block)
        elif opener == "case":
            self._case(block)
        elif opener == "coproc":
            block.captured = True
            self.blanks()
            self._pipeline("")
        else:
            self._sections(opener)
        self._leave(block)
        return None

    def _enter(self, kind: str, line: Pipeline, start: int) -> Block:
        block = Block(kind, start, self.block)
        block.pipeline, block.index = line, len(line.members)
        line.members.append(block)
        self.block = block
        self.deeper()
        return block

    def _leave(self, block: Block) -> None:
        redirects = []
        while True:
            block.end = self.pos
            self.blanks()
            redirect = self._redirect()
            if not redirect:
                break
            redirects.append(redirect)
        block.redirects = tuple(redirects)
        self.block = block.parent or block
        self.depth -= 1

    def _sections(self, opener: str) -> None:
        while opener in _WHAT_FOLLOWS:
            closer = self._list(_WHAT_FOLLOWS[opener])
            if closer not in _WHAT_FOLLOWS[opener]:
                return
            opener = closer

    def _function(self, line: Pipeline, start: int, name: str) -> None:
        block = self._enter("function", line, start)
        block.name = name
        self.gap()
        inner = Pipeline(block, "")
        block.pipelines.append(inner)
        self._member(inner)
        self._leave(block)

    def _arithmetic(self, line: Pipeline, start: int) -> bool:
        close = self.arithmetic_end(start + 2)
        if close < 0:
            return False
        parts = self.body(start + 2, close)
        self.pos = close + 2
        whole = Arithmetic(start, self.pos, parts, quoted=True)
        word = Word(self.source, start, self.pos, (whole,))
        self._command(line, start, self.pos, [], [word], [])
        return True

    def _for(self, block: Block) -> None:
        self.blanks()
        if self.text.startswith("((", self.pos, self.end):
            close = self.arithmetic_end(self.pos + 2)
            if close < 0:
                raise Fault(self.pos, "no closing ))")
            start = self.pos
            block.head.append(Word(self.source, start, close + 2, self.body(start + 2, close)))
            self.pos = close + 2
        else:
            block.name = self.word().text
            self.gap()
            if self._keyword("in"):
                self.blanks()
                while self.pos < self.end and self.text[self.pos] not in "\n;&|()":
                    block.head.append(self._progress())
                    self.blanks()
        self.blanks()
        self.pos += self.text.startswith(";", self.pos, self.end)
        self.gap()
        if self._keyword("do"):
            self._sections("do")
        elif self._keyword("{"):
            self._sections("{")
        else:
            raise Fault(self.pos, "no do")

    def _case(self, block: Block) -> None:
        self.blanks()
        block.head.append(self._progress())
        self.gap()
        if not self._keyword("in"):
            raise Fault(self.pos, "no in")
        while True:
            self.gap()
            if self._keyword("esac"):
                return
            self.pos += self.text.startswith("(", self.pos, self.end)
            while True:
                self.gap()
                block.head.append(self._progress())
                self.blanks()
                mark = self.text[self.pos : min(self.pos + 1, self.end)]
                if mark not in ("|", ")"):
                    raise Fault(self.pos, "no ) behind a pattern")
                self.pos += 1
                if mark == ")":
                    break
            if self._list(_CASE_ENDS) not in _CASE_MIDDLES:
                return

    def _keyword(self, word: str) -> bool:
        match = _KEYWORD.match(self.text, self.pos, self.end)
        if not match or match.group() != word:
            return False
        self.pos = match.end()
        return True

    def _progress(self, run: Pattern[str] = BARE) -> Word:
        word = self.word(run)
        if self.pos == word.start:
            raise Fault(self.pos, "a word is missing")
        return word

    def _simple(self, line: Pipeline) -> None:
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
            redirect = self._redirect() if char in _REDIRECT_FIRST else None
            if redirect:
                redirects.append(redirect)
            elif char == "&":
                break
            else:
                word = self._progress()
                found = None if words else assignment(word)
                if found:
                    assignments.append(found)
                else:
                    words.append(word)
                    if self.text.startswith("[[", pos) and self.pos == pos + 2 and len(words) == 1:
                        self._test(words)
            finish = self.pos
        if char == "(":
            parens = _PARENS.match(self.text, pos, self.end)
            if parens and len(words) == 1 and not assignments and not redirects:
                self.pos = parens.end()
                return self._function(line, start, words[0].text)
            self.error(pos, "( in a command")
        if finish == start:
            raise Fault(start, "a command is missing")
        self._command(line, start, finish, assignments, words, redirects)
        return None

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
            words.append(self._progress(TEST))

    def _command(
        self,
        line: Pipeline,
        start: int,
        end: int,
        assignments: list[Assignment],
        words: list[Word],
        redirects: list[Redirect],
    ) -> None:
        name, at = resolve(words)
        command = Command(
            self.source,
            start,
            end,
            tuple(assignments),
            tuple(words),
            tuple(redirects),
            name,
            at,
            line,
            len(line.members),
        )
        line.members.append(command)
        if name == "exec" and redirects and len(line.block.execs) < _MAX_EXECS:
            line.block.execs.append(command)
        for kind, begin, finish in scripts_in(command):
            self.read_later(self._owned(kind, begin, command), begin, finish, "")
        if self._awaited and reads_commands(command):
            self._readers.update((redirect.start, command) for redirect in redirects)

    def _owned(self, kind: str, start: int, owner: Command) -> Block:
        block = Block(kind, start, owner.block)
        block.owner = owner
        return block

    def _pass_on(self, line: Pipeline) -> None:
        """Connect `cat <<EOF | bash`."""
        if not self._awaited or len(line.members) < 2:
            return
        first, second = line.members[:2]
        if isinstance(first, Command) and isinstance(second, Command):
            if first.name == "cat" and reads_commands(second):
                self._readers.update((redirect.start, second) for redirect in first.redirects)

    def _redirect(self) -> Redirect | None:
        start = self.pos
        match = _REDIRECT.match(self.text, start, self.end)
        if not match or PASTED.match(self.text, start, self.end):
            return None
        self.pos = match.end()
        self.blanks()
        target = self._progress()
        fd, operator = match.groups()
        if operator in ("<<", "<<-"):
            self._awaited.append((start, target, operator == "<<-"))
        return Redirect(start, self.pos, operator, fd or "", target, self._bodies)

    def _newline(self) -> None:
        self.pos += 1
        awaited, self._awaited = self._awaited, []
        for start, target, tabs in awaited:
            self._here_document(start, target, tabs)

    def _here_document(self, start: int, target: Word, tabs: bool) -> None:
        begin = at = stop = self.pos
        delimiter = target.text
        while at < self.end:
            self.step()
            stop = self.text.find("\n", at, self.end)
            stop = self.end if stop < 0 else stop
            row = self.text[at:stop].rstrip("\r").replace("\0", "")
            if (row.lstrip("\t") if tabs else row) == delimiter:
                break
            at = min(stop + 1, self.end)
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
            block = self._owned("heredoc", begin, reader)
            self.read_later(block, begin, at, "'" if quoted else "<<")
