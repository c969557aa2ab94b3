"""Shells that a script hands to another machine."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._code import code_words, runs
from secguard.shell import SHELLS, Command
from secguard.shell import Script as Shell
from secguard.shell.options import arguments

_PIPES = frozenset("nc ncat netcat nc.openbsd nc.traditional socat telnet".split())
_VALUED = frozenset("-c -e -i -p -q -s -w -x -X --exec --sh-exec --wait".split())
_NETWORK = ("/dev/tcp/", "/dev/udp/")
_SHELL = re.compile(r"\b(?:(?:ba|da|k|z)?sh|cmd(?:\.exe)?|powershell)\b", re.IGNORECASE)
_SERVES = re.compile(r"(?:exec|system):.*\b(?:ba|da|k|z)?sh\b", re.IGNORECASE)
_SOCKET = re.compile(r"socket|fsockopen|TCPClient|net\.connect|/inet/tcp/", re.IGNORECASE)
_SPAWNS = re.compile(
    r"/bin/(?:ba)?sh|dup2|pty\.spawn|child_process|shell_exec|\biex\b|Invoke-Expression|cmd\.exe",
    re.IGNORECASE,
)
_CLIENT = re.compile(r"\bTCPClient\b", re.IGNORECASE)


@rule(
    "reverse-shell",
    summary="a shell that is handed to another machine",
    severity=Severity.HIGH,
    refs=("CWE-506", "CICD-SEC-4"),
)
def reverse_shell(config: Config) -> Iterator[Finding]:
    """Report netcat, `/dev/tcp` and one-liners that connect a shell to the network."""
    for shell, scripts in config.texts:
        for start, end, name in _found(shell):
            for script in scripts:
                yield reverse_shell.finding(
                    script.text.at(start, end),
                    f"{name!r} hands a shell in this job to whoever is at the other end",
                    hint="remove it, find out who wrote it, and replace every secret of the job",
                    related=way(script, start, end),
                )


def _found(shell: Shell) -> Iterator[tuple[int, int, str]]:
    opened = _opened(shell)
    for command in shell.commands():
        name = command.name
        if name in _PIPES and _serves(command):
            yield command.start, command.words[-1].end, name
        elif name in SHELLS and _connected(command, opened):
            yield command.start, command.end, name
        elif any(_one_liner(word.text) for word in code_words(command)):
            yield command.start, command.words[-1].end, name
    for run in runs(shell):
        peers = [*run.sources, *run.runner.piped_into]
        peer = next((one for one in peers if one.name in _PIPES), None)
        if peer is not None and run.runner.name in SHELLS:
            yield min(run.start, peer.start), max(run.end, peer.words[-1].end), peer.name
    client = _CLIENT.search(shell.text)
    if client and "GetStream" in shell.text and _SPAWNS.search(shell.text):
        yield client.start(), client.end(), client[0]


def _serves(command: Command) -> bool:
    if command.name == "socat":
        return any(_SERVES.match(word.text) for word in command.args)
    options = arguments(command.args, _VALUED)
    return any(
        one.name in ("-e", "--exec", "--sh-exec")
        or (one.name == "-c" and _SHELL.search(one.value) is not None)
        for one in options
    )


def _connected(command: Command, opened: frozenset[str]) -> bool:
    """True where a shell's input and output are a connection."""
    reads = writes = False
    for redirect in command.redirects:
        target = redirect.target.text
        if target.startswith(_NETWORK):
            reads = reads or "<" in redirect.operator
            writes = writes or ">" in redirect.operator
        elif redirect.operator == "<&" or (redirect.operator == ">&" and redirect.fd == "0"):
            reads = reads or target in ("1", "2") or target in opened
    interactive = any(word.text.startswith("-") and "i" in word.text for word in command.args)
    return (reads and not code_words(command)) or (writes and interactive)


def _opened(shell: Shell) -> frozenset[str]:
    """Give the descriptors that `exec` connects to another machine."""
    return frozenset(
        redirect.fd
        for command in shell.commands()
        if command.name == "exec"
        for redirect in command.redirects
        if redirect.target.text.startswith(_NETWORK)
    )


def _one_liner(text: str) -> bool:
    return _SOCKET.search(text) is not None and _SPAWNS.search(text) is not None
