"""Asks registries for many images at once, for a limited time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Mapping

from secguard.images.lock import Entry
from secguard.net.failure import AskError, Failure
from secguard.net.spread import spread
from secguard.oci.client import Client
from secguard.oci.reference import Reference


@dataclass(frozen=True)
class Answer:
    """What became of the question for one image."""

    entry: Entry | None = None
    """What the name stands for now."""
    failure: Failure | None = None
    reason: str = ""
    """Why there is no entry, as the end of a sentence that begins with the registry."""

    @property
    def unknown(self) -> bool:
        """True where the question is as open as before."""
        return self.failure in (Failure.UNREACHABLE, Failure.LIMITED, Failure.FORBIDDEN)


Answers = Dict[str, Answer]


def resolve(
    client: Client,
    wanted: Mapping[str, Reference],
    known: Mapping[str, Entry],
    today: str,
    end: float,
) -> Answers:
    """Say what each name stands for; of a digest that is known nothing more is asked.

    `end` is the moment, of the monotonic clock, after which no answer is waited for.
    """
    by_digest = {entry.digest: entry for entry in known.values()}

    def ask(key: str) -> Answer:
        reference = wanted[key]
        try:
            digest, media_type = client.head(reference)
            old = by_digest.get(digest)
            if old is not None and old.media_type == media_type:
                entry = Entry(digest, media_type, old.created, old.platforms, old.resolved or today)
            else:
                created, platforms = client.details(reference, digest)
                entry = Entry(digest, media_type, created, platforms, today)
            return Answer(entry)
        except AskError as error:
            return Answer(None, error.failure, error.message)

    late = Answer(None, Failure.UNREACHABLE, "was not asked: the time was up")
    return spread(ask, wanted, late, end)
