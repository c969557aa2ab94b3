"""Roots made by hand: shared libraries, one shell, at most one Python, and nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.orb import needs
from tests.tools import interpreters
from tools.runner.machine import Bind, Root

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_APPLETS = ("sh", "cat", "ls")


def make(
    scratch: Path,
    python: str = "",
    also: str = "",
    sh: str = "bash",
    extra: dict[str, Path] | None = None,
) -> Root:
    """Make a root with a shell (`bash` or `busybox`) and, if asked for, a version of Python.

    A second Python, `also`, has its version in its name.
    """
    binds: list[Bind] = []
    links: dict[str, str] = {}
    for name in _LIBRARIES:
        path = Path(name)
        if path.is_symlink():
            links[name] = str(path.readlink() if hasattr(path, "readlink") else path.resolve())
        elif path.is_dir():
            binds.append(Bind(path, name))
    program = Path(needs.tool(sh))
    if sh == "bash":
        binds += [Bind(program, "/bin/bash"), Bind(Path(needs.tool("sh")), "/bin/sh")]
    else:
        binds.append(Bind(program, "/bin/busybox"))
        links.update({f"/bin/{applet}": "busybox" for applet in _APPLETS})
    if python:
        binds += _python(needs.python(python), "/usr/local/bin/python3", links)
    if also:
        binds += _python(needs.python(also), f"/usr/bin/python{also}", links)
    for target, source in (extra or {}).items():
        binds.append(Bind(source, target))
    return Root(scratch, binds, links)


def _python(interpreter: Path, name: str, links: dict[str, str]) -> list[Bind]:
    prefix = interpreters.prefix(interpreter)
    if prefix == Path("/usr"):
        return [Bind(interpreter, "/usr/bin/python3")]
    links[name] = str(interpreter)
    return [Bind(prefix, str(prefix))]
