"""The config that a pipeline really runs with, beside what a checkout has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from secguard.api.fields import raw
from secguard.finding import Source
from secguard.net.failure import AskError, Failure
from secguard.source.text import TextFile

if TYPE_CHECKING:
    from secguard.api.client import Api

_MAIN = ("/.circleci/config.yml", "/.circleci/config.yaml")


@dataclass(frozen=True)
class Used:
    """What a pipeline began with and went on with, each with what CircleCI compiled it to."""

    start: TextFile
    compiled_start: TextFile | None = None
    following: TextFile | None = None
    """The config that a setup workflow made or chose."""
    compiled_following: TextFile | None = None
    files: tuple[Source, ...] = ()
    """The configs of the checkout."""

    @property
    def configs(self) -> tuple[TextFile, ...]:
        """The configs, in the order in which they were used."""
        return (self.start,) if self.following is None else (self.start, self.following)

    @property
    def compiled(self) -> tuple[tuple[TextFile, TextFile], ...]:
        """What was compiled, with what came of it."""
        pairs = ((self.start, self.compiled_start), (self.following, self.compiled_following))
        return tuple((one, made) for one, made in pairs if one is not None and made is not None)

    def has(self, config: TextFile) -> bool:
        """Say whether a file of the checkout holds a config, whatever its line ends."""
        return any(same_lines(config.lines, file.lines) for file in self.files)

    @property
    def main(self) -> Source | None:
        """The file of the checkout that a pipeline should begin with."""
        wanted = [file for file in self.files if f"/{file.uri}".endswith(_MAIN)]
        return min(wanted, key=lambda file: (len(file.uri), file.uri), default=None)


def used(api: Api, pipeline: str) -> Used:
    """Ask what a pipeline runs with; raise AskError or ReadError where that cannot be had."""
    from secguard.api.client import path

    answer = api.get(path("/api/v2/pipeline/{}/config", pipeline))
    source, compiled = raw(answer, "source"), raw(answer, "compiled")
    if source is None or compiled is None:
        raise AskError(Failure.UNTRUSTED, "answers without the config")
    setup, compiled_setup = (
        raw(answer, name) or "" for name in ("setup-config", "compiled-setup-config")
    )
    if not (setup or source):
        raise AskError(Failure.MISSING, "has no config of the pipeline yet")
    if not setup or not source or source == setup:
        made = _made("compiled-config", compiled_setup if setup else compiled)
        return Used(_file("config", setup or source), made)
    return Used(
        _file("setup-config", setup),
        _made("compiled-setup-config", compiled_setup),
        _file("config", source),
        _made("compiled-config", compiled),
    )


def same_lines(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Compare texts by their lines; empty ones at the end do not count."""
    return first_difference(one, other) == 0


def first_difference(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Give the number of the first line that differs; 0 where none does."""
    pairs = zip_longest(one, other, fillvalue="")
    return next((at for at, (mine, its) in enumerate(pairs, 1) if mine != its), 0)


def _file(name: str, text: str) -> TextFile:
    return TextFile.decode(f"pipeline:{name}", text.encode("utf-8", "replace"))


def _made(name: str, text: str) -> TextFile | None:
    return _file(name, text) if text else None
