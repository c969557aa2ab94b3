"""`docker build --build-arg` with a secret."""

from __future__ import annotations

from functools import partial
from typing import Callable, Container, Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.secret_flow.uses import Use, named_uses, places
from secguard.circleci.values import Scalar, scalars
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._secret_places import in_build_argument
from secguard.shell import Script as Shell
from secguard.shell import Word, parse

_OPTION = "--build-arg"
_NOTE = "kept in the image's history"


@rule(
    "secret-in-build-arg",
    summary="a secret handed to an image build as a build argument",
    severity=Severity.MEDIUM,
    refs=("CWE-538", "CICD-SEC-6"),
)
def secret_in_build_arg(config: Config) -> Iterator[Finding]:
    """Report secrets in `--build-arg`, in scripts and in arguments of orbs."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for script, secrets in config.secrets:
        if _OPTION in script.text.text:
            for use in _given(secrets.shell, secrets.uses, config.is_secret, secrets.harmless):
                where = script.text.at(use.start, use.end, _NOTE)
                yield _finding(use, where, places(script, use.start, use.end))
    named = partial(named_uses, is_secret=config.is_secret)
    for job in config.jobs:
        for text in _arguments(job):
            if _OPTION in text.text:
                for use in _given(parse(text.text), named, config.is_secret):
                    where = text.at(use.start, use.end, _NOTE)
                    yield _finding(use, where, text.way(use.start, use.end))


def _finding(use: Use, where: Location, related: tuple[Location, ...]) -> Finding:
    return secret_in_build_arg.finding(
        where,
        f"'{use.name}' is a build argument, which stays readable in the image and its history",
        hint="mount it where it is needed: '--secret id=token,env=NAME' and, in the Dockerfile, "
        "'RUN --mount=type=secret,id=token …'",
        related=related,
        subject=use.name,
    )


def _given(
    shell: Shell,
    uses: Callable[[Word], Iterator[Use]],
    is_secret: Callable[[str], bool],
    harmless: Container[str] = (),
) -> Iterator[Use]:
    for command in shell.commands():
        values = [made.value for made in command.assignments]
        for word in (*values, *command.words):
            yield from (use for use in uses(word) if in_build_argument(command, use))
        for option, word in zip(command.words, command.words[1:]):
            # NOTE: without a value the build takes that of the variable of the same name.
            name = word.literal or ""
            if option.literal == _OPTION and is_secret(name) and name not in harmless:
                if name.isidentifier():
                    yield Use(name, word.start, word.end)


def _arguments(job: Job) -> Iterator[Scalar]:
    for _, value in job.arguments:
        yield from scalars(value)
    for step in job.steps:
        if step.kind == "call":
            yield from scalars(step.args)
