"""Finds credentials of known formats in text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Iterator, Pattern

from secguard.secrets.contexts import CONTEXTS, UNMARKED
from secguard.secrets.formats import Format, compiled
from secguard.secrets.hosts import is_documentation_host
from secguard.secrets.placeholders import is_placeholder
from secguard.secrets.tokens import TOKENS

FORMATS: tuple[Format, ...] = TOKENS + CONTEXTS + UNMARKED
"""Every known format."""

_NAME_WINDOW = 80


@dataclass(frozen=True)
class Match:
    """Where in a text a credential stands; never the credential itself."""

    format: Format
    """Its format."""
    start: int
    """Offset of the first character of the whole match."""
    end: int
    """Offset after the whole match."""
    secret_start: int
    """Offset of the first character of the secret part."""
    secret_end: int
    """Offset after the secret part."""
    host: str = ""
    """The host a password in a URL or netrc file is for."""


def find(text: str) -> Iterator[Match]:
    """Yield the credentials in a text from left to right, none overlapping another."""
    matches = [*_at_word_starts(text), *_anywhere(text)]
    # Of two readings of the same characters the one that names the provider comes first.
    matches.sort(key=lambda match: (match.secret_start, match.format.anywhere))
    end = 0
    for match in matches:
        if match.secret_start >= end:
            yield match
            end = match.secret_end


def _at_word_starts(text: str) -> Iterator[Match]:
    by_mark, unmarked = _word_formats()
    for candidate in _prefilter().finditer(text):
        for format in by_mark.get(candidate.group(), unmarked):
            match = _match(format, text, candidate.start())
            if match is not None:
                yield match


def _anywhere(text: str) -> Iterator[Match]:
    for format in CONTEXTS:
        for mark in format.marks if format.anywhere else ():
            at = text.find(mark)
            while at >= 0:
                match = _match(format, text, at - format.back) if at >= format.back else None
                if match is not None:
                    yield match
                at = text.find(mark, at + 1 if match is None else match.end)


def _match(format: Format, text: str, start: int) -> Match | None:
    found = compiled(format.pattern).match(text, start)
    if found is None or not _has_name(format, text, start):
        return None
    groups = found.groupdict()
    begin, end = found.span("secret" if "secret" in groups else 0)
    secret, host = text[begin:end], groups.get("host", "")
    if secret == groups.get("user") or is_documentation_host(host):
        return None
    if is_placeholder(secret) or not format.check(secret):
        return None
    return Match(format, found.start(), found.end(), begin, end, host)


def _has_name(format: Format, text: str, start: int) -> bool:
    if not format.name:
        return True
    assigned = compiled(
        rf"(?i){format.name}[\w.-]{{0,16}}['\"]?\s{{0,4}}(?:=>|:=|[:=])\s{{0,4}}['\"]?$"
    )
    return assigned.search(text[max(0, start - _NAME_WINDOW) : start]) is not None


@lru_cache(maxsize=None)
def _word_formats() -> tuple[dict[str, list[Format]], list[Format]]:
    by_mark: dict[str, list[Format]] = {}
    for format in FORMATS:
        for mark in () if format.anywhere else format.marks:
            by_mark.setdefault(mark, []).append(format)
    return by_mark, [format for format in FORMATS if format.start]


@lru_cache(maxsize=None)
def _prefilter() -> Pattern[str]:
    """One pass over the text: a word start, at least 20 token characters, a known beginning."""
    by_mark, unmarked = _word_formats()
    heads = [re.escape(mark) for mark in sorted(by_mark, key=len, reverse=True)]
    heads += dict.fromkeys(format.start for format in unmarked)
    return re.compile(rf"\b(?=[A-Za-z0-9_\-./~+=:]{{20}})(?:{'|'.join(heads)})", re.ASCII)
