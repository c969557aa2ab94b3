"""A cloud role that a job takes on by its identity token, and that a push to any branch runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, NamedTuple

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.orb_calls import orb_calls
from secguard.circleci.values import Scalar
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._reads import reads

_MOST = 10
_TOKENS = frozenset(("CIRCLE_OIDC_TOKEN", "CIRCLE_OIDC_TOKEN_V2"))
_ROLES = ("role_arn", "role-arn")
_SWITCHES = ("use_oidc", "use-oidc")


class _Seen(NamedTuple):
    job: Job
    name: str
    where: Location


@rule(
    "oidc-open",
    summary="an identity token that a push to any branch exchanges for a cloud role",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-284", "CICD-SEC-2", "CICD-SEC-5"),
)
def oidc_open(config: Config) -> Iterator[Finding]:
    """Report each use of an identity token once that nothing gates."""
    deploying = config.deployments
    found: dict[str, dict[Location, Job]] = {}
    for seen in (*_in_scripts(config), *_in_calls(config)):
        if config.exposure(seen.job).open_to_any_branch:
            found.setdefault(seen.name, {}).setdefault(seen.where, seen.job)
    for name, places in found.items():
        (first, job), *others = places.items()
        made = next((deploying[id(one)] for one in places.values() if id(one) in deploying), None)
        deploys = made is not None and not made.guarded
        yield oidc_open.finding(
            first,
            f"{job.name!r} signs in to a cloud with {name}, and a push to any branch runs it: "
            "unless the cloud asks for the branch, whoever can push gets the role",
            hint="let the cloud's trust policy ask for the branch in the token's subject "
            "('.../vcs-ref/refs/heads/main'), and filter the job to that branch",
            severity=Severity.MEDIUM if deploys else Severity.LOW,
            related=tuple(replace(place, note="and here") for place, _ in others[:_MOST]),
            subject=name,
            exposure=config.exposure(job).at_stake,
        )


def _in_scripts(config: Config) -> Iterator[_Seen]:
    for script, _, variable in reads(config, _TOKENS.__contains__):
        where = script.text.at(variable.start, variable.end)
        yield _Seen(script.job, repr(variable.name), where)
    for shell, scripts in config.texts:
        for command in shell.commands():
            said = [word.text for word in command.args[:3]]
            if command.name == "circleci" and said == ["run", "oidc", "get"]:
                for script in scripts:
                    where = script.text.at(command.start, command.words[-1].end)
                    yield _Seen(script.job, "'circleci run oidc get'", where)


def _in_calls(config: Config) -> Iterator[_Seen]:
    for call in orb_calls(config.expansion):
        for key in (*_ROLES, *_SWITCHES):
            value = call.arguments.get(key)
            if not isinstance(value, Scalar) or value.text.lower() in ("", "false", "no", "off"):
                continue
            name = f"the role '{value.display}'" if key in _ROLES else repr(call.name)
            yield _Seen(call.job, name, value.at(0, len(value.text)))
