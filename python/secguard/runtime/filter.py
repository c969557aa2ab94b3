"""Hides what must not be shown in a stream that comes in pieces of any size."""

from __future__ import annotations

from secguard.runtime.matcher import Matcher, Span
from secguard.sanitize import MASK

_MASK = MASK.encode("ascii")
_MOST_RELEASED = 3


class Filter:
    """One stream: takes it as it comes, and gives what may be shown as soon as it may."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin a stream."""
        self.matcher = matcher
        """What to hide from now on."""
        self._data = b""
        """What was not handed out yet, and before it what must be remembered."""
        self._done = 0
        """Up to where the data was handed out or masked."""
        self._hold = 0
        """From where on it may be the beginning of what must be hidden."""
        self._limit = 0
        """Where, after that, something begins that must be hidden."""
        self._masked = False
        """True where the last thing handed out was a mask."""

    @property
    def pending(self) -> bool:
        """True where `idle` would give something."""
        return self._releasable > 0

    @property
    def _releasable(self) -> int:
        shown = max(0, self._done - self._hold)
        return min(_MOST_RELEASED - shown, self._limit - self._done)

    def feed(self, data: bytes) -> bytes:
        """Take more of the stream, and give what may be shown."""
        data = self._data + data
        keep, self._hold = self.matcher.begun(data)
        shown = self._show(data, self.matcher.spans(data), self._hold)
        keep = min(keep, self._done)
        self._data = data[keep:]
        self._done, self._hold, self._limit = (
            place - keep for place in (self._done, self._hold, self._limit)
        )
        return shown

    def idle(self) -> bytes:
        """Give a few of the bytes held back, for a person who waits for them.

        They stay remembered: if the rest of a secret follows, only these were shown of it.
        """
        size = self._releasable
        if size <= 0:
            return b""
        self._masked = False
        self._done += size
        return self._data[self._done - size : self._done]

    def finish(self) -> bytes:
        """Give what is left at the end of the stream."""
        shown = self._show(self._data, self.matcher.spans(self._data), len(self._data))
        self._data, self._done, self._hold, self._limit = b"", 0, 0, 0
        return shown

    def _show(self, data: bytes, spans: list[Span], hold: int) -> bytes:
        shown: list[bytes] = []
        self._limit = len(data)
        for start, end in spans:
            if end <= self._done:
                continue
            if start > max(hold, self._done):
                self._limit = start
                break
            if start > self._done:
                shown.append(data[self._done : start])
                self._masked = False
            if not self._masked:
                shown.append(_MASK)
                self._masked = True
            self._done = end
        if hold > self._done:
            shown.append(data[self._done : hold])
            self._done = hold
            self._masked = False
        return b"".join(shown)
