"""Carries the output of a command through filters to where it was meant to go."""

from __future__ import annotations

import os
import select
import termios
import time
from typing import Any, Callable, Sequence

from secguard.runtime.child import Child
from secguard.runtime.control import Control
from secguard.runtime.filter import Filter
from secguard.runtime.matcher import Matcher

_READ = 65_536
_IDLE = 0.06
_GRACE = 0.1


class Stream:
    """One output: where it comes from, its filter, and where it goes."""

    def __init__(self, target: int, matcher: Matcher) -> None:
        """Open a pipe, or a terminal if the target is one."""
        self.target = target
        """Where the filtered output goes."""
        self.is_terminal = os.isatty(target)
        self.filter = Filter(matcher)
        self.source, self.inlet = _terminal(target) if self.is_terminal else os.pipe()
        self.is_open = True
        """False once its end was seen, or nobody reads it any more."""
        self.due: float | None = None
        """When to show a little of what is held back; None for not at all."""
        self._waiting = memoryview(b"")

    @property
    def is_waiting(self) -> bool:
        """True while there is filtered output to write."""
        return len(self._waiting) > 0

    def read(self) -> None:
        """Take what is there."""
        try:
            data = os.read(self.source, _READ)
        except OSError:
            # This is how a terminal ends.
            data = b""
        self._waiting = memoryview(self.filter.feed(data) if data else self.filter.finish())
        self.due = time.monotonic() + _IDLE if self.filter.pending else None
        if not data:
            self._close()

    def idle(self) -> None:
        """Show a little of what is held back."""
        self._waiting = memoryview(self.filter.idle())
        self.due = None

    def write(self, most: int | None) -> None:
        """Write what waits, or a part of it."""
        try:
            self._waiting = self._waiting[os.write(self.target, self._waiting[:most]) :]
        except BlockingIOError:
            pass
        except OSError:
            # Nobody reads it: the command finds out as it would without a filter.
            self.drop()

    def drop(self) -> None:
        """Show nothing any more."""
        self._waiting = memoryview(b"")
        self._close()

    def _close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.due = None
            os.close(self.source)


def pump(
    streams: Sequence[Stream], child: Child, control: Control, learn: Callable[[bytes], Matcher]
) -> int:
    """Carry on until the command has ended, and give its exit status.

    What it has left in the background is served by a process of its own from then on.
    """
    is_left = False
    while True:
        status = child.poll()
        busy = [stream for stream in streams if stream.is_open or stream.is_waiting]
        if status is not None and not busy:
            break
        ready = _wait(busy, child, control, None if status is None or is_left else _GRACE)
        moved = [_move(stream, ready, len(busy) == 1) for stream in busy]
        for value, caller in control.read(ready):
            matcher = learn(value)
            for stream in streams:
                stream.filter.matcher = matcher
            control.confirm(caller)
        if status is not None and not is_left and not any(moved):
            if os.fork():
                return status
            child.leave()
            is_left = True
    control.close()
    if is_left:
        os._exit(0)
    return status


def _wait(
    streams: Sequence[Stream], child: Child, control: Control, longest: float | None
) -> set[object]:
    """Wait until something can be read or written, or is due."""
    sources = [one.source for one in streams if one.is_open and not one.is_waiting]
    targets = [one.target for one in streams if one.is_waiting]
    due = [one.due for one in streams if one.due is not None and not one.is_waiting]
    timeouts = [max(0.0, one - time.monotonic()) for one in due]
    timeouts += [] if longest is None else [longest]
    inputs: list[Any] = [*sources, *control.sockets(), child.wakeup]
    timeout = min(timeouts) if timeouts else None
    readable, writable, _ = select.select(inputs, targets, [], timeout)
    return {*readable, *(("write", fd) for fd in writable)}


def _move(stream: Stream, ready: set[object], is_alone: bool) -> bool:
    """Move what can be moved in a stream; return whether anything could."""
    if stream.is_waiting:
        if ("write", stream.target) not in ready:
            return True
        # With PIPE_BUF free a write does not block, and so does not hold up other streams.
        stream.write(None if is_alone else select.PIPE_BUF)
    elif stream.source in ready:
        stream.read()
    elif stream.due is not None and stream.due <= time.monotonic():
        stream.idle()
    else:
        return stream.due is not None
    return True


def _terminal(real: int) -> tuple[int, int]:
    """Open a terminal with the settings of a real one, which does what is done to output."""
    outer, inner = os.openpty()
    settings = termios.tcgetattr(real)
    settings[1] &= ~termios.OPOST
    termios.tcsetattr(inner, termios.TCSANOW, settings)
    return outer, inner
