"""Passwords and tokens on a command line."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.sources import source
from secguard.circleci.secret_flow.uses import Use, places
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._secret_places import in_build_argument, in_url
from secguard.secrets.hosts import is_local_host
from secguard.shell import Command

_BUILT_IN = frozenset(
    (
        ". : [ [[ alias declare echo eval exit export false hash let local printf read readonly "
        "return set shift source test true type typeset unset wait"
    ).split()
)
_FILTERS = frozenset("awk envsubst gawk grep jq perl sed yq".split())
_REGISTRY_TOOLS = frozenset(
    "buildah crane docker finch helm img nerdctl oras podman regctl skopeo".split()
)
# Programs that are given a secret as a plain word.
_TAKERS = re.compile(
    r"snyk auth|(?:npm|yarn|pnpm) (?:config )?set|aws configure set|cf auth|composer config"
    r"|poetry config|bundle config|git config|heroku|doctl auth|flyctl auth|vault login"
    r"|expo login|eas|gem|pulumi config set|gh secret set|op signin"
)
_HINTS = (
    ("curl", "give it on standard input: 'curl --config -', or '--header @file', or '--netrc'"),
    ("wget", "put it into a file that only the job's user can read and use '--config'"),
    ("aws", "let the AWS CLI read it from the environment"),
    ("mysql", "set 'MYSQL_PWD' or write an option file"),
    ("psql", "set 'PGPASSWORD' or write '~/.pgpass'"),
    ("gpg", "use '--passphrase-fd 0' and give it on standard input"),
    ("sshpass", "use a key, or 'sshpass -e' that reads 'SSHPASS'"),
    ("twine", "set 'TWINE_PASSWORD'"),
    ("npm", "write '${NPM_TOKEN}' into '.npmrc' as it is: npm reads the variable"),
)
_OLD_LOGIN = "aws ecr get-login"
_LOGIN_HINT = "give it on standard input: 'printf %s \"$TOKEN\" | docker login --password-stdin'"
_HINT = "let the program read it from its environment, a file or standard input"


@rule(
    "secret-in-argv",
    summary="a secret on a command line",
    severity=Severity.LOW,
    refs=("CWE-214", "CICD-SEC-6"),
)
def secret_in_argv(config: Config) -> Iterator[Finding]:
    """Report secrets that are handed to a program as an argument."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for script, secrets in config.secrets:
        blocks = tuple(secrets.shell.block.blocks())
        functions = {block.name for block in blocks if block.name}
        readers = {id(block.owner) for block in blocks}
        for command in secrets.shell.commands():
            if source(command) == _OLD_LOGIN:
                yield _old_login(script, command)
            if command.name in _BUILT_IN or command.name in functions or id(command) in readers:
                continue
            found = [
                (at, use)
                for at, word in enumerate(command.words)
                for use in secrets.uses(word)
                if not (use.oidc or use.few or use.name == _OLD_LOGIN)
                and not (in_url(word, use) or in_build_argument(command, use))
            ]
            if found:
                yield from _command(script, command, found)


def _old_login(script: Script, command: Command) -> Finding:
    return secret_in_argv.finding(
        script.text.at(command.start, command.end),
        f"'{_OLD_LOGIN}' gives a 'docker login' with the password on its command line",
        hint="pipe 'aws ecr get-login-password' into 'docker login --password-stdin'",
        severity=Severity.MEDIUM,
        related=places(script, command.start, command.end),
    )


def _command(script: Script, command: Command, found: list[tuple[int, Use]]) -> Iterator[Finding]:
    program = command.name or "a program"
    severity = Severity.LOW
    hint = next((text for name, text in _HINTS if program == name), _HINT)
    login = command.name in _REGISTRY_TOOLS and any(one.text == "login" for one in command.args)
    if login:
        severity, hint, program = Severity.MEDIUM, _LOGIN_HINT, f"{program} login"
    elif script.job.executor.self_hosted or _unencrypted(command):
        severity = Severity.MEDIUM
    taker = login or _TAKERS.match(_said(command)) is not None
    for at, use in found:
        option = _option(command, at)
        named = option or taker
        yield secret_in_argv.finding(
            script.text.at(use.start, use.end, "this ends up in the list of processes"),
            f"'{program}{' ' * bool(option)}{option}' gets '{use.name}' on its command line, "
            "which other processes, error messages and traces show",
            hint=hint,
            severity=severity if named else Severity.LOW,
            confidence=Confidence.HIGH if named else Confidence.LOW,
            related=places(script, use.start, use.end),
            subject=use.name,
        )


def _option(command: Command, at: int) -> str:
    """Name the option that takes a word, as far as its form tells."""
    if command.name in _FILTERS or "[@]" in command.words[at].raw:
        return ""
    for text in (command.words[at].text, command.words[at - 1].text if at else ""):
        found = re.match(r"--?[A-Za-z][\w-]*", text)
        if found:
            long = text.startswith("--") or "=" in text or text != command.words[at].text
            return found.group() if long else text[:2]
    return ""


def _unencrypted(command: Command) -> bool:
    for word in command.args if command.name in ("curl", "wget") else ():
        found = re.match(r"http://([^/:?#]+)", word.text)
        if found and not is_local_host(found[1]):
            return True
    return False


def _said(command: Command) -> str:
    return " ".join((command.name, *(word.text for word in command.args[:3])))
