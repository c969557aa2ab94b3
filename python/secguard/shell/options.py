"""Splits the words of a command into options and operands, as most programs do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Callable, Iterable

from secguard.shell import Word


@dataclass(frozen=True)
class Argument:
    """An option with its value, or an operand."""

    name: str
    """The option, `-k` or `--insecure`; empty for an operand."""
    value: str
    """The option's value, or the operand."""
    word: Word
    """The word that it stands in; for a value in a word of its own, that word."""


def arguments(
    words: Iterable[Word],
    valued: AbstractSet[str],
    spell: Callable[[Word], str] = lambda word: word.text,
    *,
    clusters: bool = True,
) -> tuple[Argument, ...]:
    """Read a command's words; `valued` names the options that take a value.

    Without clusters `-abc` is one option, as `go` and Java programs have it.
    """
    found: list[Argument] = []
    pending, literal = "", False
    for word in words:
        text = spell(word)
        if pending:
            found.append(Argument(pending, text, word))
            pending = ""
        elif literal or not text.startswith("-") or text == "-":
            found.append(Argument("", text, word))
        elif text == "--":
            literal = True
        elif text.startswith("--") or not clusters:
            name, equals, value = text.partition("=")
            if name in valued and not equals:
                pending = name
            else:
                found.append(Argument(name, value, word))
        else:
            pending = _cluster(text, valued, word, found)
    return tuple(found)


def _cluster(text: str, valued: AbstractSet[str], word: Word, found: list[Argument]) -> str:
    for at, letter in enumerate(text[1:], 2):
        name = "-" + letter
        if name in valued:
            if at == len(text):
                return name
            found.append(Argument(name, text[at:], word))
            break
        found.append(Argument(name, "", word))
    return ""
