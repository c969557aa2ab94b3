"""Reads lists, pipelines, compound commands and functions."""

from __future__ import annotations

import re
from typing import AbstractSet

from secguard.shell.commands import Block, Pipeline
from secguard.shell.cursor import Fault, Stop
from secguard.shell.simple import END, PARENS, SimpleReader
from secguard.shell.words import Arithmetic, Word

_ROUNDS = 4

_CLOSER = re.compile(rf";;&|;;|;&|&(?!>)|[;|)\n]|(?:then|do|done|fi|elif|else|esac|\}}){END}")
_OPENER = re.compile(
    rf"(?:if|while|until|for|select|case|function|coproc|!|\{{){END}|\(\(|\("
    rf"|time[ \t]+(?:-p[ \t]+)?(?=[({{]|(?:if|while|until|for|select|case){END})"
)
_JOINER = re.compile(r"&&|\|\||\|&|\||;(?![;&])|&")
_KEYWORD = re.compile(rf"(?:in|do|\{{|esac){END}")
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


class Parser(SimpleReader):
    """A reader of simple commands that also knows how they are put together."""

    def __init__(self, source: str) -> None:
        """Start before the first character."""
        super().__init__(source)
        self._parens = 0  # how many lists that end with `)` are open

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
                self.awaited.clear()
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

    def function(self, line: Pipeline, start: int, name: str) -> None:
        """Read the body of a function."""
        block = self._enter("function", line, start)
        block.name = name
        self.gap()
        inner = Pipeline(block, "")
        block.pipelines.append(inner)
        self._member(inner)
        self._leave(block)

    def _list(self, closers: AbstractSet[str]) -> str:
        """Read pipelines up to and over one of the closing words; give that word.

        Give nothing at the end of the text, and stay before a `)` that closes an outer list.
        """
        block, end, depth, outer = self.block, self.end, self.depth, self._parens
        parens = outer + (")" in closers)
        before = closer = ""
        while closer not in closers:
            self._parens = parens
            self.gap()
            start = self.pos
            if start >= end:
                if closers:
                    self.error(start, f"no {' or '.join(sorted(closers))} before the end")
                break
            match = _CLOSER.match(self.text, start, end)
            if match:
                closer = match.group()
                if closer == ")" and parens and ")" not in closers:
                    self.error(start, f"no {' or '.join(sorted(closers))} before )")
                    break
                self.pos = match.end()
                if closer not in closers:
                    self.error(start, f"{closer} without a beginning")
                continue
            try:
                before = self._pipeline(before)
            except Fault as fault:
                self.block, self.end, self.depth, before = block, end, depth, ""
                self.error(fault.position, fault.message)
                stop = self.text.find("\n", fault.position, end)
                self.pos = end if stop < 0 else stop
        self._parens = outer
        return closer if closer in closers else ""

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
            if line.after not in ("|", "|&"):
                break
            self.gap()
        self.connect(line)
        return line.after if line.after in ("&&", "||") else ""

    def _member(self, line: Pipeline) -> None:
        while True:
            match = _OPENER.match(self.text, self.pos, self.end)
            if not match:
                return self.simple(line)
            opener, start = match.group(), self.pos
            self.pos = match.end()
            if opener == "!":
                line.negated = not line.negated
            elif not opener.startswith("time"):
                break
            self.blanks()
        if opener == "function":
            self.blanks()
            name = self.some_word().text
            self.blanks()
            match = PARENS.match(self.text, self.pos, self.end)
            self.pos = match.end() if match else self.pos
            return self.function(line, start, name)
        if opener == "((":
            word = self._arithmetic(start)
            if word:
                return self.command(line, start, self.pos, [word])
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
        return self._leave(block)

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
            redirect = self.redirect()
            if not redirect:
                break
            redirects.append(redirect)
        block.redirects = tuple(redirects)
        self.block = block.parent or block
        self.depth -= 1

    def _sections(self, opener: str) -> None:
        while opener in _WHAT_FOLLOWS:
            opener = self._list(_WHAT_FOLLOWS[opener])

    def _arithmetic(self, start: int) -> Word | None:
        close = self.arithmetic_end(start + 2)
        if close < 0:
            return None
        parts = self.body(start + 2, close)
        self.pos = close + 2
        whole = Arithmetic(start, self.pos, parts, quoted=True)
        return Word(self.source, start, self.pos, (whole,))

    def _for(self, block: Block) -> None:
        self.blanks()
        if self.text.startswith("((", self.pos, self.end):
            word = self._arithmetic(self.pos)
            if not word:
                raise Fault(self.pos, "no closing ))")
            block.head.append(word)
        else:
            block.name = self.some_word().text
            self.gap()
            if self._keyword("in"):
                self.blanks()
                while self.pos < self.end and self.text[self.pos] not in "\n;&|()":
                    block.head.append(self.some_word())
                    self.blanks()
        self.blanks()
        self.pos += self.text.startswith(";", self.pos, self.end)
        self.gap()
        if self._keyword("do"):
            self._sections("do")
        elif self._keyword("{"):
            self._sections("{")
        else:
            raise Fault(block.start, "no do")

    def _case(self, block: Block) -> None:
        self.blanks()
        block.head.append(self.some_word())
        self.gap()
        if not self._keyword("in"):
            raise Fault(block.start, "no in")
        self.gap()
        while not self._keyword("esac"):
            self.pos += self.text.startswith("(", self.pos, self.end)
            mark = "|"
            while mark == "|":
                self.gap()
                block.head.append(self.some_word())
                self.blanks()
                mark = self.text[self.pos : min(self.pos + 1, self.end)]
                self.pos += 1
            if mark != ")":
                raise Fault(self.pos - 1, "no ) behind a pattern")
            if self._list(_CASE_ENDS) not in _CASE_MIDDLES:
                return
            self.gap()

    def _keyword(self, word: str) -> bool:
        match = _KEYWORD.match(self.text, self.pos, self.end)
        if not match or match.group() != word:
            return False
        self.pos = match.end()
        return True
