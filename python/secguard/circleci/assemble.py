"""Puts a config or an orb together that is kept in several files, as `circleci orb pack` does.

Source: the pack command of the CircleCI CLI. Files in the top folder are merged; a sub-folder is
a section, a file in it an entry named like the file; a file that begins with `@` is merged into
its folder; `<<include(path)>>` stands for the text of a file.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, Mapping

from secguard.finding import Location, Problem
from secguard.source.discover import read
from secguard.source.node import Node
from secguard.source.text import ReadError, TextFile
from secguard.source.tree import parse

MAX_FILES = 2_000
MAX_TEXT = 1_000_000
"""Characters that a text may come to with the files in it; what is over stays a reference."""

_INCLUDE = re.compile(r"<<\s*include\(([-\w/. ]+)\)\s*>>")
_SECTIONS_WITH_INCLUDES = ("jobs", "commands", "executors")
_YAML = (".yml", ".yaml")


@dataclass(frozen=True)
class Assembled:
    """A tree put together, and what could not be read on the way."""

    root: Node
    files: tuple[TextFile, ...]
    problems: tuple[Problem, ...]


def assemble(top: Path, uri: str, edited: Mapping[str, TextFile] | None = None) -> Assembled:
    """Put the tree below a folder together; `uri` is the folder's name in reports.

    `edited` has texts that stand for the files of these names.
    """
    return _Assembler(top, uri, edited or {}).run()


class _Assembler:
    def __init__(self, top: Path, uri: str, edited: Mapping[str, TextFile]) -> None:
        self.top = top
        self.uri = uri
        self.edited = edited
        self.files: dict[str, TextFile] = {}
        self.problems: list[Problem] = []

    def run(self) -> Assembled:
        pairs: list[tuple[Node, Node]] = []
        anchor: TextFile | None = None
        sections: dict[str, list[tuple[Node, Node]]] = {}
        for path in self._yaml_files():
            node = self._read(path)
            if node is None:
                continue
            anchor = anchor or node.file
            inner = path.relative_to(self.top).parts
            if len(inner) == 1:
                pairs.extend(node.pairs)
                continue
            section = sections.setdefault(inner[0], [])
            if path.name.startswith("@"):
                section.extend(node.pairs)
            else:
                key = Node(node.file, "scalar", (inner[0],), 0, 0, value=path.stem, type="str")
                section.append((key, node))
        file = anchor or TextFile(self.uri, "")
        own = {key.value for key, _ in pairs}
        for name, entries in sections.items():
            if name in own:
                index = next(i for i, (key, _) in enumerate(pairs) if key.value == name)
                entries = [*pairs.pop(index)[1].pairs, *entries]
            first = entries[0][1].file if entries else file
            key = Node(first, "scalar", (), 0, 0, value=name, type="str")
            pairs.append((key, _mapping(first, (name,), tuple(entries))))
        root = _mapping(file, (), tuple(pairs))
        includer = _Includer(self._include)
        root.pairs = tuple(
            (key, includer.resolve(value) if key.value in _SECTIONS_WITH_INCLUDES else value)
            for key, value in root.pairs
        )
        return Assembled(root, tuple(self.files.values()), tuple(self.problems))

    def _yaml_files(self) -> Iterator[Path]:
        count = 0
        for folder, folders, files in os.walk(str(self.top)):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            if Path(folder) == self.top:
                folders[:] = [name for name in folders if name != "examples"]
            for name in sorted(files, key=lambda name: (not name.startswith("@"), name)):
                if name.endswith(_YAML) and not name.startswith("."):
                    count += 1
                    if count > MAX_FILES:
                        self._problem(self.uri, f"more than {MAX_FILES} files were not read")
                        return
                    yield Path(folder, name)

    def _problem(self, uri: str, message: str) -> None:
        self.problems.append(Problem(Location(uri), message))

    def _read(self, path: Path) -> Node | None:
        uri = self._uri(path)
        try:
            if not self._confined(path):
                raise ReadError(Location(uri), "the file lies outside of the checked folder")
            file = self.edited.get(uri) or read(path, uri)
            self.files[uri] = file
            node = parse(file)
        except ReadError as error:
            self.problems.append(Problem(error.where, error.message, error.hint))
            return None
        if not node.is_map:
            if node.is_list or node.text:
                self._problem(uri, "the file is not a mapping and was left out")
            return None
        return node

    def _include(self, name: str, node: Node) -> Node | None:
        path = Path(os.path.normpath(str(self.top / name.strip())))
        uri = self._uri(path)
        try:
            if not self._confined(path):
                raise ReadError(node.location(), f"the included file {name!r} lies outside")
            if uri not in self.files and len(self.files) >= 2 * MAX_FILES:
                raise ReadError(node.location(), f"there are more than {2 * MAX_FILES} files")
            file = self.files.get(uri) or read(path, uri)
        except ReadError as error:
            message = f"the included file {name!r} was not read: {error.message}"
            self.problems.append(Problem(node.location(), message))
            return None
        self.files[uri] = file
        length = len(file.text)
        made = Node(file, "scalar", node.path, 0, length, value=file.text, type="str")
        made.verbatim = True
        return made

    def _confined(self, path: Path) -> bool:
        try:
            path.resolve().relative_to(self.top.resolve().parent)
        except (ValueError, OSError, RuntimeError):
            return False
        return True

    def _uri(self, path: Path) -> str:
        inner = os.path.relpath(str(path), str(self.top))
        return Path(os.path.normpath(os.path.join(self.uri, inner))).as_posix()


class _Includer:
    """Copies the parts of a tree in which something is included."""

    def __init__(self, include: Callable[[str, Node], Node | None]) -> None:
        self._include = include
        self._done: dict[int, Node] = {}

    def resolve(self, node: Node) -> Node:
        done = self._done.get(id(node))
        if done is None:
            done = self._resolved(node)
            self._done[id(node)] = done
        return done

    def _resolved(self, node: Node) -> Node:
        if node.is_scalar:
            if "include" not in node.value:
                return node
            match = _INCLUDE.fullmatch(node.value.strip())
            if match:
                return self._include(match[1], node) or node
            return self._filled(node) if _INCLUDE.search(node.value) else node
        if node.is_list:
            items = tuple(self.resolve(item) for item in node.items)
            if items == node.items:
                return node
            copy = Node(node.file, "list", node.path, node.start, node.end)
            copy.items = items
            return copy
        pairs = tuple((key, self.resolve(value)) for key, value in node.pairs)
        if pairs == node.pairs:
            return node
        return _mapping(node.file, node.path, pairs, node.start, node.end)

    def _filled(self, node: Node) -> Node:
        """Put files into a text that has more than one of them, or words around one."""
        size = len(node.value)
        parts: list[str] = []
        at = 0
        for match in _INCLUDE.finditer(node.value):
            found = self._include(match[1], node)
            text = match[0] if found is None else found.value.replace("<<", "\\<<")
            size += len(text)
            if size > MAX_TEXT:
                break
            parts += [node.value[at : match.start()], text]
            at = match.end()
        value = "".join([*parts, node.value[at:]])
        return Node(
            node.file,
            "scalar",
            node.path,
            node.start,
            node.end,
            value=value,
            type="str",
            style=node.style,
        )


def _mapping(
    file: TextFile,
    path: tuple[str, ...],
    pairs: tuple[tuple[Node, Node], ...],
    start: int = 0,
    end: int = 0,
) -> Node:
    node = Node(file, "map", path, start, end)
    node.pairs = pairs
    return node
