"""Takes out of Python source what Python does not need to run it, and leaves every line in place.

Tracebacks from the bundle therefore name the lines of the repository. What goes: comments, strings
that are statements of their own (documentation), annotations other than those of fields, and
indentation beyond one blank for each level.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import Iterable, Iterator, Tuple

_Cut = Tuple[int, int, bytes]
"""From, to, and what comes instead, before the line ends that stay; in bytes, as nodes count."""


# Without one, each dataclass makes one of its signature when it is imported, which takes time.
_SOME_DOCSTRING = b'"-"'


def strip(source: str, keep_docstrings: bool = False) -> str:
    """Give a shorter source that does the same on the same lines; fail if it would not."""
    source = source.replace("\r\n", "\n")
    stripped = _without_comments(_without_annotations(source))
    if not keep_docstrings:
        stripped = _without_bare_strings(stripped)
    stripped = _dedented(stripped)
    if _meaning(stripped, keep_docstrings) != _meaning(source, keep_docstrings):
        raise ValueError("stripping changed the meaning of the source")
    return stripped


def _without_annotations(source: str) -> str:
    text = _Text(source)
    cuts: list[_Cut] = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation:
            name = text.start(node) + len(node.arg.encode())
            cuts.append((name, text.end(node.annotation), b""))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
            arrow = text.raw.rindex(b"->", 0, text.start(node.returns))
            head = len(text.raw[:arrow].rstrip(b" "))
            cuts.append((head, text.end(node.returns), b""))
    for variable in _annotated_variables(tree):
        # One of several lines would leave the assignment without its first half.
        if variable.annotation.end_lineno == variable.lineno:
            cuts.append((text.end(variable.target), text.end(variable.annotation), b""))
    return text.without(cuts)


def _annotated_variables(node: ast.AST, fields: bool = False) -> Iterator[ast.AnnAssign]:
    """Yield what is annotated and assigned, but not fields, which dataclasses read."""
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        fields = isinstance(node, ast.ClassDef)
    if isinstance(node, ast.AnnAssign) and node.value is not None and not fields:
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _annotated_variables(child, fields)


def _without_comments(source: str) -> str:
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines)


def _without_bare_strings(source: str) -> str:
    text = _Text(source)
    cuts: list[_Cut] = []
    for node in ast.walk(ast.parse(source)):
        for block in _blocks(node):
            bare = [statement for statement in block if _is_bare_string(statement)]
            alone = len(bare) == len(block) and not isinstance(node, ast.Module)
            for statement in bare:
                start, end = text.start(statement), text.end(statement)
                if isinstance(node, ast.ClassDef) and statement is block[0]:
                    cuts.append((start, end, _SOME_DOCSTRING))
                elif alone and statement is bare[0]:
                    cuts.append((start, end, b"pass"))
                elif text.has_lines_to_itself(start, end):
                    cuts.append((start, end, b""))
    return text.without(cuts)


def _dedented(source: str) -> str:
    indents: dict[int, int] = {}
    inside_strings: set[int] = set()
    depth, fresh = 0, True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            fresh = True
        elif token.type != tokenize.NL:
            if fresh:
                indents[token.start[0]], fresh = depth, False
            inside_strings.update(range(token.start[0] + 1, token.end[0] + 1))
    lines = source.split("\n")
    for row, line in enumerate(lines, 1):
        if row not in inside_strings:
            lines[row - 1] = " " * indents.get(row, 0) + line.lstrip()
    return "\n".join(lines).rstrip() + "\n"


class _Text:
    def __init__(self, source: str) -> None:
        self.raw = source.encode()
        self._starts = [0]
        for line in self.raw.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def start(self, node: ast.expr | ast.stmt | ast.arg) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def has_lines_to_itself(self, start: int, end: int) -> bool:
        before = self.raw[self.raw.rfind(b"\n", 0, start) + 1 : start]
        after, _, _ = self.raw[end:].partition(b"\n")
        return not before.strip() and not after.strip()

    def without(self, cuts: Iterable[_Cut]) -> str:
        raw = self.raw
        # From the end, so that places further up stay true.
        for start, end, instead in sorted(cuts, reverse=True):
            raw = raw[:start] + instead + b"\n" * raw.count(b"\n", start, end) + raw[end:]
        return raw.decode()


class _Unannotated(ast.NodeTransformer):
    def __init__(self, tree: ast.Module) -> None:
        self._variables = set(_annotated_variables(tree))
        self.tree = self.visit(tree)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node not in self._variables or node.value is None:
            return node
        plain = ast.Assign(targets=[node.target], value=node.value, type_comment=None)
        return ast.copy_location(plain, node)


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


def _meaning(source: str, keep_docstrings: bool) -> tuple[str, list[tuple[str, int]]]:
    """Give the tree without all that may go, and the line of every statement that is left."""
    tree = _Unannotated(ast.parse(source)).tree
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
        for block in () if keep_docstrings else _blocks(node):
            kept = [statement for statement in block if not _is_bare_string(statement)]
            block[:] = kept or ([] if isinstance(node, ast.Module) else [ast.Pass()])
    lines = [
        (type(node).__name__, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass)
    ]
    return ast.dump(tree), lines
