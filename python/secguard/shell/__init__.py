"""Reads the shell commands of a step: text in, commands with offsets out."""

from __future__ import annotations

from secguard.shell.commands import Block, Command, Pipeline
from secguard.shell.interpreter import Interpreter, interpreter
from secguard.shell.names import SHELLS
from secguard.shell.redirects import Redirect
from secguard.shell.script import Option, Script, parse
from secguard.shell.words import (
    Arithmetic,
    Array,
    Assignment,
    Literal,
    Part,
    Process,
    Substitution,
    Variable,
    Word,
)

__all__ = [
    "SHELLS",
    "Arithmetic",
    "Array",
    "Assignment",
    "Block",
    "Command",
    "Interpreter",
    "Literal",
    "Option",
    "Part",
    "Pipeline",
    "Process",
    "Redirect",
    "Script",
    "Substitution",
    "Variable",
    "Word",
    "interpreter",
    "parse",
]
