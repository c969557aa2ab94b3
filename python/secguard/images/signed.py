"""What became of the signatures that the policy wants; what is not checked never counts."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from secguard.finding import Problem

if TYPE_CHECKING:
    from secguard.images.check import Images
    from secguard.images.use import Use


class State(enum.Enum):
    """What the signatures of an image come to."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    INVALID = "invalid"
    UNVERIFIABLE = "unverifiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What the signatures of an image come to, and why."""

    state: State
    reason: str = ""
    """Where it is not signed: the reasons, or the names of what cannot be checked."""


def required(images: Images) -> Iterator[Use]:
    """Yield the uses of images of which the policy wants a signature."""
    return (use for use in images.uses if images.required(use).signed_by)


def unchecked(images: Images) -> Iterator[Problem]:
    """Yield the images whose signature could not be checked: none of them counts as signed."""
    told = set()
    for use in required(images):
        verdict = images.signature(use)
        unknown = verdict is None or verdict.state is State.UNKNOWN
        if unknown and use.text not in told:
            told.add(use.text)
            reason = verdict.reason if verdict is not None else "its registry was not asked"
            yield Problem(
                use.where,
                f"the policy wants a signature of '{use.text}', and it was not checked: {reason}",
                "see docs/signatures.md",
            )
