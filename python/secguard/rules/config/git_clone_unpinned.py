"""Other repositories that a job clones at their newest commit and runs."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values, way
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._code import code_words
from secguard.rules.config._gathered import gathered
from secguard.rules.config._urls import Url
from secguard.shell import Command, Word
from secguard.shell.options import arguments

_VALUED = frozenset(
    """
    -b -c -j -o -u --branch --config --depth --filter --jobs --origin --recurse-submodules
    --reference --revision --separate-git-dir --shallow-since --template --upload-pack
    """.split()
)
_BUILDS = frozenset(
    """
    bundle cargo cmake composer docker go gradle just make meson mvn npm npx pip pip3 pipenv pnpm
    poetry rake task tox uv yarn
    """.split()
)
_PINNED = re.compile(r"[0-9a-f]{7,40}|(?:refs/tags/|tags/)?[\w/@.-]*\d+\.\d+[\w.-]*|.*\$.*")
_MOST = 50
_SSH = re.compile(r"(?:ssh://)?(?:[\w.-]+@)([\w.-]+)[:/](.+)")


@rule(
    "git-clone-unpinned",
    summary="code of another repository, at its newest commit",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-829", "CICD-SEC-3"),
)
def git_clone_unpinned(config: Config) -> Iterator[Finding]:
    """Report clones of other repositories whose code the job runs, with no commit named."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for clone in _clones(config):
        if clone.run is not None:
            exposure = config.exposure(clone.script.job)
            start, end = clone.word.start, clone.word.end
            yield git_clone_unpinned.finding(
                clone.script.text.at(start, end),
                f"the newest commit of {clone.name!r} is run, whatever it is, so whoever may push "
                "there runs code in the job",
                hint="check out a commit: `git clone --revision COMMIT`, or `git checkout COMMIT`",
                severity=Severity.MEDIUM if exposure.loses and clone.public else Severity.LOW,
                related=(*way(clone.script, start, end), clone.run),
                subject=clone.name,
                exposure=exposure.at_stake,
            )


class _Clone:
    def __init__(self, script: Script, word: Word, name: str, folder: str, public: bool) -> None:
        self.script = script
        self.word = word
        self.name = name
        self.folder = folder
        self.public = public
        self.entered = folder == "."
        self.pinned = False
        self.run: Location | None = None


def _clones(config: Config) -> Iterator[_Clone]:
    shells = {id(script): shell for shell, scripts in config.texts for script in scripts}
    job: Job | None = None
    found: list[_Clone] = []
    for script in config.scripts:
        if script.job is not job:
            yield from found
            job, found = script.job, []
        shell = shells.get(id(script))
        if shell is None or not (found or "git clone" in shell.text):
            continue
        for clone in found:
            clone.entered = clone.folder == "."
        values = Values(script, shell)
        for command in shell.commands():
            if command.name == "git":
                found += _git(script, command, values, found)
                del found[_MOST:]
            else:
                for clone in found:
                    _see(script, command, values, clone)
    yield from found


def _git(script: Script, command: Command, values: Values, known: list[_Clone]) -> Iterator[_Clone]:
    given = arguments(command.args, _VALUED | {"-C"}, values.spell)
    plain = [one for one in given if not one.name]
    verb = plain[0].value if plain else ""
    if verb in ("checkout", "reset", "switch"):
        if any(_PINNED.fullmatch(one.value) for one in plain[1:]):
            for clone in known:
                clone.pinned = True
        return
    if verb != "clone" or len(plain) < 2:
        return
    refs = [one.value for one in given if one.name in ("-b", "--branch", "--revision")]
    name = _name(plain[1].value)
    if name and not any(_PINNED.fullmatch(ref) for ref in refs):
        folder = (plain[2].value if len(plain) > 2 else name).rstrip("/").rpartition("/")[2]
        # One's own repositories are cloned with a key, and those of others without.
        public = plain[1].value.startswith("https:")
        yield _Clone(script, plain[1].word, name, folder or ".", public)


def _name(address: str) -> str:
    """Name a repository of somebody else by host and path; empty for one that is not known."""
    ssh = _SSH.fullmatch(address)
    url = Url(f"https://{ssh[1]}/{ssh[2]}" if ssh and "://" not in address else address)
    path = url.rest.strip("/")
    if not url.public or "$" in path or not path:
        return ""
    return f"{url.host}/{path[:-4] if path.endswith('.git') else path}"


def _see(script: Script, command: Command, values: Values, clone: _Clone) -> None:
    if clone.pinned or clone.run is not None:
        return
    words = [values.spell(word) for word in command.words[command.argv_start :]]
    if not words:
        return
    inside = [":" not in text and clone.folder in text.split("/") for text in words]
    if command.name in ("cd", "pushd"):
        clone.entered = clone.entered or any(inside)
        return
    code = any(clone.folder in values.spell(word).split("/") for word in code_words(command))
    own = ("/" in words[0] and not words[0].startswith("/")) or bool(code_words(command))
    if (
        ("/" in words[0] and inside[0])
        or code
        or (command.name in _BUILDS and (clone.entered or any(inside[1:])))
        or (clone.entered and own)
    ):
        clone.run = script.text.at(command.start, command.words[-1].end, "it is put to use here")
