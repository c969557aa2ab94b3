"""What jobs really ran in: the digests that CircleCI tells when it starts their containers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Iterator, NamedTuple

from secguard.api.client import Api
from secguard.finding import Location, Problem
from secguard.images.use import key_of
from secguard.logs.jobs import Job
from secguard.logs.steps import steps
from secguard.net.failure import AskError, Failure
from secguard.oci.reference import InvalidReference, parse
from secguard.sanitize import printable

MAX_OUTPUT = 4 * 1024 * 1024
MAX_STARTED = 50
HINT = "see whether it is still there, and whether the token may see it"

_STEP = re.compile(r"(\d{1,9})-\d{1,9} (.*)", re.DOTALL)
_FIRST = "spin up environment"
_START = re.compile(r"Starting container (\S{1,1024})")
_HEAD = re.compile(r"(\S{1,1024}):")
_USING = re.compile(r"using image (\S{1,1024})@(sha256:[0-9a-f]{64})")


class Started(NamedTuple):
    """One container."""

    text: str
    """What was asked for."""
    digest: str
    """What was taken; empty where that is not told."""


@dataclass(frozen=True)
class Ran:
    """One container of one job."""

    where: Location
    text: str
    key: str
    """The image as the lock file names it."""
    digest: str


@dataclass(frozen=True)
class Looked:
    """What became of one job."""

    ran: tuple[Ran, ...] = ()
    problems: tuple[Problem, ...] = ()


def started(output: str) -> Iterator[Started]:
    """Read which containers were started, and from which digests.

    Several are started at once, so their lines may be mixed: a digest belongs to the reference
    above it if that is of the same repository, else to the first one that is.
    """
    waiting: list[tuple[str, str]] = []
    above = ""
    for line in output.splitlines():
        text = line.strip()
        begins, using, head = (pattern.fullmatch(text) for pattern in (_START, _USING, _HEAD))
        if begins is not None and len(waiting) < MAX_STARTED:
            above = begins[1]
            waiting.append((above, _name(above)))
        elif begins is not None:
            yield Started(begins[1], "")
        elif using is not None:
            name = _name(using[1])
            same = [one for one in waiting if one[1] == name]
            found = next((one for one in same if one[0] == above), same[0] if same else None)
            if found is not None:
                waiting.remove(found)
            yield Started(found[0] if found is not None else using[1], using[2])
        elif head is not None and any(head[1] == one for one, _ in waiting):
            above = head[1]
    yield from (Started(one, "") for one, _ in waiting)


def look(api: Api, job: Job) -> Looked:
    """Ask what a job ran in; a job on a machine gives nothing."""
    uri = printable(job.uri, 400)
    try:
        outputs = [_output(api, url) for url in _first_steps(api, job)]
    except AskError as error:
        message = f"what the job ran in is not known: {api.name} {error.message}"
        return Looked((), (Problem(Location(uri), message, HINT),))
    ran: list[Ran] = []
    problems = []
    for one in dict.fromkeys(one for output in outputs for one in started(output)):
        text = printable(one.text, 400)
        try:
            key = key_of(parse(one.text))
        except InvalidReference:
            key = ""
        if len(ran) >= MAX_STARTED or not key or not one.digest:
            message = f"which content of '{text}' the job ran in is not told"
            problems.append(Problem(Location(uri), message, "look at its first step"))
            break
        ran.append(Ran(Location(uri), text, key, one.digest))
    return Looked(tuple(ran), tuple(problems))


def _first_steps(api: Api, job: Job) -> Iterator[str]:
    """Yield where the first step of each node lies; a later one of that name is the job's own."""
    nodes: set[str] = set()
    for step in steps(api, job):
        found = _STEP.fullmatch(step.uri.rpartition("!")[2])
        if found is None or found[1] in nodes:
            continue
        nodes.add(found[1])
        if found[2].lower() != _FIRST or not step.url:
            raise AskError(Failure.UNREACHABLE, "does not tell how the job was started")
        yield step.url
    if not nodes:
        raise AskError(Failure.UNREACHABLE, "tells no step of the job")


def _name(text: str) -> str:
    try:
        return parse(text).name
    except InvalidReference:
        return ""


def _output(api: Api, url: str) -> str:
    # NOTE: the address is signed, and the token is for the API alone.
    pieces = api.stream(url, authorised=False, limit=MAX_OUTPUT)
    try:
        data = json.loads(b"".join(pieces))
    except (ValueError, RecursionError):
        raise AskError(Failure.UNTRUSTED, "sends something that is no output of a step") from None
    return "".join(_message(item) for item in data) if isinstance(data, list) else ""


def _message(item: Any) -> str:
    found = item.get("message") if isinstance(item, dict) else None
    return found if isinstance(found, str) else ""
