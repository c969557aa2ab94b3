"""The environment sent to another machine."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.secret_flow.uses import places
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._environment_dumps import dump, values_pass
from secguard.rules.config._stored_files import written_to
from secguard.shell import Block, Command, Process, Substitution

_SENDERS = frozenset(
    (
        "curl dig ftp gsutil host http https mail nc ncat netcat nslookup rclone rsync scp sftp "
        "socat ssh telnet tftp wget xh"
    ).split()
)
_MOST = 100  # programs that send something, in one script
_SOCKET = re.compile(r"/dev/(?:tcp|udp)/")


@rule(
    "env-exfiltration",
    summary="the environment sent to another machine",
    severity=Severity.HIGH,
    refs=("CWE-201", "CWE-506", "CICD-SEC-6"),
)
def env_exfiltration(config: Config) -> Iterator[Finding]:
    """Report programs that send what `env` and the like write."""
    for script, secrets in config.secrets:
        names = config.exposure(script.job).secrets
        commands = secrets.shell.commands()
        senders = [command for command in commands if _sends(command)][:_MOST]
        for command in commands:
            sender = _sender(senders, command) if dump(command) else ""
            if sender and values_pass(command.piped_into, names):
                yield env_exfiltration.finding(
                    script.text.at(command.start, command.end),
                    f"'{sender}' sends the whole environment, with every secret, out of the job",
                    hint="remove it; if it has run, rotate every secret that the job could read",
                    related=places(script, command.start, command.end),
                    subject=sender,
                    exposure=config.exposure(script.job).at_stake,
                )


def _sender(senders: list[Command], command: Command) -> str:
    """Name the program that sends what a command writes: through a pipe, a word or a file."""
    for other in command.piped_into:
        if _sends(other):
            return other.name
    block: Block | None = command.block
    while block is not None:
        for other in senders if block.captured or _is_process(block) else ():
            if _holds(other, block):
                return other.name
        block = block.parent
    file = written_to(command)
    if file is None:
        targets = [one.target.text for one in command.redirects]
        return (
            "bash" if any(text.startswith(("/dev/tcp/", "/dev/udp/")) for text in targets) else ""
        )
    for other in senders:
        if other.start > command.start:
            texts = [one.text for one in (*other.args, *(to.target for to in other.redirects))]
            if any(file in text for text in texts):
                return other.name
    return ""


def _sends(command: Command) -> bool:
    if command.name in ("aws", "openssl"):
        said = {word.text for word in command.args[:2]}
        return bool(said & {"s3", "s_client"})
    return command.name in _SENDERS


def _is_process(block: Block) -> bool:
    return block.kind == "process substitution"


def _holds(command: Command, block: Block) -> bool:
    words = [*command.words, *(one.target for one in command.redirects)]
    words += [one.body for one in command.redirects if one.body is not None]
    return any(
        isinstance(part, (Process, Substitution)) and part.script is block
        for word in words
        for part in word.all_parts()
    )
