"""Puts together what is to be locked and pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from secguard.images.check import Images, question
from secguard.images.lock import Entry, Lock
from secguard.images.resolve import Answers
from secguard.images.rewrite import Change, Load, Rewritten, rewrite
from secguard.images.use import Use
from secguard.oci.reference import Reference


@dataclass(frozen=True)
class Locked:
    """A new lock, and what is missing for it."""

    lock: Lock
    missing: dict[str, Reference]


def locked(images: Images, old: Lock, answers: Answers) -> Locked:
    """Keep the entries of images that are still named, and add those that answers bring."""
    entries: dict[str, Entry] = {}
    missing: dict[str, Reference] = {}
    wanted = images.wanted
    for use in sorted(images.uses, key=question):
        reference = use.reference
        if question(use) not in wanted or reference is None or use.key in entries:
            continue
        kept = old.entries.get(use.key)
        if kept is not None and reference.digest in ("", kept.digest):
            entries[use.key] = kept
            continue
        answer = answers.get(question(use))
        if answer is not None and answer.entry is not None:
            entries[use.key] = answer.entry
        else:
            missing[question(use)] = reference
            if kept is not None:
                entries[use.key] = kept
    return Locked(Lock(entries), missing)


def to_pin(images: Images) -> dict[str, Reference]:
    """Name the images to ask for: without a digest here and in the lock file."""
    locked = images.lock.entries if images.lock is not None else {}
    return {
        question(use): use.reference
        for use in _pinnable(images)
        if use.reference is not None and use.key not in locked
    }


def _pinnable(images: Images) -> Iterator[Use]:
    for use in images.uses:
        reference = use.reference
        if use.key and not use.orb and reference is not None and not reference.digest:
            if use.key in images.wanted:
                yield use


def pinned(images: Images, answers: Answers, load: Load) -> tuple[Rewritten, list[tuple[Use, str]]]:
    """Add digests to references, and say which were left and why."""
    locked = images.lock.entries if images.lock is not None else {}
    changes: list[Change] = []
    left: list[tuple[Use, str]] = []
    for use in _pinnable(images):
        answer = answers.get(question(use))
        entry = locked.get(use.key) or (answer.entry if answer is not None else None)
        if use.site is None:
            left.append((use, use.fixed))
        elif entry is not None:
            changes.append(Change(use, f"{_named(use)}@{entry.digest}"))
    rewritten = rewrite(changes, load)
    why = "would change something else as well"
    left += ((change.use, why) for change in rewritten.refused)
    return rewritten, left


def _named(use: Use) -> str:
    """Give the reference as it is written, with a tag: a digest alone tells people nothing."""
    site = use.site
    text = site.file.text[site.start : site.end] if site is not None else use.text
    tagged = use.reference is not None and use.reference.tag
    return text if tagged else f"{text}:latest"
