"""One place that names an image."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Iterable, NamedTuple

from secguard.circleci.values import HOLE
from secguard.finding import Location
from secguard.oci.reference import InvalidReference, Reference, outline
from secguard.source.text import TextFile

_DIGEST = re.compile(r"(sha(?:256|384|512):[0-9a-f]{12})[0-9a-f]+", re.ASCII)

SOURCES = {
    "docker": "the steps of a job run in it",
    "service": "it runs beside the steps of a job",
    "machine": "a machine of CircleCI",
    "xcode": "a machine with macOS",
    "remote-docker": "the Docker engine that a job uses",
    "run": "a step starts it",
    "pull": "a step pulls it",
    "from": "a Dockerfile builds on it",
    "copy": "a Dockerfile copies files from it",
    "mount": "a Dockerfile mounts it",
    "syntax": "it reads a Dockerfile",
    "compose": "a compose file starts it",
}
"""The kinds of uses."""
NAMED = ("machine", "xcode", "remote-docker")
"""The kinds that name no image of a registry."""


class Site(NamedTuple):
    """The range of a file in which a reference stands letter by letter."""

    file: TextFile
    start: int
    end: int


@dataclass(frozen=True)
class Use:
    """One place that names an image."""

    kind: str
    """One of `SOURCES`."""
    text: str
    """The reference as people write it, with defaults put in, what is not known as a template."""
    where: Location
    reference: Reference | None = None
    """None for what names no image of a registry, and for what is no reference."""
    fault: str = ""
    """Why it is no reference, as `InvalidReference` says it."""
    open: bool = False
    """True where a part of it is not known."""
    related: tuple[Location, ...] = ()
    site: Site | None = None
    fixed: str = ""
    """Why it cannot be rewritten in place, as the end of a sentence that begins with it."""
    orb: str = ""
    """The orb that it is written in; empty for the repository itself."""
    exposed: bool = False
    """True where a job that runs it has something to lose."""
    platform: str = ""
    """The platform that it has to run on, where that is known."""
    auth: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the config gives to log in with: names and values as they are written."""

    @property
    def key(self) -> str:
        """Name the image, the same for all ways of writing it; empty where it is not known."""
        return key_of(self.reference) if self.reference is not None else ""

    @property
    def catalogued(self) -> bool:
        """True for what CircleCI's own catalog has."""
        return self.kind in ("machine", "xcode")

    @property
    def secondary(self) -> bool:
        """True where no step runs in it."""
        return self.kind in ("service", "compose")


def key_of(reference: Reference) -> str:
    """Name an image by repository and tag, or by its digest where it has no tag."""
    if reference.holes:
        return ""
    if reference.digest and not reference.tag:
        return f"{reference.name}@{reference.digest}"
    return f"{reference.name}:{reference.tag or 'latest'}"


def short(text: str) -> str:
    """Cut the digests in a text to what people compare."""
    return _DIGEST.sub(r"\1…", text)


def use(kind: str, text: str, where: Location, **more: object) -> Use:
    """Make a use of a text, in which `HOLE` stands for what is not known."""
    display = str(more.pop("display", "")) or text.replace(HOLE, "<< … >>")
    made = Use(kind, display, where, open=HOLE in text, **more)  # type: ignore[arg-type]
    if kind in NAMED:
        return made
    try:
        return replace(made, reference=outline(text, HOLE))
    except InvalidReference as error:
        return replace(made, fault=error.reason)


def merged(uses: Iterable[Use]) -> tuple[Use, ...]:
    """Put the uses of one text at one place together, in the order of the files."""
    found: dict[tuple[Location, str], Use] = {}
    for one in uses:
        spot = (replace(one.where, note=""), one.text)
        known = found.get(spot)
        if known is not None:
            first = known if known.kind in ("docker", one.kind) else one
            platform = first.platform if known.platform == one.platform else ""
            one = replace(
                first,
                exposed=known.exposed or one.exposed,
                platform=platform,
                auth=known.auth or one.auth,
            )
        found[spot] = one
    return tuple(sorted(found.values(), key=lambda one: (one.where.sort_key, one.text)))
