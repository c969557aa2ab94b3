"""Decides which newer content of an image is taken, and which has to wait."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Iterator, Sequence, Union

from secguard.circleci.values import HOLE
from secguard.images.check import Images
from secguard.images.lock import Entry, Lock
from secguard.images.resolve import Answer, Answers
from secguard.images.rewrite import Change, Load, Rewritten, rewrite
from secguard.images.use import Use, key_of
from secguard.net.failure import AskError, Failure
from secguard.net.spread import spread
from secguard.oci.client import Client
from secguard.oci.pattern import Pattern, best
from secguard.oci.reference import Reference
from secguard.oci.tags import newest
from secguard.policy.read import parse_date


@dataclass(frozen=True)
class Step:
    """What becomes of one image."""

    tag: str
    """The tag from now on."""
    entry: Entry
    waiting: bool = False
    """True where newer content is there and too young."""


Seen = Union[Step, Answer]
"""What comes of looking; an Answer where that cannot be told."""


@dataclass
class Updated:
    """What an update comes to."""

    lock: Lock
    rewritten: Rewritten
    answers: Answers
    """What could not be told."""
    wanted: dict[str, Reference]
    """All that was looked at."""
    lines: list[str] = field(default_factory=list)
    """What happened to each image, one line each."""


@dataclass(frozen=True)
class Wish:
    """Which newer content is wanted."""

    today: date
    within: str = ""
    """How far the version may go: `patch`, `minor`, `major`; empty: the tag stays."""
    min_age: int = 0
    """Days that content has to be known here, and to exist, before it is taken."""


def look(client: Client, reference: Reference, old: Entry, wish: Wish) -> Seen:
    """Ask what an image would be now."""
    try:
        tag = reference.tag or "latest"
        if wish.within:
            tag = newest(client.tags(reference), tag, wish.within)
        digest, media_type = client.head(replace(reference, tag=tag, digest=""))
        today = wish.today.isoformat()
        if digest == old.digest:
            return Step(tag, replace(old, next_digest="", next_seen=""))
        created, platforms = client.details(reference, digest)
    except AskError as error:
        return Answer(None, error.failure, error.message)
    entry = Entry(digest, media_type, created, platforms, today)
    if not wish.min_age:
        return Step(tag, entry)
    # NOTE: the publisher writes `created`, so the day on which it was first seen here counts, too.
    seen = old.next_seen if old.next_digest == digest else today
    latest = max(parse_date(day) or date.min for day in (seen, created))
    if latest <= wish.today - timedelta(days=wish.min_age):
        return Step(tag, entry)
    waits = replace(old, next_digest=digest, next_seen=seen)
    return Step(reference.tag or "latest", waits, waiting=True)


def updated(
    client: Client,
    images: Images,
    only: Sequence[Pattern],
    wish: Wish,
    end: float,
    load: Load,
) -> Updated:
    """Look for newer content of the locked images, and write it down wherever it is named."""
    entries = dict(images.lock.entries) if images.lock is not None else {}
    uses = _named(images, entries, only)

    def ask(key: str) -> Seen:
        return look(client, uses[key][0][1], entries[key], wish)

    late: Seen = Answer(None, Failure.UNREACHABLE, "was not asked: the time was up")
    seen = spread(ask, uses, late, end)
    steps = {key: step for key, step in seen.items() if isinstance(step, Step)}
    names = {key: key_of(replace(uses[key][0][1], tag=steps[key].tag, digest="")) for key in steps}
    moved = [
        key for key in steps if (names[key], steps[key].entry.digest) != (key, entries[key].digest)
    ]
    changes = {key: list(_changes(uses[key], steps[key])) for key in moved}
    stuck = {key for key in moved if any(one.use.site is None for one in changes[key])}
    while True:
        # NOTE: an image is renewed everywhere or nowhere, so one refusal takes the others along.
        todo = [one for key in moved if key not in stuck for one in changes[key]]
        rewritten = rewrite(todo, load)
        if not rewritten.refused:
            break
        stuck |= {change.use.key for change in rewritten.refused}
    result = Updated(Lock(entries), rewritten, {}, {key: uses[key][0][1] for key in uses})
    result.answers = {key: step for key, step in seen.items() if isinstance(step, Answer)}
    for key, step in sorted(steps.items()):
        if key in stuck:
            result.lines.append(f"left: {key}: it cannot be written anew everywhere")
            continue
        if step.waiting:
            entry = step.entry
            told = f"{entry.next_digest} was first seen on {entry.next_seen}"
            result.lines.append(f"waits: {key}: {told}")
        elif key in moved:
            result.lines.append(f"updated: {key} -> {names[key]}@{step.entry.digest}")
        del entries[key]
        entries[names[key]] = step.entry
    return result


def _named(
    images: Images, entries: dict[str, Entry], only: Sequence[Pattern]
) -> dict[str, list[tuple[Use, Reference]]]:
    found: dict[str, list[tuple[Use, Reference]]] = {}
    for use in images.uses:
        reference = use.reference
        if reference is None or use.key not in entries or "@" in use.key:
            continue
        if not only or best(only, reference, HOLE):
            found.setdefault(use.key, []).append((use, reference))
    return found


def _changes(uses: Sequence[tuple[Use, Reference]], step: Step) -> Iterator[Change]:
    """Yield what has to be written anew; a use without a site stands for one that cannot be."""
    for use, reference in uses:
        name = use.text.partition("@")[0]
        if reference.tag:
            name = f"{name[: -len(reference.tag)]}{step.tag}"
        new = f"{name}@{step.entry.digest}" if reference.digest else name
        if new != use.text:
            yield Change(use, new)
