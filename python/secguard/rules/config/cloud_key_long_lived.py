"""Cloud keys that never expire, where CircleCI's identity tokens would do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator, NamedTuple

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.orb_calls import orb_calls
from secguard.circleci.values import Mapped, Scalar, Value
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._reads import reads
from secguard.shell import Command

_MOST = 10
_HINTS = {
    "AWS": "let the job assume a role with its identity token, as 'aws-cli/setup' with 'role_arn' "
    "does, and delete the key",
    "Azure": "sign in with 'az login --federated-token \"$CIRCLE_OIDC_TOKEN_V2\"' and delete the "
    "client secret",
    "Google Cloud": "use workload identity federation, as 'gcp-cli/setup' with 'use_oidc: true' "
    "does, and delete the key",
}
_VARIABLES = {
    "AWS": re.compile(r"(?:\w*_)?AWS(?:_\w+)?_SECRET(?:_ACCESS)?_KEY"),
    "Azure": re.compile(r"(?:\w*_)?(?:ARM|AZURE|AZ)(?:_\w+)?_CLIENT_SECRET"),
    "Google Cloud": re.compile(
        r"(?:\w*_)?(?:GCLOUD|GCP|GOOGLE|GCR|GAR)(?:_\w+)?"
        r"_(?:SERVICE_KEY|SA_KEY|SERVICE_ACCOUNT(?:_KEY|_JSON)?|CREDENTIALS(?:_JSON)?|KEY_JSON)"
    ),
}
_PATH = "GOOGLE_APPLICATION_CREDENTIALS"
_ARGUMENTS = {
    "aws-secret-access-key": "AWS",
    "gcloud-service-key": "Google Cloud",
    "azure-sp-password": "Azure",
}
_KEY_COMMANDS = {
    "circleci/azure-cli/login-with-service-principal": "Azure",
    "circleci/azure-cli/login_with_service_principal": "Azure",
    "circleci/gcp-cli/initialize": "Google Cloud",
    "circleci/gcp-cli/setup": "Google Cloud",
}
_TOKENS = frozenset(("use_oidc", "use-oidc", "role_arn", "role-arn", "gcp_cred_config_file_path"))


class _Seen(NamedTuple):
    cloud: str
    name: str
    where: Location
    literal: bool = False
    """True where the place may hold the key itself, and not the name of a variable."""


@rule(
    "cloud-key-long-lived",
    summary="a cloud key that never expires, where an identity token would do",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-324", "CICD-SEC-6"),
)
def cloud_key_long_lived(config: Config) -> Iterator[Finding]:
    """Report each cloud once to which a config signs in with a key."""
    found: dict[str, dict[Location, _Seen]] = {}
    for seen in (*_in_scripts(config), *_in_calls(config), *_in_images(config)):
        found.setdefault(seen.cloud, {}).setdefault(seen.where, seen)
    for cloud in sorted(found):
        first, *others = found[cloud].values()
        literals = [one.where for one in found[cloud].values() if one.literal]
        yield cloud_key_long_lived.finding(
            first.where,
            f"{first.name!r} signs in to {cloud} with a key that never expires, so a copy of it "
            "stays good until somebody takes it back",
            hint=_HINTS[cloud],
            related=tuple(replace(one.where, note="and here") for one in others[:_MOST]),
            secrets=tuple(
                place.span
                for place in literals
                if place.span is not None and place.uri == first.where.uri
            ),
            subject=cloud,
        )


def _in_scripts(config: Config) -> Iterator[_Seen]:
    for script, _, variable in reads(config, lambda name: _cloud(name) != ""):
        where = script.text.at(variable.start, variable.end)
        yield _Seen(_cloud(variable.name), variable.name, where)
    for shell, scripts in config.texts:
        for command in shell.commands():
            for cloud, name in _sign_in(command):
                for script in scripts:
                    where = script.text.at(command.start, command.words[-1].end)
                    yield _Seen(cloud, name, where)


def _cloud(name: str) -> str:
    if name == _PATH:
        return ""
    return next((cloud for cloud, names in _VARIABLES.items() if names.fullmatch(name)), "")


def _sign_in(command: Command) -> Iterator[tuple[str, str]]:
    said = [word.text for word in command.args]
    if command.name == "gcloud" and "activate-service-account" in said:
        yield "Google Cloud", "gcloud auth activate-service-account"
    if command.name == "az" and "login" in said and "--service-principal" in said:
        if any(text in ("-p", "--password") or text.startswith("--password=") for text in said):
            yield "Azure", "az login --service-principal"


def _in_calls(config: Config) -> Iterator[_Seen]:
    for call in orb_calls(config.expansion):
        keys = {key.replace("_", "-"): value for key, value in call.arguments.items()}
        if any(_given(call.arguments.get(key)) for key in _TOKENS):
            continue
        named = next((key for key in _ARGUMENTS if key in keys), "")
        key = keys.get(named)
        if isinstance(key, Scalar):
            where = key.at(0, len(key.text))
            yield _Seen(_ARGUMENTS[named], call.name, where, _literal(key))
        elif call.full in _KEY_COMMANDS:
            yield _Seen(_KEY_COMMANDS[call.full], call.name, call.where)


def _literal(key: Scalar) -> bool:
    return not key.text.startswith("$") and not re.fullmatch(r"[A-Za-z]\w*_\w+", key.text)


def _given(value: Value | None) -> bool:
    return isinstance(value, Scalar) and value.text.lower() not in ("", "false", "no", "off")


def _in_images(config: Config) -> Iterator[_Seen]:
    for job in config.jobs:
        yield from _of_images(job)


def _of_images(job: Job) -> Iterator[_Seen]:
    for image in job.executor.images:
        keys = image.section("aws_auth")
        key = keys.get("aws_secret_access_key") if isinstance(keys, Mapped) else None
        if isinstance(key, Scalar) and key.text:
            yield _Seen("AWS", "aws_auth", key.at(0, len(key.text)), _literal(key))
        login = image.section("auth")
        user = login.scalar("username") if login is not None else None
        if user is not None and user.text == "_json_key":
            yield _Seen("Google Cloud", "_json_key", user.at(0, len(user.text)))
