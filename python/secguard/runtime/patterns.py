"""What to search files for: every form of every secret, and what to say where it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping

from secguard.runtime.derive import derive
from secguard.runtime.environ import Variable
from secguard.runtime.forms import forms
from secguard.runtime.strength import is_distinctive


@dataclass(frozen=True)
class Label:
    """What a pattern stands for, without the pattern."""

    names: tuple[str, ...]
    """The variables that hold it."""
    form: str
    """The name of its form; empty for the value as it is."""
    origin: str
    """How it comes from the variable; empty for all of the value."""


def patterns(variables: Iterable[Variable]) -> Mapping[bytes, Label]:
    """Give what to search for, for all variables that can be searched for."""
    found: dict[bytes, Label] = {}
    for variable in variables:
        if not variable.is_searchable:
            continue
        for secret in (variable.value, *derive(variable.value)):
            if secret is variable.value or is_distinctive(secret.reveal()):
                for pattern, form in forms(secret.reveal(), twice=True).items():
                    _add(found, pattern, Label((secret.name,), form, secret.origin))
    return found


def _add(found: dict[bytes, Label], pattern: bytes, label: Label) -> None:
    known = found.get(pattern)
    if known is None:
        found[pattern] = label
    elif label.names[0] not in known.names:
        found[pattern] = Label((*known.names, *label.names), known.form, known.origin)
