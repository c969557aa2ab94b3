"""Follows downloaded files through the steps of a job: are they checked, are they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values
from secguard.finding import Location
from secguard.rules.config._code import code_words
from secguard.rules.config._downloads import VERIFIERS, Download, download
from secguard.rules.config._urls import Url
from secguard.shell import Command, Word

_INSTALLERS = frozenset(
    "apk apt apt-get brew dnf dpkg gdebi install installer msiexec npm pip pip3 rpm yum".split()
)
EXTRACTORS = frozenset("7z bsdtar gtar gunzip jar tar unxz unzip".split())
"""Programs that unpack archives."""

_MOVERS = frozenset("cp ditto gunzip install ln mv rsync".split())
_ENTERS = frozenset("cd pushd".split())
_CHECKS = re.compile(r"verify|checksum|check[-_]?sum|signature", re.IGNORECASE)
_IMPORTS = re.compile(
    r"--(?:import|dearmor|recv-keys|keyserver|list-keys)|\benc\b|\bgenrsa\b|\brand\b"
)
_RUNNABLE = re.compile(r"[ugoa]*[+=][rwst]*[xX].*|[0-7]?[0-7]{0,2}[1357]")
_ARCHIVE = re.compile(r"\.(?:tar(?:\.\w{1,4})?|tgz|tbz2?|txz|zip)\Z")
_BIN = re.compile(r"(?:^|/)s?bin(?:/|\Z)|/cli-plugins(?:/|\Z)|^/opt(?:/|\Z)|^/usr(?:/|\Z)|^/\Z")


@dataclass
class Fetched:
    """One downloaded file and what became of it in the job."""

    script: Script
    download: Download
    url: Url
    word: Word
    """The word that holds the address."""
    checked: bool = False
    """True where something that compares checksums or signatures ran before the file did."""
    run: Location | None = None
    """Where the file is run, installed or made executable."""
    mark: int = 0
    """How many checks there were before it was downloaded."""


def fetched(config: Config) -> tuple[Fetched, ...]:
    """Follow the files that the scripts of each job download, in the order of its steps."""
    shells = {id(script): shell for shell, scripts in config.texts for script in scripts}
    job: Job | None = None
    track = _Track()
    result: list[Fetched] = []
    for script in config.scripts:
        if script.job is not job:
            track.end()
            job, track = script.job, _Track()
        shell = shells.get(id(script))
        if shell is None:
            continue
        track.landed.clear()  # a check that comes later than the script's end comes too late
        values = Values(script, shell)
        for command in shell.commands():
            found = download(command, values)
            if found is not None:
                result += track.add(script, found, values)
            elif track.files:
                track.see(script, command, values)
    track.end()
    return tuple(result)


class _Track:
    def __init__(self) -> None:
        self.files: dict[str, Fetched] = {}
        self.landed: dict[int, Fetched] = {}
        """What was written to where programs are, so that a check may still follow."""
        self._checks = 0

    def end(self) -> None:
        """End a job: what was not run counts as checked where a check came after it."""
        for one in self.files.values():
            if one.run is None:
                one.checked = self._checks > one.mark

    def add(self, script: Script, found: Download, values: Values) -> Iterator[Fetched]:
        for at, (url, word) in enumerate(found.urls):
            one = Fetched(script, found, url, word, mark=self._checks)
            name = found.files[min(at, len(found.files) - 1)] if found.files else ""
            if found.stdout and self._extracted(found.command, values):
                one.run = _place(script, found.command)
            if name:
                if _BIN.search(name.rpartition("/")[0]):
                    one.run = _place(script, found.command)
                    self.landed[id(one)] = one
                self.files[_base(name)] = one
            yield one

    def _extracted(self, command: Command, values: Values) -> bool:
        readers = (one for one in command.piped_into if one.name in EXTRACTORS)
        return any(_BIN.search(_target(reader, values)) for reader in readers)

    def see(self, script: Script, command: Command, values: Values) -> None:
        if _verifies(command):
            self._checks += 1
            for one in self.landed.values():
                one.checked = True
            self.landed.clear()
            return
        words = [values.spell(word) for word in command.words[command.argv_start :]]
        for text in words:
            for name in (_base(text), *_folders(text)):
                known = self.files.get(name)
                if known is not None and (known.run is None or id(known) in self.landed):
                    self._use(script, command, values, known, name, words)

    def _use(
        self,
        script: Script,
        command: Command,
        values: Values,
        one: Fetched,
        name: str,
        words: list[str],
    ) -> None:
        called, last = command.name, words[-1]
        if called in EXTRACTORS and _ARCHIVE.search(name):
            if _BIN.search(_target(command, values)):
                self._run(script, command, one)
            self.files.setdefault(_ARCHIVE.sub("", name), one)
        elif (
            called in _INSTALLERS
            or (called == "java" and name.endswith(".jar"))
            or (called in _ENTERS and not _ARCHIVE.search(name))
            or (called == "chmod" and len(words) > 1 and _RUNNABLE.fullmatch(words[1]))
            or (called in _MOVERS and _BIN.search(last))
            or ("/" in words[0] and name in words[0].split("/"))
            or any(_base(values.spell(word)) == name for word in code_words(command))
        ):
            self._run(script, command, one)

    def _run(self, script: Script, command: Command, one: Fetched) -> None:
        one.run = _place(script, command)
        one.checked = self._checks > one.mark
        self.landed.pop(id(one), None)


def _place(script: Script, command: Command) -> Location:
    return script.text.at(command.start, command.words[-1].end, "it is put to use here")


def _verifies(command: Command) -> bool:
    if command.name in VERIFIERS:
        return not _IMPORTS.search(command.raw)
    return _CHECKS.search(command.name) is not None


def _target(command: Command, values: Values) -> str:
    words = [values.spell(word) for word in command.args]
    for at, text in enumerate(words):
        if text in ("-C", "-d", "--directory") or (text[:1] == "-" and text.endswith("C")):
            return words[at + 1] if at + 1 < len(words) else ""
        if text.startswith(("--directory=", "-C/", "-d/")):
            return text.partition("=")[2] or text[2:]
    return ""


def _base(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _folders(text: str) -> list[str]:
    return text.split("/")[:-1][-8:] if "/" in text else []
