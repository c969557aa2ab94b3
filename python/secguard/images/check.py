"""What the rules about images look at: all uses, the lock file, and what registries say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from secguard.circleci.values import HOLE
from secguard.finding import Location, Problem
from secguard.images.lock import Entry, Lock
from secguard.images.offered import Offered
from secguard.images.resolve import Answer, Answers
from secguard.images.use import Use, short
from secguard.net.address import named
from secguard.net.failure import Failure
from secguard.oci.reference import Reference
from secguard.oci.registry import registry_kind
from secguard.policy.images import ImagePolicy, Requirement

if TYPE_CHECKING:
    from secguard.images.ran import Ran
    from secguard.images.signed import Verdict

MAX_NAMED = 3
MAX_OTHERS = 20
"""Other places that a finding lists."""
HINTS = {
    Failure.UNREACHABLE: "try again later, or leave registries out with --offline",
    Failure.LIMITED: "try again later, or log in: --docker-config, --config-auth",
    Failure.FORBIDDEN: "log in: --docker-config takes logins from a docker config, --config-auth "
    "those that the config names",
    Failure.MISSING: "correct the name",
    Failure.UNTRUSTED: "look who answers for the registry: its certificate, a proxy, a mirror",
}
"""What to do about an answer that did not come."""


@dataclass(frozen=True)
class Images:
    """The images of a checkout."""

    uses: tuple[Use, ...]
    policy: ImagePolicy
    today: date
    lock: Lock | None = None
    """None where there is no lock file."""
    frozen: bool = False
    """True where the lock file has to be there, with every image."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What registries said, by `question`; empty where none was asked."""
    offered: Offered | None = None
    """What CircleCI's catalog has; None where it was not asked."""
    ran: tuple[Ran, ...] = ()
    """What the jobs of a pipeline ran in."""
    signatures: Mapping[str, Verdict] = field(default_factory=dict)
    """What became of those that the policy wants, by `question`."""

    def signature(self, use: Use) -> Verdict | None:
        """Say what became of the signatures of an image; None where they were not looked for."""
        return self.signatures.get(question(use))

    def now(self, use: Use) -> str:
        """Give the digest that a use runs now; empty where nobody knows it."""
        answer, reference = self.answers.get(question(use)), use.reference
        if reference is not None and reference.digest and not reference.holes:
            return reference.digest
        return answer.entry.digest if answer is not None and answer.entry is not None else ""

    def entry(self, use: Use) -> Entry | None:
        """Give what is known of the very image that a use runs."""
        reference = use.reference
        answer = self.answers.get(question(use))
        found = [answer.entry if answer is not None else None]
        found.append(self.lock.entries.get(use.key) if self.lock is not None else None)
        for one in found:
            if one is None or reference is None:
                continue
            if not reference.digest or one.digest == reference.digest:
                return one
        return None

    def required(self, use: Use) -> Requirement:
        """Say what the policy wants of an image."""
        if use.reference is None:
            return Requirement()
        return self.policy.required(use.reference, HOLE)

    @cached_property
    def wanted(self) -> dict[str, Reference]:
        """The references to ask for: those that are known, allowed, and not on this machine."""
        return {
            question(use): use.reference
            for use in self.uses
            if use.key and use.reference is not None and self._asked(use.reference)
        }

    def _asked(self, reference: Reference) -> bool:
        if self.policy.verdict(reference, HOLE)[0] is False:
            return False
        local = registry_kind(reference.domain) == "local"
        host, _, port = reference.domain.partition(":")
        known = frozenset((*self.policy.private_registries, *self.policy.plain_registries))
        return not local or named(host, int(port or 0), known)

    def unknown(self) -> Iterator[Problem]:
        """Yield what could not be asked for, by registry and reason.

        Not the digests that are locked: what they stand for cannot change.
        """
        entries = self.lock.entries.values() if self.lock is not None else ()
        known = {entry.digest for entry in entries}
        open_ = {
            asked: answer
            for asked, answer in self.answers.items()
            if answer.unknown and asked.rpartition("@")[2] not in known
        }
        return failures(open_, self.wanted)


def failures(answers: Answers, wanted: Mapping[str, Reference]) -> Iterator[Problem]:
    """Yield the questions that got no usable answer, by registry and reason."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for asked, answer in sorted(answers.items()):
        if answer.failure is not None and asked in wanted:
            kind = (wanted[asked].domain, answer.reason, HINTS[answer.failure])
            found.setdefault(kind, []).append(asked)
    for (host, reason, hint), keys in sorted(found.items()):
        shown = ", ".join(f"'{short(key)}'" for key in keys[:MAX_NAMED])
        more = f" and {len(keys) - MAX_NAMED} more" if len(keys) > MAX_NAMED else ""
        message = f"{shown}{more} could not be checked: the registry {reason}"
        yield Problem(Location(f"registry:{host}"), message, hint)


def question(use: Use) -> str:
    """Name what a registry is asked about a use: the digest where one is written."""
    reference = use.reference
    if reference is not None and reference.digest and not reference.holes:
        return f"{reference.name}@{reference.digest}"
    return use.key


def by_key(uses: Sequence[Use]) -> Iterator[tuple[Use, tuple[Location, ...]]]:
    """Yield one use of each image, the gravest, with the places of the others."""
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(question(use) or use.text, []).append(use)
    for same in found.values():
        first = max(same, key=lambda use: (use.exposed, not use.secondary))
        others = (use.where for use in same if use is not first)
        yield first, tuple(dict.fromkeys((*first.related, *others)))[:MAX_OTHERS]
