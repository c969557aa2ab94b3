"""Compiled modules of the bundle, kept beside it: a start that finds them there compiles nothing.

What is kept is bound to the bundle, by its digest, and to the Python that compiled it. Whatever is
not as it should be is as good as not there, and modules come from the bundle.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, Dict, Tuple

_DIGEST = 32
_Modules = Dict[str, Tuple[str, bytes]]
"""Where in the bundle each module is, and its code."""


class Compiled:
    """Finds modules in what was kept."""

    def __init__(self, bundle: str, modules: _Modules) -> None:
        """Take the modules by name."""
        self._bundle, self._modules = bundle, modules

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Say where a module is, as the import system asks."""
        if name not in self._modules:
            return None
        file = os.path.join(self._bundle, self._modules[name][0])
        spec = ModuleSpec(name, self, origin=file)  # type: ignore[arg-type]
        spec.has_location = True
        if os.path.basename(file) == "__init__.py":
            spec.submodule_search_locations = [os.path.dirname(file)]
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system to make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        code: CodeType = marshal.loads(self._modules[module.__name__][1])  # noqa: S302
        exec(code, module.__dict__)  # noqa: S102


def install(bundle: str) -> None:
    """Let imports take what was kept for a bundle, if there is any."""
    found = find(bundle)
    if found is not None:
        sys.meta_path.insert(0, found)


def find(bundle: str) -> Compiled | None:
    """Read what was kept for a bundle; None where there is nothing that can be trusted."""
    try:
        kept = _read_private(_place(bundle))
        key = _key(bundle) if kept else b""
    except OSError:
        return None
    head, payload = kept[: 2 * _DIGEST], kept[2 * _DIGEST :]
    # NOTE: damaged data could crash marshal, so nothing is read before all of it is compared.
    if not kept or head != key + hashlib.sha256(payload).digest():
        return None
    modules: _Modules = marshal.loads(payload)  # noqa: S302
    return Compiled(bundle, modules)


def write(bundle: str) -> None:
    """Compile every module of a bundle and keep the code beside it, all or nothing."""
    from tempfile import mkstemp
    from zipfile import ZipFile

    modules: _Modules = {}
    with ZipFile(bundle) as archive:
        for file in archive.namelist():
            if file.endswith(".py"):
                name = file[: -len(".py")].replace("/", ".")
                if name.endswith(".__init__"):
                    name = name[: -len(".__init__")]
                path = os.path.join(bundle, file)
                code = compile(archive.read(file), path, "exec", dont_inherit=True)
                modules[name] = (file, marshal.dumps(code))
    payload = marshal.dumps(modules)
    handle, temporary = mkstemp(dir=os.path.dirname(bundle))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_key(bundle) + hashlib.sha256(payload).digest() + payload)
        os.replace(temporary, _place(bundle))
    except BaseException:
        os.unlink(temporary)
        raise


def _place(bundle: str) -> str:
    return f"{bundle}.{sys.implementation.cache_tag}"


def _key(bundle: str) -> bytes:
    with open(bundle, "rb") as stream:
        digest = hashlib.sha256(stream.read())
    # The whole version says more than the number that Python itself marks compiled files with.
    digest.update(sys.version.encode())
    return digest.digest()


def _read_private(path: str) -> bytes:
    """Read a file that nobody else could have written; nothing where one could."""
    # NOTE: without user ids, as on Windows, there is no saying.
    if not hasattr(os, "getuid") or not _is_private(os.stat(os.path.dirname(path))):
        return b""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
        return stream.read() if _is_private(os.fstat(stream.fileno())) else b""


def _is_private(found: os.stat_result) -> bool:
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
