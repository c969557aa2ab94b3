"""Fetches the locked third-party wheels and picks the sources that the bundle ships."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

# One fixed target, so that every machine and every Python fetches the same file.
_TARGET = ("--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--implementation")
_LOCKED = re.compile(r"^([\w.-]+)==([\w.]+) \\\n +--hash=sha256:([0-9a-f]{64})$", re.MULTILINE)

# Shell completion, progress bars, objects made of YAML, writing it, the C parser: never reached.
_LEFT_OUT = frozenset(
    (
        "click/_termui_impl.py",
        "click/shell_completion.py",
        "click/termui.py",
        "click/testing.py",
        "yaml/constructor.py",
        "yaml/cyaml.py",
        "yaml/dumper.py",
        "yaml/emitter.py",
        "yaml/loader.py",
        "yaml/representer.py",
        "yaml/serializer.py",
    )
)
# What is left imports these, and uses only so much of them.
_REPLACED = {
    "click/_winconsole.py": """\
def _get_windows_console_stream(f, encoding, errors):
    return None
""",
    "yaml/__init__.py": """\
from .error import *
from .tokens import *
from .events import *
from .nodes import *

__version__ = "{version}"
""",
}
# Completion, prompts, types that no option has, opening files, reports about commands themselves.
_UNREACHED = {
    "click/_compat.py": "CYGWIN _wrap_io_open open_stream _AtomicFile",
    "click/core.py": """
_complete_visible_commands CommandCollection Context.to_info_dict Context.with_resource
Context.find_object Context.ensure_object Context.abort BaseCommand.to_info_dict
BaseCommand.shell_complete BaseCommand._main_shell_completion Command.to_info_dict
Command.shell_complete MultiCommand.to_info_dict MultiCommand.result_callback
MultiCommand.shell_complete Parameter.to_info_dict Parameter.shell_complete Option.to_info_dict
Option.prompt_for_value""",
    "click/decorators.py": """
R T _AnyCallable FC pass_obj make_pass_decorator pass_meta_key confirmation_option
password_option""",
    "click/parser.py": "V split_arg_string",
    "click/types.py": """
ParamType.to_info_dict ParamType.shell_complete CompositeParamType FuncParamType
Choice.to_info_dict Choice.shell_complete DateTime _NumberRangeBase.to_info_dict
UUIDParameterType File Path.to_info_dict Path.shell_complete Tuple UUID""",
    "click/utils.py": "R _posixify LazyFile KeepOpenFile open_file get_app_dir",
    "yaml/composer.py": "Composer.check_node Composer.get_node",
    "yaml/parser.py": "Parser.dispose",
    "yaml/resolver.py": "BaseResolver.add_path_resolver",
}
_IMPORT = re.compile(r"^( *)from \.(\w+) import (\w+)(?: as \w+)?$", re.MULTILINE)
_CALL = re.compile(r"^        self\._main_shell_completion\(.*\)$", re.MULTILINE)


@dataclass(frozen=True)
class Wheel:
    """One locked third-party package."""

    name: str
    version: str
    digest: str
    """SHA-256 of the wheel, as locked."""

    def read(self, folder: Path) -> zipfile.ZipFile:
        """Open the wheel with the locked digest, or raise `FileNotFoundError`."""
        for path in sorted(folder.glob("*.whl")):
            if hashlib.sha256(path.read_bytes()).hexdigest() == self.digest:
                return zipfile.ZipFile(path)
        raise FileNotFoundError(f"no wheel of {self.name} {self.version} in {folder}")


def locked(lock: Path) -> tuple[Wheel, ...]:
    """Read the wheels that a requirements file locks, one digest each."""
    return tuple(Wheel(*found) for found in _LOCKED.findall(lock.read_text(encoding="utf-8")))


def fetch(lock: Path, folder: Path) -> None:
    """Download the locked wheels, unless they are in the folder already."""
    try:
        for wheel in locked(lock):
            wheel.read(folder).close()
    except FileNotFoundError:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
        command += ["--no-deps", "--only-binary", ":all:", *_TARGET, "cp"]
        subprocess.run([*command, "--dest", str(folder), "--requirement", str(lock)], check=True)


def sources(lock: Path, folder: Path) -> dict[str, str]:
    """Give the Python sources to ship by their name in the bundle; never anything compiled."""
    found: dict[str, str] = {}
    for wheel in locked(lock):
        with wheel.read(folder) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"(click|yaml)/\w+\.py", name) and name not in _LEFT_OUT:
                    text = _REPLACED.get(name, "").format(version=wheel.version)
                    found[name] = text or archive.read(name).decode("utf-8")
    return {name: _reached(name, found[name]) for name in found}


def _reached(file: str, source: str) -> str:
    """Leave out definitions that nothing reaches, and imports of them; other lines stay."""
    left_out = set(_UNREACHED.get(file, "").split())
    lines = source.split("\n")
    for name, node in _definitions(ast.parse(source)):
        if name in left_out:
            left_out.remove(name)
            start = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            end = node.end_lineno or start
            lines[start - 1 : end] = [""] * (end - start + 1)
    if left_out:
        raise ValueError(f"{file} has no {', '.join(sorted(left_out))}")
    package = file.partition("/")[0]

    def kept(found: re.Match[str]) -> str:
        origin = f"{package}/{found[2]}.py"
        if origin in _LEFT_OUT or found[3] in _UNREACHED.get(origin, "").split():
            return f"{found[1]}pass" if found[1] else ""
        return found[0]

    return _CALL.sub("", _IMPORT.sub(kept, "\n".join(lines)))


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(node, ast.ClassDef) and isinstance(inner, ast.FunctionDef):
                yield f"{node.name}.{inner.name}", inner
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name, node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node


def licences(lock: Path, folder: Path) -> dict[str, str]:
    """Give the text of each package's licence by `name version`."""
    found = {}
    for wheel in locked(lock):
        with wheel.read(folder) as archive:
            for name in archive.namelist():
                if re.search(r"\.dist-info/(?:licenses/)?LICENSE[.\w]*$", name):
                    found[f"{wheel.name} {wheel.version}"] = archive.read(name).decode("utf-8")
    return found
