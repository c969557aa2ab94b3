"""What goes wrong in a way that people should read, and the exit statuses."""

from __future__ import annotations

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3


class SecguardError(Exception):
    """An expected failure: one sentence for people, and a hint at what to do about it."""

    exit_status = EXIT_INCOMPLETE

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the sentence and the hint apart, so that each reporter can set them its own way."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SecguardError):
    """Options, parameters or a settings file that cannot be used as they are (exit 2)."""

    exit_status = EXIT_USAGE
