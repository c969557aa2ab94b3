"""Takes comments and docstrings out of Python source and leaves every line where it is."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import Iterator


def strip(source: str, keep_docstrings: bool = False) -> str:
    """Give the source without comments and bare strings, with the same line numbers."""
    lines = source.replace("\r\n", "\n").split("\n")
    _cut_comments(lines)
    if not keep_docstrings:
        _blank_strings(lines)
    stripped = "\n".join(lines).rstrip() + "\n"
    if _meaning(stripped) != _meaning(source):
        raise ValueError("stripping changed the meaning of the source")
    return stripped


def _cut_comments(lines: list[str]) -> None:
    reader = io.StringIO("\n".join(lines)).readline
    for token in tokenize.generate_tokens(reader):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()


def _blank_strings(lines: list[str]) -> None:
    # From the end, so that positions further up stay true.
    bare = sorted(_bare_strings(ast.parse("\n".join(lines))), key=lambda found: -found[0].lineno)
    for statement, alone in bare:
        first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
        before = lines[first].encode()[: statement.col_offset].decode()
        after = lines[last].encode()[statement.end_col_offset :].decode()
        if after.strip() or (before.strip() and not alone):
            continue
        lines[first : last + 1] = [""] * (last + 1 - first)
        lines[first] = (before + "pass") if alone else ""


def _bare_strings(tree: ast.AST) -> Iterator[tuple[ast.stmt, bool]]:
    """Find statements that are only a string; True where the block has nothing else."""
    for node in ast.walk(tree):
        for block in _blocks(node):
            bare = [statement for statement in block if _is_bare_string(statement)]
            alone = len(bare) == len(block) and not isinstance(node, ast.Module)
            for position, statement in enumerate(bare):
                yield statement, alone and position == 0


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block:
            yield block


def _is_bare_string(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _meaning(source: str) -> tuple[str, list[tuple[str, int]]]:
    """Give the tree without bare strings, and the line of every statement that is left."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for block in _blocks(node):
            kept = [statement for statement in block if not _is_bare_string(statement)]
            block[:] = kept or ([] if isinstance(node, ast.Module) else [ast.Pass()])
    lines = [
        (type(node).__name__, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass)
    ]
    return ast.dump(tree), lines
