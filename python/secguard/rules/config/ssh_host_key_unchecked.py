"""SSH connections to whichever server answers."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.spelling import way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._variables import variables
from secguard.shell import Command
from secguard.shell import Script as Shell

_OPTION = re.compile(
    r"StrictHostKeyChecking(?:\s*=\s*|[ \t]+)[\"']?(no|off|accept-new)\b", re.IGNORECASE
)
_FORGET = re.compile(r"UserKnownHostsFile(?:\s*=\s*|[ \t]+)[\"']?/dev/null", re.IGNORECASE)
_CLIENTS = ("rsync", "scp", "sftp", "ssh", "ssh-copy-id")
_MOST = 100
_LOOPBACK = re.compile(r"(?:[\w.-]+@)?(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::.*)?")
_SETTINGS = frozenset(
    """
    ANSIBLE_HOST_KEY_CHECKING ANSIBLE_SSH_ARGS ANSIBLE_SSH_COMMON_ARGS ANSIBLE_SSH_EXTRA_ARGS
    GIT_SSH GIT_SSH_COMMAND RSYNC_RSH SSH_ARGS SSH_FLAGS SSH_OPTIONS SSH_OPTS
    """.split()
)
_HINT = "put the server's published key into `~/.ssh/known_hosts`"


@rule(
    "ssh-host-key-unchecked",
    summary="SSH without a look at the server's key",
    severity=Severity.MEDIUM,
    refs=("CWE-295", "CWE-322", "CICD-SEC-7"),
)
def ssh_host_key_unchecked(config: Config) -> Iterator[Finding]:
    """Report SSH options that accept any host key, and keys taken from the network."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for shell, scripts in config.texts:
        found = [*_options(shell), *_scans(shell)] if "ssh" in shell.text.lower() else []
        for script in scripts:
            for start, end, kind in found:
                yield _finding(kind, script, start, end)
    for setting in variables(config, _SETTINGS):
        match = _OPTION.search(setting.value)
        if setting.name == "ANSIBLE_HOST_KEY_CHECKING":
            off = setting.value.lower() in ("0", "false", "no", "off")
        else:
            off = match is not None and not setting.scripted
        if off:
            kind = match[1].lower() if match else "no"
            severity, message = _grade(kind)
            yield ssh_host_key_unchecked.finding(
                setting.where, message, hint=_HINT, severity=severity, related=setting.related
            )


def _finding(kind: str, script: Script, start: int, end: int) -> Finding:
    severity, message = _grade(kind)
    return ssh_host_key_unchecked.finding(
        script.text.at(start, end),
        message,
        hint=_HINT,
        severity=severity,
        related=way(script, start, end),
    )


def _grade(kind: str) -> tuple[Severity, str]:
    if kind == "scan":
        return (
            Severity.LOW,
            "'ssh-keyscan' takes the key of whichever server answers, so it proves nothing",
        )
    if kind == "accept-new":
        return (
            Severity.LOW,
            "'accept-new' trusts whichever server answers first, and a job always asks first",
        )
    return (
        Severity.MEDIUM,
        "the server's host key is not checked, so anyone on the way can take its place",
    )


def _options(shell: Shell) -> Iterator[tuple[int, int, str]]:
    seen: set[int] = set()
    text = shell.text
    local = [
        (command.start, command.end)
        for command in shell.commands()
        if command.name in _CLIENTS and _local(command)
    ][:_MOST]
    for word in shell.words():
        for match in _OPTION.finditer(text, word.start, word.end):
            at = match.start()
            if at in seen or any(start <= at < end for start, end in local):
                continue
            seen.add(at)
            kind = match[1].lower()
            if kind == "accept-new" and _FORGET.search(text):
                kind = "no"
            yield match.start(), match.end(), kind


def _local(command: Command) -> bool:
    return any(_LOOPBACK.fullmatch(word.text) for word in command.args)


def _scans(shell: Shell) -> Iterator[tuple[int, int, str]]:
    for command in shell.commands():
        if command.name == "ssh-keyscan" and _kept(command) and not _local(command):
            yield command.start, command.words[-1].end, "scan"


def _kept(command: Command) -> bool:
    targets = [redirect.target.text for redirect in command.redirects]
    for reader in command.piped_into:
        if reader.name == "tee":
            targets += [word.text for word in reader.args]
        targets += [redirect.target.text for redirect in reader.redirects]
    return any("known_hosts" in target for target in targets)
