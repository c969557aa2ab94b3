"""Follows imports from commands to all that they can come to, so that a bundle holds no more.

Imports are read from the source, also those inside functions. Three things are not followed: what
only a type checker imports, what may be missing because the import is tried for
`ModuleNotFoundError`, and tables of commands and rules, of which a bundle takes what it is for.
"""

from __future__ import annotations

import ast
from typing import Collection, Iterator, Mapping

_STARTS = ("__main__", "secguard.__main__")
_COMMANDS, _RULES = "secguard.cli", "secguard.rules"
_FOR_TYPES = [
    ast.dump(ast.parse(test, mode="eval").body) for test in ("TYPE_CHECKING", "t.TYPE_CHECKING")
]
_MAY_BE_MISSING = ("ImportError", "ModuleNotFoundError")


def closure(sources: Mapping[str, str], commands: Collection[str]) -> frozenset[str]:
    """Give the files, of those given by name, that `__main__.py` and some commands need."""
    files = modules(sources)
    todo = [*_STARTS, *(f"{_COMMANDS}.{command}" for command in commands)]
    found: set[str] = set()
    for missing in (module for module in todo if module not in files):
        raise ValueError(f"there is no module {missing}")
    while todo:
        module = todo.pop()
        if module in files and module not in found:
            found.add(module)
            tree = ast.parse(sources[files[module]])
            todo += _parents(module)
            todo += imports(tree, _package(module, files[module]))
            todo += _from_tables(tree, module, files, sources)
    return frozenset(files[module] for module in found)


def modules(sources: Collection[str]) -> dict[str, str]:
    """Give the file of each module."""
    files = {name[: -len(".py")].replace("/", "."): name for name in sources if name[-3:] == ".py"}
    inits = [module for module in files if module.endswith(".__init__")]
    files.update((module[: -len(".__init__")], files.pop(module)) for module in inits)
    return files


def imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield what a module of a package may import; a name in a package may be a module, too."""
    for node in _run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: 1 - node.level or None] if node.level else []
            origin = ".".join((*base, *([node.module] if node.module else [])))
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node of what runs and has to find what it imports."""
    skipped: list[ast.stmt] = []
    if isinstance(node, ast.If) and ast.dump(node.test) in _FOR_TYPES:
        skipped = node.body
    elif isinstance(node, ast.Try) and any(map(_is_for_missing, node.handlers)):
        skipped = [one for one in node.body if isinstance(one, (ast.Import, ast.ImportFrom))]
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield child
            yield from _run(child)


def _is_for_missing(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.type, ast.Name) and handler.type.id in _MAY_BE_MISSING


def _package(module: str, file: str) -> str:
    return module if file.endswith("/__init__.py") else module.rpartition(".")[0]


def _parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _from_tables(
    tree: ast.Module, module: str, files: Mapping[str, str], sources: Mapping[str, str]
) -> Iterator[str]:
    """Yield what `import_module` gets to by a name that is put together."""
    if module not in (_COMMANDS, _RULES):
        for start in _beginnings(tree):
            yield from (name for name in files if name.startswith(start))
    for family, only in _asked(tree):
        start = f"{_RULES}.{family}." if family else f"{_RULES}."
        tables = tree, ast.parse(sources[files[_RULES]])
        names = next(filter(None, (_listed(only, table) for table in tables)), None)
        for name in files:
            stem = name.rpartition(".")[2]
            if name.startswith(start) and (stem in names if names else not stem.startswith("_")):
                yield name


def _beginnings(tree: ast.AST) -> Iterator[str]:
    for node in _calls(tree, ("import_module",)):
        given = node.args[0]
        first = given.values[0] if isinstance(given, ast.JoinedStr) else given
        if not isinstance(first, ast.Constant):
            raise ValueError(f"line {node.lineno}: cannot tell what is imported")
        yield str(first.value)


def _calls(tree: ast.AST, names: Collection[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _asked(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the family that each call of `rules` loads, "" for any, and the table for `only`."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _RULES
        for alias in node.names
        if alias.name == "rules"
    }
    for node in _calls(tree, names):
        tables = [word.value for word in node.keywords if word.arg == "only"]
        only = tables[0].id if tables and isinstance(tables[0], ast.Name) else ""
        for given in node.args or [ast.Constant(value="")]:
            yield (str(given.value), only) if isinstance(given, ast.Constant) else ("", "")


def _listed(table: str, module: ast.Module) -> frozenset[str] | None:
    """Give the texts in a table that a module defines; None for what is no such table."""
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.dump(node.targets[0]).find(f"'{table}'") > 0:
            found = (part for part in ast.walk(node.value) if isinstance(part, ast.Constant))
            return frozenset(str(part.value) for part in found)
    return None
