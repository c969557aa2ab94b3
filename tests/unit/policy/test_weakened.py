"""A change that is not told takes nothing away: held against every name of a small world."""

from __future__ import annotations

import random
from datetime import date
from fnmatch import fnmatchcase
from itertools import product

import pytest

from secguard.policy import rotation, runtime
from secguard.policy.patterns import covers
from secguard.policy.rotation import KINDS, NEVER, Lifetime, RotationPolicy
from secguard.policy.runtime import LISTS, Terms

NAMES = ["".join(one) for length in range(4) for one in product("ab", repeat=length)]
PATTERNS = ["".join(one) for length in (1, 2, 3) for one in product("ab*", repeat=length)]
ODD = ["?", "[ab]", "a?", "[a]*", "*]", "[*", "?*"]
DAYS = (date(2026, 1, 1), date(2026, 2, 1))
ROUNDS = 3_000


def some(source: random.Random, most: int = 2) -> tuple[str, ...]:
    return tuple(source.choice(PATTERNS[:12] + ODD) for _ in range(source.randint(1, most)))


def named(patterns: tuple[str, ...]) -> set[str]:
    return {name for name in NAMES if any(fnmatchcase(name, one) for one in patterns)}


@pytest.mark.parametrize("pattern", PATTERNS + ODD)
def test_what_is_covered_is_among_the_names(pattern: str) -> None:
    for name in PATTERNS + ODD:
        if covers((pattern,), (name,)):
            assert named((name,)) <= named((pattern,))


@pytest.mark.parametrize(("pattern", "name"), [("*", "[ab]"), ("a*", "ab"), ("a*", "a*b")])
def test_what_is_plainly_narrower_is_covered(pattern: str, name: str) -> None:
    assert covers((pattern,), (name,)) and not covers((name,), (pattern,))


def terms(source: random.Random) -> tuple[Terms, ...]:
    def listed() -> tuple[str, ...] | None:
        return source.choice([None, (), ("a",), ("a*",), ("*",), some(source)])

    return tuple(
        Terms(some(source), source.choice(["", "deny", "allow"]), listed(), listed())
        for _ in range(source.randint(0, 2))
    )


def denied(decided: tuple[Terms, ...], job: str) -> set[tuple[str, str]]:
    """Give what a job may not be, and how a rerun with SSH is told."""
    own = [one for one in decided if one.names(job)]
    words = {one.ssh_rerun for one in own}
    found = {("ssh", "deny")} if "deny" in words else set()
    found |= {("ssh", "told")} if "deny" in words or "allow" not in words else set()
    return found | {
        (key, value)
        for key in LISTS
        for value in NAMES
        if any(not one.allows(key, value) for one in own)
    }


def test_terms_that_are_not_told_to_be_weaker_deny_as_much() -> None:
    source = random.Random(7)  # noqa: S311 - no secret comes from it
    silent = 0
    for _ in range(ROUNDS):
        before, after = terms(source), terms(source)
        after = source.choice([after, (*before, *after)])
        if not list(runtime.weakened(before, after)):
            silent += 1
            for job in ("", "a", "b", "ab", "ba", "aab"):
                assert denied(before, job) <= denied(after, job), (before, after, job)
    assert silent > ROUNDS / 10


def ages(source: random.Random) -> RotationPolicy:
    def age() -> float:
        return source.choice([1, 2, 3, NEVER])

    kinds = source.sample(KINDS[:3], source.randint(0, 2))
    return RotationPolicy(
        age(),
        {kind: age() for kind in kinds},
        tuple(Lifetime(some(source), age()) for _ in range(source.randint(0, 2))),
        source.choice([None, *DAYS]),
    )


def test_ages_that_are_not_told_to_be_weaker_are_as_short() -> None:
    source = random.Random(8)  # noqa: S311 - no secret comes from it
    silent = 0
    for _ in range(ROUNDS):
        before, after = ages(source), ages(source)
        if not list(rotation.weakened(before, after)):
            silent += 1
            assert (after.all_older_than or date.min) >= (before.all_older_than or date.min)
            for kind, name in product(KINDS, NAMES):
                assert after.limit(kind, name) <= before.limit(kind, name), (before, after, name)
    assert silent > ROUNDS / 50
