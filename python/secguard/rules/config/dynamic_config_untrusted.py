"""A setup workflow that goes on with a config that a script made."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.sinks import sinks
from secguard.circleci.flow.taint import Taint, pastes
from secguard.circleci.flow.variables import Flow
from secguard.circleci.model import Job
from secguard.circleci.values import Mapped, Scalar
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.shell import Command

_KEYS = ("configuration_path", "configuration-path", "config-path", "config_path")
_READERS = frozenset("[ [[ cat circleci diff echo git grep head ls printf test yamllint".split())
_HINT = (
    "keep the config that goes on in the repository, and let the setup workflow choose parameters "
    "only; make JSON with `jq --arg`"
)


@rule(
    "dynamic-config-untrusted",
    summary="a setup workflow that goes on with a generated config",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-94", "CICD-SEC-1", "CICD-SEC-4"),
)
def dynamic_config_untrusted(config: Config) -> Iterator[Finding]:
    """Report configs and parameters that a script of a setup workflow puts together."""
    if not config.expansion.setup:
        return
    for job in config.jobs:
        flows = [flow for flow in config.flows if any(one is job for one in flow.jobs)]
        paths = {path.text: path for path in reversed(list(_arguments(job, *_KEYS)))}
        for path in paths.values():
            yield from _generated(path, flows, config)
        for given in _arguments(job, "parameters"):
            for paste in pastes(given, config.root):
                yield _told(paste.where, "parameters", paste.taint)
            taint = _file(flows, given.text)
            if taint is not None:
                yield _told(given.at(0, len(given.text)), "parameters", taint)
        for flow in flows:
            for command in flow.shell.commands():
                if command.name == "curl" and "pipeline/continue" in command.raw:
                    yield _made(flow.place(command.start, command.end), Severity.LOW)


def _arguments(job: Job, *keys: str) -> Iterator[Scalar]:
    named = job.opaque.endswith(("/continue", "/filter"))
    for key, value in job.arguments if named else ():
        if key in keys and isinstance(value, Scalar):
            yield value
    for step in job.steps:
        if step.kind == "call" and step.calls[-1].name.endswith("/continue"):
            for key in keys if isinstance(step.args, Mapped) else ():
                text = step.arg(key)
                if text is not None:
                    yield text


def _generated(path: Scalar, flows: list[Flow], config: Config) -> Iterator[Finding]:
    where = path.at(0, len(path.text))
    for paste in pastes(path, config.root):
        yield _told(paste.where, "path of the config", paste.taint)
        return
    taint = _file(flows, path.text)
    if taint is not None:
        yield _told(where, "config", taint)
        return
    writers = [(flow, one) for flow in flows for one in flow.shell.commands() if _writes(one, path)]
    if not writers and path.text.startswith((".circleci/", "./.circleci/")):
        return
    for flow in {id(flow): flow for flow, _ in writers}.values():
        mixed = [paste.taint for paste in pastes(flow.script.text, config.root)]
        read = [sink.taint for sink in sinks(flow)]
        for taint in (mixed + read)[:1]:
            yield _told(where, "config", taint)
            return
    evals = [
        flow.place(one.start, one.end, "text is run here")
        for flow in flows
        for one in flow.shell.commands()
        if one.name == "eval"
    ]
    places = [flow.place(one.start, one.end, "it is made here") for flow, one in writers]
    yield _made(where, Severity.MEDIUM if evals else Severity.LOW, (*places[:3], *evals[:3]))


def _writes(command: Command, path: Scalar) -> bool:
    name = PurePosixPath(path.text).name
    given = [word.text for word in command.args] if command.name not in _READERS else []
    outputs = [one.target.text for one in command.redirects if one.operator.startswith(">")]
    return any(PurePosixPath(text).name == name for text in (*given, *outputs))


def _file(flows: list[Flow], path: str) -> Taint | None:
    found = (flow.file(path) for flow in flows)
    return next((taint for taint in found if taint is not None), None)


def _told(where: Location, what: str, taint: Taint) -> Finding:
    return dynamic_config_untrusted.finding(
        where,
        f"{taint.described()} goes into the {what} that this setup workflow goes on with, so "
        f"{taint.actor} can change what runs",
        hint=_HINT,
        related=taint.way,
        subject=taint.name,
    )


def _made(where: Location, grade: Severity, related: tuple[Location, ...] = ()) -> Finding:
    return dynamic_config_untrusted.finding(
        where,
        "a script makes the config that this setup workflow goes on with, so what runs is not "
        "what was reviewed",
        hint=_HINT,
        severity=grade,
        related=related,
    )
