"""Splits the words of a command: see `secguard.shell.options`."""

from secguard.shell.options import Argument, arguments

__all__ = ["Argument", "arguments"]
