"""Starts a command so that it notices nothing of the filter, and passes signals and statuses on."""

from __future__ import annotations

import fcntl
import os
import signal
import termios
import time
from contextlib import suppress
from typing import Mapping, Sequence

from secguard.errors import SecguardError

_NOT_FOUND = 127
_NOT_STARTED = 126
_SIGNALLED = 128
_FORWARDED = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGTSTP,
    signal.SIGCONT,
)
_BY_KEY = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
# Python ignores these; a command should not.
_DEFAULT = (signal.SIGPIPE, signal.SIGXFSZ)
_PATIENCE = 5.0


class NotStartedError(SecguardError):
    """A command that could not be started, with the status that a shell gives for it."""

    def __init__(self, message: str, exit_status: int) -> None:
        """Keep the status."""
        super().__init__(message)
        self.exit_status = exit_status


class Child:
    """A running command; signals that are meant for it reach it."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[bytes, bytes],
        outputs: Mapping[int, int],
        terminals: Mapping[int, int],
    ) -> None:
        """Start a command; raise NotStartedError where that fails.

        `outputs` replaces some of its outputs; `terminals` gives for each real terminal the one
        that the command writes to instead.
        """
        self.status: int | None = None
        """Its exit status as a shell would give it; None while it runs."""
        self.wakeup, self._waker = os.pipe()
        """Becomes readable when a signal comes, also that of the end."""
        for end in (self.wakeup, self._waker):
            os.set_blocking(end, False)
        self._terminals = terminals
        self._keyboard = _keyboard()
        self._resize()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self._catch()
            self._pid = os.posix_spawnp(
                command[0],
                list(command),
                dict(environment),
                file_actions=[(os.POSIX_SPAWN_DUP2, there, fd) for fd, there in outputs.items()],
                setsigmask=mask,
                setsigdef=_DEFAULT,
            )
        except FileNotFoundError:
            raise NotStartedError(f"there is no command {command[0]!r}", _NOT_FOUND) from None
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise NotStartedError(f"cannot run {command[0]!r}: {reason}", _NOT_STARTED) from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def poll(self) -> int | None:
        """Look whether it has ended, and give its status then."""
        try:
            while os.read(self.wakeup, 4096):
                pass
        except BlockingIOError:
            pass
        if self.status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid and os.WIFSIGNALED(status):
                self.status = _SIGNALLED + os.WTERMSIG(status)
            elif pid:
                self.status = os.WEXITSTATUS(status)
        return self.status

    def stop(self) -> None:
        """End it: ask first, and do not ask for long."""
        self._send(signal.SIGTERM)
        until = time.monotonic() + _PATIENCE
        while self.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        self._send(signal.SIGKILL)

    def leave(self) -> None:
        """Stop passing signals on: what runs from here serves what the command left behind."""
        for number in _FORWARDED:
            ends = number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_IGN if ends else signal.SIG_DFL)

    def _send(self, number: int) -> None:
        # NOTE: as long as it was not waited for, its number can't belong to another process.
        if self.status is None:
            os.kill(self._pid, number)

    def _catch(self) -> None:
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGWINCH, lambda number, frame: self._resize())
        for number in _FORWARDED:
            # What is ignored here is ignored in the command as well.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda number, frame: self._forward(number))

    def _forward(self, number: int) -> None:
        if self.status is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        # A key sends its signal to the command as well.
        if number not in _BY_KEY or not self._in_foreground():
            self._send(number)
        if number == signal.SIGTSTP:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _in_foreground(self) -> bool:
        try:
            return self._keyboard is not None and os.tcgetpgrp(self._keyboard) == os.getpgrp()
        except OSError:
            return False

    def _resize(self) -> None:
        # A terminal may be gone, and then its size matters to nobody.
        with suppress(OSError):
            for real, inner in self._terminals.items():
                size = fcntl.ioctl(real, termios.TIOCGWINSZ, bytes(8))
                if size != fcntl.ioctl(inner, termios.TIOCGWINSZ, bytes(8)):
                    fcntl.ioctl(inner, termios.TIOCSWINSZ, size)
                    if self._keyboard is not None:
                        # They may have looked at the size before it was right.
                        os.killpg(os.tcgetpgrp(self._keyboard), signal.SIGWINCH)


def _keyboard() -> int | None:
    try:
        return os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return None
