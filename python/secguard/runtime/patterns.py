"""What to search files for: every form of every secret, and what to say where it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Iterator, Mapping

from secguard.runtime.derive import derive
from secguard.runtime.environ import Variable
from secguard.runtime.forms import forms
from secguard.runtime.secret import Secret
from secguard.runtime.strength import is_distinctive
from secguard.secrets.entropy import looks_random

_WRAPPED = ("base64", "URL-safe base64", "base64 of base64", "hex")
_WINDOW = 24
_LEAST_RANDOM = 16
_LEAST_OTHER = 32


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
        parts = derive(variable.value)
        for secret in (variable.value, *parts):
            if secret is variable.value or is_distinctive(secret.reveal()):
                for pattern, form in _forms(secret, bool(parts)):
                    _add(found, pattern, Label((secret.name,), form, secret.origin))
    return found


def _add(found: dict[bytes, Label], pattern: bytes, label: Label) -> None:
    known = found.get(pattern)
    if known is None:
        found[pattern] = label
    elif label.names[0] not in known.names:
        found[pattern] = Label((*known.names, *label.names), known.form, known.origin)


def _forms(secret: Secret, is_composed: bool) -> Iterator[tuple[bytes, str]]:
    value = secret.reveal()
    windows = _windows_from(value, is_composed and secret.origin == "")
    for form, name in forms(value, twice=True).items():
        yield form, name
        if name in _WRAPPED and windows and len(form) >= windows:
            yield from ((part, name) for part in _halves(form))


def _windows_from(value: bytes, is_composed: bool) -> int:
    """Give the length from which two parts of a form stand for it; 0 for never.

    Programs break base64 and hex into lines, but not twice within 48 characters. The parts of
    a value that holds settings would also be found where somebody else has the same settings.
    """
    if is_composed:
        return 0
    return _LEAST_RANDOM if looks_random(value.decode("latin-1")) else _LEAST_OTHER


def _halves(form: bytes) -> tuple[bytes, bytes]:
    middle = len(form) // 2
    return form[max(0, middle - _WINDOW) : middle], form[middle : middle + _WINDOW]
