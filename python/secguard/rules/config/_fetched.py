"""Follows downloaded files through the steps of a job: are they checked, are they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.script import Script
from secguard.finding import Location
from secguard.rules.config._code import code_words
from secguard.rules.config._downloads import VERIFIERS, Download, download
from secguard.rules.config._texts import Values, texts
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
    landed: bool = False
    """True where it is only written to where programs are, so that a check may still follow."""


def fetched(config: Config) -> tuple[Fetched, ...]:
    """Follow the files that the scripts of each job download, in the order of its steps."""
    shells = {id(script): shell for shell, scripts in texts(config) for script in scripts}
    job: Job | None = None
    track = _Track()
    all: list[Fetched] = []
    for script in config.scripts:
        if script.job is not job:
            job, track = script.job, _Track()
        shell = shells.get(id(script))
        if shell is None:
            continue
        track.settle()
        values = Values(script, shell)
        for command in shell.commands():
            found = download(command, values)
            if found is not None:
                all += track.add(script, found, values)
            elif track.files:
                track.see(script, command, values)
    return tuple(all)


class _Track:
    def __init__(self) -> None:
        self.files: dict[str, Fetched] = {}

    def settle(self) -> None:
        """Begin a script: what landed in the one before was not checked there."""
        for one in self.files.values():
            one.landed = False

    def add(self, script: Script, found: Download, values: Values) -> Iterator[Fetched]:
        for at, (url, word) in enumerate(found.urls):
            one = Fetched(script, found, url, word)
            name = found.files[min(at, len(found.files) - 1)] if found.files else ""
            if found.stdout and self._extracted(found.command, values):
                one.run = _place(script, found.command)
            if name:
                if _BIN.search(name.rpartition("/")[0]):
                    one.run, one.landed = _place(script, found.command), True
                self.files[_base(name)] = one
            yield one

    def _extracted(self, command: Command, values: Values) -> bool:
        readers = (one for one in command.piped_into if one.name in EXTRACTORS)
        return any(_BIN.search(_target(reader, values)) for reader in readers)

    def see(self, script: Script, command: Command, values: Values) -> None:
        if _verifies(command):
            for one in self.files.values():
                one.checked = one.checked or one.run is None or one.landed
            return
        words = [values.spell(word) for word in command.words[command.argv_start :]]
        for text in words:
            for name in (_base(text), *_folders(text)):
                known = self.files.get(name)
                if known is not None and (known.run is None or known.landed):
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
                one.run, one.landed = _place(script, command), False
            self.files.setdefault(_ARCHIVE.sub("", name), one)
        elif (
            called in _INSTALLERS
            or (called in _ENTERS and not _ARCHIVE.search(name))
            or (called == "chmod" and len(words) > 1 and _RUNNABLE.fullmatch(words[1]))
            or (called in _MOVERS and _BIN.search(last))
            or ("/" in words[0] and name in words[0].split("/"))
            or any(_base(values.spell(word)) == name for word in code_words(command))
        ):
            one.run, one.landed = _place(script, command), False


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
