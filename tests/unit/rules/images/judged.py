"""Images as the rules see them: a config, a policy, a lock file, and what registries said."""

from __future__ import annotations

from datetime import date
from typing import Any

from secguard.finding import Finding
from secguard.images.check import Images
from secguard.images.dockerfile import uses_of as of_dockerfile
from secguard.images.lock import Entry, Lock
from secguard.images.resolve import Answer
from secguard.images.use import merged
from secguard.net.failure import Failure
from secguard.policy.images import ImagePolicy
from secguard.policy.read import read_policy
from secguard.rule import Rule
from secguard.source.text import TextFile
from tests.unit.images.checkouts import DIGEST, OTHER, job, uses

TODAY = date(2026, 11, 22)
KEY = "docker.io/acme/app:1"
PINNED = f"docker.io/acme/app@{DIGEST}"
SAME = Entry(DIGEST, created="2026-10-01", resolved="2026-10-02")
MOVED = Entry(OTHER, created="2026-11-20", resolved="2026-11-22")


def docker(image: str, more: str = "") -> str:
    """Write a config whose job runs in an image."""
    return job(f"docker:\n  - image: {image}\n{more}steps: [checkout]\n")


def exposed(text: str) -> str:
    """Give the job of a config a context."""
    return text.replace("jobs: [build]", "jobs: [{build: {context: deploy}}]")


def images(config: str = "", *, dockerfile: str = "", policy: str = "", **given: Any) -> Images:
    """Put together what the rules look at."""
    found = [*uses(config)] if config else []
    if dockerfile:
        found += of_dockerfile(TextFile("Dockerfile", dockerfile))
    decided = ImagePolicy()
    if policy:
        decided = read_policy(TextFile("secguard.yml", f"images: {policy}\n"), ()).images
    if isinstance(given.get("lock"), dict):
        given["lock"] = Lock(given["lock"])
    return Images(merged(found), decided, TODAY, **given)


def failed(failure: Failure, reason: str = "says why") -> Answer:
    """Give the answer of a registry that has none."""
    return Answer(None, failure, reason)


def found(rule: Rule, target: Images) -> list[Finding]:
    """Run one rule."""
    return list(rule.check(target))


def told(rule: Rule, target: Images) -> list[tuple[str, str]]:
    """Run one rule, and give severities and subjects."""
    return [(str(one.severity), one.subject) for one in found(rule, target)]
