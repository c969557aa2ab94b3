"""Jobs with secrets that restore caches which any branch can write."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.events import Reach
from secguard.circleci.model import Step
from secguard.circleci.values import HOLE, Control, Mapped, Scalar, members
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered

_OF_CONTENT = re.compile(
    r"\{\{-?\s*(?:checksum|epoch|\.Revision|\.BuildNum"
    r"|\.Environment\.CIRCLE_(?:SHA1|BUILD_NUM|WORKFLOW_ID|PIPELINE_ID|WORKFLOW_WORKSPACE_ID))\b"
)
_OF_BRANCH = re.compile(r"\{\{-?\s*(?:\.Branch|\.Environment\.CIRCLE_(?:BRANCH|TAG))\b")
_BLANKS = re.compile(r"\s+")


@rule(
    "cache-poisoning",
    summary="a cache that any branch can write, in a job with secrets",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-345", "CICD-SEC-4", "CICD-SEC-9"),
)
def cache_poisoning(config: Config) -> Iterator[Finding]:
    """Report caches found by a name or a prefix in jobs that only some may run."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    weak = [
        (job, step, key)
        for job, step in config.steps("restore_cache")
        for key in _keys(step)[-1:]
        if _weak(key)
    ]
    deploys = config.deployments if weak else {}
    written = _written(config) if weak else {}
    for job, step, key in weak:
        exposure = config.exposure(job)
        deploying = id(job) in deploys
        # A job that every branch runs gives its secrets away without the help of a cache.
        if exposure.reach is Reach.NOBODY or (exposure.open and not deploying):
            continue
        if not (exposure.loses or deploying):
            continue
        writer = next(
            (place for text, place in written.items() if text.startswith(_text(key))), None
        )
        grade = Severity.MEDIUM if writer is not None and not exposure.open else Severity.LOW
        yield cache_poisoning.finding(
            key.at(0, len(key.text)),
            _message(key),
            hint="restore by a checksum only, without shorter keys, or restore nothing in this job",
            severity=grade,
            related=(
                *(call.location() for call in step.calls),
                *((writer,) if writer is not None else ()),
            ),
            exposure=exposure.at_stake,
        )


def _message(key: Scalar) -> str:
    finds = "whatever any branch saved last under such a name"
    if _weak(key) == "branch":
        finds = "also what branches saved whose names only begin the same"
    return f"{key.display!r} finds {finds}, in a job that deploys or has secrets"


def _keys(step: Step) -> tuple[Scalar, ...]:
    args = step.args if isinstance(step.args, Mapped) else None
    found = (*members(args.get("key")), *members(args.get("keys"))) if args is not None else ()
    return tuple(key for key in found if isinstance(key, Scalar) and key.text)


def _weak(key: Scalar) -> str:
    """Say by what a key finds a cache: `branch`, `name`, or nothing where content decides."""
    text = key.assumed
    if _OF_CONTENT.search(text):
        return ""
    unknown = key.unknowns if HOLE in text else ()
    if _OF_BRANCH.search(text) or any(one.control is Control.REF for one in unknown):
        return "branch"
    return "" if unknown else "name"


def _written(config: Config) -> dict[str, Location]:
    found: dict[str, Location] = {}
    for job, step in config.steps("save_cache"):
        if config.exposure(job).open:
            for key in _keys(step):
                place = key.at(0, len(key.text), "every branch saves a cache like this")
                found.setdefault(_text(key), place)
    return found


def _text(key: Scalar) -> str:
    return _BLANKS.sub("", key.assumed)
