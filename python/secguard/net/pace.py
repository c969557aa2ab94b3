"""When a server may be asked again: what it says itself, and how often we want to ask at most."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime
from typing import Hashable, Mapping

from secguard.net.failure import AskError, Failure

_EPOCH = 1_000_000_000
"""A reset above this is a moment, below it a number of seconds."""


class Pace:
    """Turns for many threads: what a server says to one of them holds for all."""

    def __init__(self, rate: float, longest: float, end: float) -> None:
        """Give at most `rate` turns a second (0: any number), and wait no longer than `longest`."""
        self._interval = 1 / rate if rate else 0.0
        self._longest = longest
        self._end = end
        self._held: dict[Hashable, float] = {}
        self._next: dict[Hashable, float] = {}
        self._answered: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> None:
        """Wait for a turn; raise AskError where it would not come in time."""
        while True:
            with self._lock:
                now = time.monotonic()
                held = self._held.get(key, now) - now
                if held > self._longest or (held > 0 and now + held >= self._end):
                    message = "asks to wait before it answers any more"
                    raise AskError(Failure.LIMITED, message)
                turn = max(now, self._next.get(key, now))
                if turn >= self._end:
                    raise AskError(Failure.LIMITED, "was not asked: the time was up")
                if held <= 0:
                    self._next[key] = turn + self._interval
            if held > 0:
                time.sleep(held)
                continue
            if turn > now:
                time.sleep(turn - now)
            with self._lock:
                if self._held.get(key, 0.0) <= time.monotonic():
                    return

    def hold(self, key: Hashable, seconds: float) -> None:
        """Give no turn for so long."""
        with self._lock:
            until = time.monotonic() + seconds
            self._held[key] = max(self._held.get(key, 0.0), until)

    def answered(self, key: Hashable) -> int:
        """Count the answers that neither refused nor failed."""
        return self._answered.get(key, 0)

    def heed(self, key: Hashable, status: int, headers: Mapping[str, str]) -> None:
        """Note an answer, and hold where it says that it was the last one for now."""
        if status != 429 and status < 500:
            with self._lock:
                self._answered[key] = self.answered(key) + 1
        for prefix in ("ratelimit", "x-ratelimit"):
            if headers.get(f"{prefix}-remaining", "").strip() == "0":
                seconds = number(headers.get(f"{prefix}-reset", ""))
                if seconds is not None:
                    self.hold(key, seconds - time.time() if seconds > _EPOCH else seconds)


def asked_wait(text: str, otherwise: float) -> float:
    """Read `Retry-After`: seconds, or a date."""
    seconds = number(text)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return otherwise


def number(text: str) -> float | None:
    """Read a whole number of seconds; of one that is absurdly long only the beginning counts."""
    text = text.strip()
    return float(text[:12]) if text.isdigit() and text.isascii() else None
