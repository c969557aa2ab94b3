"""What the words of a script spell, and how a place in it came there."""

from __future__ import annotations

from secguard.circleci.script import Script
from secguard.circleci.values import HOLE
from secguard.finding import Location
from secguard.shell import Literal, Variable, Word
from secguard.shell import Script as Shell

_LONGEST = 2_000
_DEFAULTS = ("", ":-", "-", ":=", "=")


def way(script: Script, start: int, end: int) -> tuple[Location, ...]:
    """List the templates and calls through which a range of a script came."""
    calls = (call.location() for call in script.step.calls)
    return (*script.text.way(start, end), *calls)


class Values:
    """What the words of one script come to, as far as the script and the config tell."""

    def __init__(self, script: Script, shell: Shell) -> None:
        """Take a script; its assignments are read when a variable is first asked for."""
        self._script = script
        self._shell = shell
        self._words: dict[str, Word | None] | None = None
        self._known: dict[str, str] = {}

    def spell(self, word: Word) -> str:
        """Give a word's text with variables put in; what is not known stays as it is written."""
        out: list[str] = []
        size = 0
        for part in word.parts:
            text = word.source[part.start : part.end]
            if isinstance(part, Literal):
                text = self._literal(part)
            elif isinstance(part, Variable) and not part.length and not part.indirect:
                text = self._variable(part) or text
            out.append(text)
            size += len(text)
            if size > _LONGEST:
                break
        return "".join(out)[:_LONGEST]

    def _literal(self, part: Literal) -> str:
        if HOLE not in part.text or len(part.text) != part.end - part.start:
            return part.text
        whole = self._script.text
        out = []
        for offset, char in enumerate(part.text):
            piece = whole.unknown_at(part.start + offset) if char == HOLE else None
            default = piece.unknown.default if piece and piece.unknown else None
            out.append(char if default is None else default.assumed)
        return "".join(out)

    def _variable(self, part: Variable) -> str:
        if part.operator not in _DEFAULTS:
            return ""
        name = part.name
        if name not in self._known:
            self._known[name] = ""  # a variable that holds itself spells nothing
            self._known[name] = self._held(name)
        found = self._known[name]
        return found or (self.spell(part.argument) if part.argument is not None else "")

    def _held(self, name: str) -> str:
        if self._words is None:
            self._words = {}
            for made in self._shell.assignments():
                # NOTE: a variable that is set twice may hold either value.
                twice = made.name in self._words
                self._words[made.name] = None if twice else made.value
        if name in self._words:
            word = self._words[name]
            return self.spell(word) if word is not None else ""
        for entry in reversed(self._script.job.all_environment(self._script.step)):
            if entry.name == name:
                return entry.value.assumed
        return ""
