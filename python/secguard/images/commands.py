"""Finds the images that scripts pull or start."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Iterable, Iterator, NamedTuple

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values
from secguard.circleci.values import HOLE
from secguard.shell import Word
from secguard.shell.docker import ENGINES, RUN_OPTIONS, subcommand
from secguard.shell.options import Argument, arguments

_OPEN = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\$\w+|\$.|`[^`]*`", re.ASCII)
_PULL = frozenset(("--platform", "--arch", "--os", "--variant", "--authfile", "--creds"))
_BUILD = frozenset("-t --tag -f --file --build-arg --build-context --platform --target".split())
_BUILT = "built"
_CONTEXT = "docker-image://"


class Pulled(NamedTuple):
    """An image in a script."""

    kind: str
    script: Script
    word: Word
    text: str
    """The reference, with `HOLE` for what only the shell knows."""


def pulled(config: Config) -> Iterator[Pulled]:
    """Yield the images that scripts pull or start, but for those that they build themselves."""
    found = list(_arguments(config))
    own = {bare(argument.value) for kind, _, argument in found if kind == _BUILT}
    for kind, script, argument in found:
        if kind != _BUILT and bare(argument.value) not in own:
            text = argument.value
            for prefix in ("docker://", _CONTEXT):
                text = text.rpartition(prefix)[2]
            yield Pulled(kind, script, argument.word, _OPEN.sub(HOLE, text) or HOLE)


def built(config: Config) -> frozenset[str]:
    """Name the images that scripts build or tag, as they are written, without their tags."""
    found = (argument.value for kind, _, argument in _arguments(config) if kind == _BUILT)
    return frozenset(map(bare, found))


def bare(text: str) -> str:
    """Take tag and digest off a name."""
    name = text.partition("@")[0]
    head, colon, tail = name.rpartition(":")
    return name if not colon or "/" in tail else head


def _arguments(config: Config) -> Iterator[tuple[str, Script, Argument]]:
    for shell, scripts in config.texts:
        commands = [one for one in shell.commands() if one.name in ENGINES]
        for script in scripts if commands else ():
            values = Values(script, shell)
            for command in commands:
                verb, words = subcommand(command)
                for kind, argument in _meant(verb, words, values):
                    yield kind, script, argument


def _meant(verb: str, words: Iterable[Word], values: Values) -> Iterator[tuple[str, Argument]]:
    """Yield what a command line starts, pulls, or makes itself."""
    known = {"run": RUN_OPTIONS, "create": RUN_OPTIONS, "pull": _PULL, "build": _BUILD}
    given = arguments(words, known.get(verb, frozenset()), values.spell)
    operands = [one for one in given if not one.name]
    options = takewhile(lambda one: one.name, given)
    if any((one.name, one.value) == ("--pull", "never") for one in options):
        return  # NOTE: it comes from no registry, so something else has put it there
    if verb in ("run", "create") and operands:
        yield "run", operands[0]
    elif verb == "pull" and operands:
        yield "pull", operands[0]
    elif verb == "tag" and len(operands) == 2:
        yield _BUILT, operands[1]
    elif verb == "build":
        for one in given:
            if one.name in ("-t", "--tag"):
                yield _BUILT, one
            elif one.name == "--build-context" and _CONTEXT in one.value:
                yield "from", one
