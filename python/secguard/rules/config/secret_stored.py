"""Files with credentials that a job keeps as artifacts, test results, workspace or cache."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job, Step
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import Secrets
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._secret_places import in_url
from secguard.rules.config._stored_files import (
    Keeping,
    Kept,
    covers,
    directory,
    resolve,
    written_to,
)
from secguard.shell import Command

_CREDENTIALS = re.compile(
    r"(?:~|.*)/(?:\.aws(?:/credentials|/sso.*)?|\.docker(?:/config\.json)?|\.npmrc|\.netrc|\.pypirc"
    r"|\.gnupg(?:/.*)?|\.kube(?:/config)?|\.azure(?:/.*)?|\.config/(?:gcloud|gh|hub|doctl)(?:/.*)?"
    r"|\.git-credentials|\.vault-token|\.circleci/cli\.yml|\.m2/settings\.xml|\.gem/credentials"
    r"|\.cargo/credentials(?:\.toml)?|\.terraform\.d(?:/credentials\.tfrc\.json)?"
    r"|\.composer/auth\.json|\.databrickscfg|\.snowsql|\.boto|\.s3cfg|\.pgpass|\.my\.cnf"
    r"|\.ssh(?:/(?!known_hosts|config\Z|authorized_keys|.*\.pub\Z).*)?"
    r"|\.env(?!\.(?:example|sample|template|dist|defaults?|test)\b)(?:\.[\w-]+)?)"
)
_MOST = 1_000  # files that one job writes
_ENV = "/.env"  # in a cache it is a virtual environment of Python
_SHOWN = 10
_WHOLE = {"/": "the whole disk", "~": "the whole home directory"}
# What a login leaves on disk.
_LOGINS = (
    (re.compile(r"(?:docker|podman) login\b"), "~/.docker/config.json"),
    (re.compile(r"aws configure set aws_(?:secret|session)"), "~/.aws/credentials"),
    (re.compile(r"gcloud auth activate-service-account\b"), "~/.config/gcloud/credentials.db"),
    (re.compile(r"gh auth login\b"), "~/.config/gh/hosts.yml"),
    (re.compile(r"npm (?:config )?set \S*_auth"), "~/.npmrc"),
)
_GIT_KEEPERS = frozenset(("clone", "set-url", "add"))
_HOW = {
    "store_artifacts": "which anyone who sees the project can download, unmasked",
    "store_test_results": "which are shown unmasked",
    "persist_to_workspace": "which every later job of the workflow gets",
    "save_cache": "which the builds of other branches restore",
}


@dataclass(frozen=True)
class _Written:
    """A file into which a job writes a secret."""

    what: str
    path: str
    step: Step
    where: Location


@rule(
    "secret-stored",
    summary="files with credentials kept after the job",
    severity=Severity.HIGH,
    refs=("CWE-538", "CWE-552", "CICD-SEC-6"),
)
def secret_stored(config: Config) -> Iterator[Finding]:
    """Report kept paths that hold credentials, by their name or because the job wrote them."""
    written: dict[int, list[_Written]] = {}
    for script, secrets in config.secrets:
        written.setdefault(id(script.job), []).extend(_written(script, secrets))
    keeping = Keeping()
    for job in config.jobs:
        files = written.get(id(job), [])[:_MOST]
        for one in keeping.paths(job):
            before = [
                file
                for file in files
                if covers(one.path, file.path) and keeping.earlier(job, file.step, one)
            ]
            yield from _finding(config, job, one, before)


def _finding(config: Config, job: Job, one: Kept, before: list[_Written]) -> Iterator[Finding]:
    shared = one.kind in ("store_artifacts", "store_test_results")
    severity = Severity.HIGH if shared else Severity.MEDIUM
    if before:
        message = f"'{one.kind}' keeps a file with {before[0].what} in it, {_HOW[one.kind]}"
    elif _CREDENTIALS.fullmatch(one.path) and not (one.kind == "save_cache" and _ENV in one.path):
        message = f"'{one.kind}' keeps '{one.path}', where credentials are, {_HOW[one.kind]}"
    elif one.path in _WHOLE:
        severity = Severity.HIGH if shared and config.exposure(job).loses else Severity.MEDIUM
        what = f"{_WHOLE[one.path]} with the credentials in it"
        message = f"'{one.kind}' keeps {what}, {_HOW[one.kind]}"
    elif shared and _holds_checkout(job, one.path):
        severity = Severity.MEDIUM
        message = f"'{one.kind}' keeps the whole working directory, '.git' and all that is in it"
    else:
        return
    yield secret_stored.finding(
        one.where,
        message,
        hint="keep only the files that are needed, by name",
        severity=severity,
        related=(
            *(call.location() for call in one.step.calls),
            *(file.where for file in before[:_SHOWN]),
        ),
        subject=before[0].what if before else one.path,
    )


def _holds_checkout(job: Job, path: str) -> bool:
    """Say whether a path takes in the repository, or all of the working directory."""
    base = directory(job)
    into = [step.arg("path") for step in job.steps if step.kind == "checkout"]
    places = [resolve(given.assumed, base) if given else base for given in into] or [base]
    return any(place and covers(path, place) for place in places)


def _written(script: Script, secrets: Secrets) -> Iterator[_Written]:
    base = directory(script.job, script.step)
    commands = secrets.shell.commands()
    if any(command.name in ("cd", "pushd") for command in commands):
        base = ""  # relative paths are somewhere else then
    removed = [word.text for one in commands if one.name in ("rm", "shred") for word in one.args]
    for command in commands:
        for what, file in _files(command, secrets):
            path = resolve(file, base)
            if path and file not in removed:
                note = f"{what} is written here"
                where = script.text.at(command.start, command.end, note)
                yield _Written(what, path, script.step, where)


def _files(command: Command, secrets: Secrets) -> Iterator[tuple[str, str]]:
    target = written_to(command)
    if target is not None:
        for use in secrets.output(command):
            yield f"'{use.name}'", target
    said = " ".join((command.name, *(word.text for word in command.args)))
    for pattern, file in _LOGINS:
        if pattern.match(said):
            yield f"what '{' '.join(said.split()[:2])}' saves", file
    if command.name == "git" and _GIT_KEEPERS & {word.text for word in command.args[:2]}:
        for word in command.args:
            for use in secrets.uses(word):
                if in_url(word, use) == "userinfo" and command.args[0].text == "remote":
                    yield f"'{use.name}'", ".git/config"
