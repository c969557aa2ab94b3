"""A value that nothing shows by accident."""

from __future__ import annotations

from typing import NoReturn

from secguard.sanitize import MASK


class Secret:
    """A secret value with a name; only `reveal` gives it away, everything else shows the name."""

    __slots__ = ("_value", "name", "origin")

    def __init__(self, name: str, value: bytes, origin: str = "") -> None:
        """Wrap a value; `origin` says how it comes from the variable, empty for all of it."""
        self._value = value
        self.name = name
        self.origin = origin

    def reveal(self) -> bytes:
        """Give the value to code that compares with it and never writes it anywhere."""
        return self._value

    def part(self, value: bytes, origin: str) -> Secret:
        """Wrap a secret that this one holds."""
        return Secret(self.name, value, f"{self.origin}, {origin}" if self.origin else origin)

    def __repr__(self) -> str:
        """Show the name alone."""
        return f"Secret({self.name!r})"

    def __str__(self) -> str:
        """Show the mask."""
        return MASK

    def __format__(self, spec: str) -> str:
        """Show the mask, whatever the format asks for."""
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be copied out of the process."""
        raise TypeError("a secret is not for pickling")
