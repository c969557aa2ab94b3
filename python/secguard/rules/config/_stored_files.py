"""Which files a job writes, which it keeps, and where both are."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from itertools import islice
from typing import Iterator

from secguard.circleci.model import Job, Step
from secguard.circleci.values import HOLE, Mapped, scalars
from secguard.finding import Location
from secguard.shell import Block, Command, Redirect

KEEPERS = ("store_artifacts", "store_test_results", "persist_to_workspace", "save_cache")
"""Steps that keep files after the job, or hand them to other jobs."""

_MOST = 1_000  # paths that one job keeps
_DEFAULT = "~/project"
_HOME = re.compile(r"^(?:~|\$HOME|\$\{HOME\}|/home/circleci|/root)(?=/|\Z)")
_UNKNOWN = re.compile(rf"[$`{HOLE}]")


@dataclass(frozen=True)
class Kept:
    """A path that a step keeps."""

    kind: str
    """The step, one of `KEEPERS`."""
    path: str
    """Where it is: from `/` or from `~`, without `.` and `..`."""
    step: Step
    where: Location


class Keeping:
    """What the jobs of a config keep, worked out once for each."""

    def __init__(self) -> None:
        """Start with no job."""
        self._known: dict[int, tuple[tuple[Kept, ...], dict[int, int]]] = {}

    def paths(self, job: Job) -> tuple[Kept, ...]:
        """Give the paths that the steps of a job keep, as far as they are known."""
        return self._of(job)[0]

    def earlier(self, job: Job, step: Step, one: Kept) -> bool:
        """Say whether a step runs before a path is kept."""
        order = self._of(job)[1]
        return order[id(step)] < order[id(one.step)]

    def after(self, job: Job, step: Step, path: str) -> Kept | None:
        """Give what keeps a file that a step writes, if a later step does."""
        for one in self.paths(job) if path else ():
            if covers(one.path, path) and self.earlier(job, step, one):
                return one
        return None

    def _of(self, job: Job) -> tuple[tuple[Kept, ...], dict[int, int]]:
        if id(job) not in self._known:
            order = {id(step): at for at, step in enumerate(job.steps)}
            self._known[id(job)] = (tuple(islice(_kept(job), _MOST)), order)
        return self._known[id(job)]


def _kept(job: Job) -> Iterator[Kept]:
    base = directory(job)
    for step in job.steps:
        if step.kind not in KEEPERS or not isinstance(step.args, Mapped):
            continue
        inside = base
        if step.kind == "persist_to_workspace":
            root = step.arg("root")
            inside = resolve(root.assumed, base) if root is not None else base
        key = "path" if step.kind.startswith("store_") else "paths"
        for text in scalars(step.args.get(key)):
            path = resolve(text.assumed, inside)
            if path and inside:
                where = text.at(0, len(text.text), f"kept by {step.kind!r}")
                yield Kept(step.kind, path, step, where)


def directory(job: Job, step: Step | None = None) -> str:
    """Give the directory that a job, or one of its steps, works in; empty where it is unknown."""
    own = job.data.scalar("working_directory") if job.data is not None else None
    own = own or job.executor.arg("working_directory")
    base = resolve(own.assumed, _DEFAULT) if own is not None else _DEFAULT
    inner = step.arg("working_directory") if step is not None else None
    return resolve(inner.assumed, base) if inner is not None else base


def resolve(path: str, base: str) -> str:
    """Write a path from `/` or `~`; empty where a part of it is unknown."""
    text = _HOME.sub("~", path.strip().strip("\"'"), count=1)
    if not text or _UNKNOWN.search(text) or not base:
        return ""
    made = posixpath.normpath(text if text[0] in "/~" else posixpath.join(base, text))
    return "/" if made.startswith((".", "~/..")) else _HOME.sub("~", made, count=1)


def covers(path: str, file: str) -> bool:
    """Say whether a kept path, which may be a pattern, takes in a file."""
    if path == "/" or path == file:
        return True
    wanted, given = path.split("/"), file.split("/")
    if len(wanted) > len(given):
        return False
    return all(_fits(one, other) for one, other in zip(wanted, given))


def _fits(pattern: str, name: str) -> bool:
    if "*" not in pattern:
        return pattern == name
    first, *_, last = pattern.split("*")
    return name.startswith(first) and name.endswith(last)


def written_to(command: Command) -> str | None:
    """Give the file that a command's output goes to, as it is written; None where it is none."""
    member: Command | Block = command
    while True:
        target = _target(member.redirects)
        if target is not None:
            return target
        line = member.pipeline
        if line is None:
            return None
        for other in line.members[member.index + 1 :]:
            if isinstance(other, Command) and other.name == "tee":
                named = [word.text for word in other.args if not word.text.startswith("-")]
                return named[0] if named else None
            target = _target(other.redirects)
            if target is not None:
                return target
        if line.block.captured or line.block.owner is not None:
            return None
        member = line.block


def _target(redirects: tuple[Redirect, ...]) -> str | None:
    for redirect in reversed(redirects):
        if redirect.operator.startswith((">", "&>")) and redirect.fd in ("", "1"):
            text = redirect.target.text
            return None if text.isdigit() or text.startswith("/dev/") else text
    return None
