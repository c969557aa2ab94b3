"""What filters and expansions leave of a secret: all of it, a form that is not masked, nothing."""

from __future__ import annotations

import re
from typing import Optional, Tuple

from secguard.secrets.names import is_secret_name
from secguard.shell import Command, Variable

Left = Optional[Tuple[str, bool]]
"""What was done to the value, and whether only a few characters are left; None for no secret."""

_ALL: Left = ("", False)
_FEW = 8
_ENCODERS = frozenset("base32 base64 fold gzip hexdump od openssl rev xxd".split())
_PER_CHARACTER = re.compile(r"s(\W)\\?\(?\.\\?\)?\1(?:&|\\1)[^*&]")
_FORMATS = re.compile(r"@(?:base64|base32|uri|sh|html|csv|text)\b|explode|split\(\"\"\)")
_KEY = re.compile(r"\.\[?\"?([A-Za-z_][\w-]*)")
_NUMBER = re.compile(r"\d+")


def through(command: Command) -> Left:
    """Say what a command of a pipeline leaves of a secret that it reads."""
    name = command.name
    said = [word.text for word in command.args]
    if name in _ENCODERS:
        decodes = name.startswith("base") and any(one in ("-d", "-D", "--decode") for one in said)
        return ("decoded" if decodes else f"put through {name!r}"), False
    if name == "tr":
        if "-d" in said:
            return _ALL
        return None if said and set(said[-1]) <= set("*xX.") else ("put through 'tr'", False)
    if name in ("cut", "head", "tail"):
        counted = [one for one in said if re.match(r"-[bc]|--(?:bytes|characters)", one)]
        if counted:
            return "cut short", _few(" ".join(said))
        return None if name == "cut" else _ALL
    if name == "sed":
        per_character = any(_PER_CHARACTER.search(one) for one in said)
        return ("put through 'sed'", False) if per_character else None
    if name in ("jq", "yq"):
        return _query(" ".join(said))
    if name == "awk" or (name in ("egrep", "grep") and any("o" in one[1:3] for one in said)):
        return None
    return _ALL


def _query(text: str) -> Left:
    if "@base64d" in text:
        return None
    if _FORMATS.search(text):
        return "put through 'jq'", False
    keys = _KEY.findall(text)
    if not keys:
        return _ALL
    return ("taken out of a document", False) if is_secret_name(keys[-1]) else None


def through_expansion(part: Variable) -> Left:
    """Say what the expansion of a variable leaves of its value."""
    argument = part.argument.text if part.argument else ""
    if part.length or part.operator in ("+", ":+"):
        return None
    if part.operator == ":":
        return "cut short", _few(argument)
    if part.operator.startswith(("#", "%")):
        return None if "*" in argument or "?" in argument else ("cut short", False)
    if part.operator.startswith("/"):
        return None if argument.startswith(("?", "[", "*")) else ("in another spelling", False)
    if part.operator.startswith(("^", ",")):
        return "in another spelling", False
    return _ALL


def _few(text: str) -> bool:
    """Say whether the last number, a length or the end of a range, is small; `2-` has none."""
    numbers = _NUMBER.findall(text)
    if not numbers or text.rstrip().endswith("-"):
        return False
    alone = len(numbers) == 1 and ":" not in text and "-" not in text
    return int(numbers[-1][:6]) <= _FEW and not alone
