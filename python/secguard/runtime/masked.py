"""Runs a command so that its output shows no secret; where that can't be, it shows nothing."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Collection, Sequence

from secguard.errors import SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.runtime.pump import Stream

VARIABLE = "SECGUARD_MASK"
"""The environment variable that names the filter's socket to the command."""

_OUTPUTS = (1, 2)
_BASH = "/bin/bash"
# What the orb's steps say to secguard itself.
_OWN = (b"SECGUARD_RUN_", b"SECGUARD_START", b"SECGUARD_SHA256", b"SECGUARD_COMMAND")
_FUNCTION = b'() {  "$SECGUARD_PYTHON" -I -S -X utf8 "$SECGUARD_PYZ_MASK" "$@"\n}'


def run(command: Sequence[str], secret: Collection[str] = ()) -> int:
    """Run a command, and give its exit status, or 3 if its output could not be filtered.

    `secret` names variables that are secrets though they do not look it.
    """
    if os.name != "posix":
        raise UsageError("masking needs Linux or macOS", "run the command as it is")
    missing = [fd for fd in (0, 1, 2) if not _is_open(fd)]
    # So that no file of ours gets the number of an output that the command must not have.
    for _ in missing:
        os.open(os.devnull, os.O_RDWR)
    try:
        return _filtered(command, secret, [fd for fd in _OUTPUTS if fd not in missing])
    except SecguardError:
        raise
    except Exception as error:
        # NOTE: whatever went wrong, what is not filtered must not be shown.
        raise SecguardError(
            f"the output could not be filtered ({type(error).__name__}), so it is not shown"
        ) from None


def run_step(
    arguments: Sequence[str], secret: Collection[str] = (), *, is_first: bool = False
) -> int:
    """Run the shell that CircleCI would run for a step, with what it would hand to it.

    `is_first` says that no shell has run in this step so far.
    """
    if sys.platform == "darwin":
        shell = [_BASH, "--login"]
    else:
        shell = [_BASH if os.access(_BASH, os.X_OK) else "/bin/sh"]
    fresh = is_first and shell[0] == _BASH and VARIABLE not in os.environ
    if fresh and os.environ.get("BASH_ENV"):
        # What earlier steps export stands in a file that only a starting bash reads.
        os.environ[VARIABLE] = ""
        os.execv(_BASH, [_BASH, "-c", 'exec "$@"', _BASH, *_own_command(), *sys.argv[1:]])  # noqa: S606
    return run([*shell, "-eo", "pipefail", *arguments], secret)


def run_at_once(arguments: Sequence[str]) -> int | None:
    """Run what needs no options read; give None where the command line has to look at it."""
    script = os.environ.get("SECGUARD_RUN_COMMAND", "")
    try:
        if os.environ.get("SECGUARD_RUN_SECRET"):
            return None
        if arguments[:1] == ["--"] and len(arguments) > 1:
            return run(arguments[1:])
        if arguments[:2] == ["--shell", "-c"]:
            return run_step(arguments[1:], is_first=True)
        return run_step(["-c", script]) if script and not arguments else None
    except SecguardError as error:
        hint = f"\n  = help: {error.hint}" if error.hint else ""
        sys.stderr.write(f"secguard: {error.message}{hint}\n")
        sys.stderr.flush()
        return error.exit_status


def _own_command() -> list[str]:
    flags = ["-I"] * sys.flags.isolated + ["-S"] * sys.flags.no_site
    return [sys.executable, *flags, "-X", "utf8", sys.argv[0]]


def _filtered(command: Sequence[str], secret: Collection[str], outputs: Sequence[int]) -> int:
    # What is made here stays until the end.
    gc.disable()
    from secguard.runtime.child import Child
    from secguard.runtime.control import Control
    from secguard.runtime.environ import variables
    from secguard.runtime.masks import masks
    from secguard.runtime.matcher import Matcher
    from secguard.runtime.pump import Stream, pump
    from secguard.runtime.secret import Secret

    environment = dict(os.environb)
    named = {os.fsdecode(name): value for name, value in environment.items()}
    known = masks(one.value for one in variables(named, secret) if one.is_secret)
    matcher = Matcher(known)

    def learn(value: bytes) -> Matcher:
        nonlocal matcher
        new = masks([Secret("", value)]) - known
        if new:
            known.update(new)
            matcher = Matcher(known)
        return matcher

    control = Control(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108
    for name in list(environment):
        if name.startswith(_OWN):
            del environment[name]
    if b"SECGUARD_PYZ_MASK" in environment:
        # So that scripts for bash can say `secguard mask add`.
        environment[b"BASH_FUNC_secguard%%"] = _FUNCTION
    environment[os.fsencode(VARIABLE)] = os.fsencode(control.path)
    streams: dict[int, Stream] = {}
    for fd in outputs:
        same = streams and os.path.sameopenfile(outputs[0], fd)
        streams[fd] = streams[outputs[0]] if same else Stream(fd, matcher)
    different = list(dict.fromkeys(streams.values()))
    terminals = {one.target: one.source for one in different if one.is_terminal}
    try:
        child = Child(
            command, environment, {fd: one.inlet for fd, one in streams.items()}, terminals
        )
    except SecguardError:
        control.close()
        raise
    for one in different:
        os.close(one.inlet)
    try:
        return pump(different, child, control, learn)
    except Exception:
        for one in different:
            one.drop()
        child.stop()
        control.close()
        raise


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
