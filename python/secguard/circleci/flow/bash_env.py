"""What a command writes into the file that CircleCI runs before every later step."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.shell import Block, Command, Redirect

_FILES = ("$BASH_ENV", "${BASH_ENV}", "$CIRCLE_SHELL_ENV", "${CIRCLE_SHELL_ENV}")
_EXPORT = re.compile(r"(?:^|[;\n]|\\n)[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=([^\n]*)")
NAMES = re.compile(r"\$\{?([A-Za-z_]\w*)")
"""Finds the variables in a text that a shell is going to read."""


def written(command: Command) -> bool:
    """True where the output of a command ends up in `$BASH_ENV`."""
    own = [redirect for redirect in command.redirects if output(redirect)]
    if own:
        return _names(own[-1])
    for other in command.piped_into:
        if other.name == "tee" and any(word.text in _FILES for word in other.args):
            return True
        if any(output(redirect) and _names(redirect) for redirect in other.redirects):
            return True
    block: Block | None = command.block
    while block is not None and not block.captured:
        outputs = [redirect for redirect in block.redirects if output(redirect)]
        if outputs:
            return _names(outputs[-1])
        block = block.parent
    return False


def exports(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what a text for `$BASH_ENV` sets: the name, the value, and the variables in it."""
    for match in _EXPORT.finditer(text):
        yield match[1], match[2], tuple(NAMES.findall(match[2]))


def output(redirect: Redirect) -> bool:
    """True for a redirection of what a command prints."""
    return redirect.operator.startswith((">", "&>")) and redirect.fd in ("", "1")


def _names(redirect: Redirect) -> bool:
    return redirect.target.text in _FILES
