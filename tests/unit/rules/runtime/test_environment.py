"""What the rules say of an environment, and that they never say a value."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from secguard import engine
from secguard.finding import Finding, Location, Severity
from secguard.rules import ENVIRONMENT, rules
from secguard.runtime.environ import variables
from secguard.runtime.snapshot import Process, Snapshot

STRONG = "Zq8Lw3XvT1nR6bYc2KdM"
OTHER = "pT4xW9sVb7HjQ2mLz5Gk"
KEY = (
    "-----BEGIN PRIVATE KEY-----\n"
    + "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgq1w2e3r4t5y6u7i8\n" * 3
    + "-----END PRIVATE KEY-----\n"
)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def token(**claims: object) -> str:
    named = {f"oidc.circleci.com/{name.replace('_', '-')}": claims[name] for name in claims}
    return f"{encoded('{}')}.{encoded(json.dumps(named)).rstrip('=')}.signature"


def snapshot(environ: dict[str, str], **more: Any) -> Snapshot:
    values = {name: value.encode() for name, value in environ.items()}
    return Snapshot(variables(values), **more)


def found(rule: str, environ: dict[str, str], **more: Any) -> list[Finding]:
    chosen = [one for one in rules("runtime", only=ENVIRONMENT) if one.id == rule]
    findings, problems = engine.check(chosen, [("env:", snapshot(environ, **more))])
    assert not problems
    return findings


def names(findings: list[Finding]) -> list[str]:
    return [finding.where.uri for finding in findings]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("a1", "it has less than 4 characters"),
        ("true", "CircleCI masks no such word"),
        (KEY, "it has several lines, and a line alone is not the value"),
        (f"{STRONG}\n", "white space or quotes around it belong to the value"),
        (f'"{STRONG}"', "white space or quotes around it belong to the value"),
    ],
)
def test_values_that_circleci_cannot_mask_are_told(value: str, reason: str) -> None:
    (finding,) = found("secret-not-masked", {"NPM_TOKEN": value})
    assert finding.where == Location("env:NPM_TOKEN")
    assert finding.message.endswith(reason)


@pytest.mark.parametrize(
    ("where", "text", "reason"),
    [
        ("exports", "export NPM_TOKEN=x\n", "an earlier step sets it through BASH_ENV"),
        ("exports", "A=1\n  NPM_TOKEN='x'\n", "an earlier step sets it through BASH_ENV"),
        ("config", "    environment:\n      NPM_TOKEN: x\n", "the config sets it"),
    ],
)
def test_where_a_value_comes_from_is_guessed(where: str, text: str, reason: str) -> None:
    (finding,) = found("secret-not-masked", {"NPM_TOKEN": STRONG}, **{where: text})
    assert finding.message.endswith(reason)


def test_a_value_that_circleci_masks_is_not_told() -> None:
    environ = {"NPM_TOKEN": STRONG, "NODE_ENV": "production", "CI": "true"}
    assert not found("secret-not-masked", environ, exports="MY_NPM_TOKEN=1", config="NPM_TOKENS: x")


def test_what_base64_stands_for_is_told() -> None:
    environ = {"DEPLOY_KEY": encoded(KEY), "NPM_TOKEN": STRONG}
    assert names(found("secret-decoded-not-masked", environ)) == ["env:DEPLOY_KEY"]
    assert not found("secret-part-not-masked", environ)


def test_secrets_inside_of_values_are_told() -> None:
    environ = {
        "DATABASE_URL": f"postgres://app:{STRONG}@db.example.org/app",
        "SERVICE_CREDENTIALS": json.dumps({"user": "app", "password": OTHER}),
        "NPM_TOKEN": STRONG[::-1],
    }
    wanted = ["env:DATABASE_URL", "env:SERVICE_CREDENTIALS"]
    assert names(found("secret-part-not-masked", environ)) == wanted


@pytest.mark.parametrize(
    "value", "changeme postgres Password123 npmtoken aaaaaaaa Summer2024! hunter2".split()
)
def test_values_that_can_be_guessed_are_told(value: str) -> None:
    assert found("secret-value-weak", {"NPM_TOKEN": value})


@pytest.mark.parametrize("value", [STRONG, "", "/home/ci/.token", "https://vault.example.org"])
def test_values_that_cannot_be_guessed_or_are_no_secrets_are_not_told(value: str) -> None:
    assert not found("secret-value-weak", {"NPM_TOKEN": value})


def test_a_weak_value_in_the_config_is_for_other_rules() -> None:
    config = "environment:\n  POSTGRES_PASSWORD: postgres\n"
    assert not found("secret-value-weak", {"POSTGRES_PASSWORD": "postgres"}, config=config)


def test_one_value_under_several_names_is_told_once() -> None:
    environ = {"A_TOKEN": STRONG, "B_TOKEN": STRONG, "C_TOKEN": STRONG, "D_TOKEN": OTHER}
    (finding,) = found("secret-value-shared", environ)
    assert finding.where.uri == "env:A_TOKEN"
    assert [place.uri for place in finding.related] == ["env:B_TOKEN", "env:C_TOKEN"]


def test_names_that_say_nothing_are_told() -> None:
    environ = {"TOKEN": STRONG, "NPM_TOKEN": OTHER, "API_KEY": STRONG[::-1]}
    assert names(found("variable-name-weak", environ)) == ["env:API_KEY", "env:TOKEN"]


FORKS: list[dict[str, str]] = [
    {"CIRCLE_PR_USERNAME": "mallory", "CIRCLE_PR_REPONAME": "shop"},
    {
        "CIRCLE_PROJECT_USERNAME": "acme",
        "CIRCLE_PROJECT_REPONAME": "shop",
        "CIRCLE_OIDC_TOKEN_V2": token(vcs_origin="github.com/mallory/shop"),
    },
]


@pytest.mark.parametrize("fork", FORKS)
def test_secrets_in_the_build_of_a_fork_are_told(fork: dict[str, str]) -> None:
    findings = found("secret-in-fork-build", {"NPM_TOKEN": STRONG, "NODE_ENV": "x", **fork})
    assert "env:NPM_TOKEN" in names(findings)
    assert all("mallory/shop'" in finding.message for finding in findings)
    assert not any(finding.where.uri == "env:NODE_ENV" for finding in findings)


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"CIRCLE_PROJECT_USERNAME": "acme", "CIRCLE_PROJECT_REPONAME": "shop"},
        {**FORKS[1], "CIRCLE_OIDC_TOKEN_V2": token(vcs_origin="github.com/Acme/Shop")},
        {**FORKS[1], "CIRCLE_OIDC_TOKEN_V2": token(vcs_origin=7)},
        {**FORKS[1], "CIRCLE_OIDC_TOKEN_V2": "no.token"},
        {**FORKS[1], "CIRCLE_OIDC_TOKEN_V2": f"a.{encoded('[1]')}.b"},
    ],
)
def test_secrets_in_a_build_of_the_project_itself_are_fine(own: dict[str, str]) -> None:
    assert not found("secret-in-fork-build", {"NPM_TOKEN": STRONG, **own})


def test_values_in_the_checkout_and_in_git_are_told() -> None:
    place, git = Location("src/settings.py"), Location(".git/config")
    findings = found(
        "secret-in-checkout", {"NPM_TOKEN": STRONG}, found=(("NPM_TOKEN", place),), git=(git,)
    )
    assert [finding.where for finding in findings] == [git, place]


def test_values_in_command_lines_are_told() -> None:
    shown = (Process("curl", ("NPM_TOKEN",)),)
    (finding,) = found("secret-in-process-list", {"NPM_TOKEN": STRONG}, processes=shown)
    assert (
        finding.message == "the command line of the running 'curl' shows the value of 'NPM_TOKEN'"
    )


@pytest.mark.parametrize(
    ("environ", "exports", "uri"),
    [
        ({"SHELLOPTS": "braceexpand:xtrace"}, "", "env:SHELLOPTS"),
        ({"BASH_XTRACEFD": "2"}, "", "env:BASH_XTRACEFD"),
        ({}, "export A=1\nset -eux\n", "env:BASH_ENV"),
        ({}, "set -o xtrace", "env:BASH_ENV"),
    ],
)
def test_traces_are_told(environ: dict[str, str], exports: str, uri: str) -> None:
    told = found("tracing-on", {"NPM_TOKEN": STRONG, **environ}, exports=exports)
    assert names(told) == [uri]
    assert not found("tracing-on", environ, exports=exports)


@pytest.mark.parametrize("exports", ["set -euo pipefail", "set +x", "# set -x", "reset -x"])
def test_no_trace_is_no_finding(exports: str) -> None:
    environ = {"NPM_TOKEN": STRONG, "SHELLOPTS": "braceexpand:hashall"}
    assert not found("tracing-on", environ, exports=exports)


ACCOUNT = json.dumps({"type": "service_account", "private_key": KEY})


@pytest.mark.parametrize(
    ("name", "value", "cloud"),
    [
        ("AWS_ACCESS_KEY_ID", "AKIA" + "Q3EGZ7XW5PLM2VRD", "AWS"),
        ("GCLOUD_SERVICE_KEY", ACCOUNT, "Google Cloud"),
        ("GCLOUD_SERVICE_KEY", encoded(ACCOUNT), "Google Cloud"),
        ("ARM_CLIENT_SECRET", STRONG, "Azure"),
    ],
)
def test_keys_of_clouds_are_told(name: str, value: str, cloud: str) -> None:
    (finding,) = found("cloud-key-in-environment", {name: value})
    assert f"a key for {cloud} that" in finding.message
    assert finding.severity == Severity.LOW
    identity = {"CIRCLE_OIDC_TOKEN": token(org_id="1")}
    (finding,) = found("cloud-key-in-environment", {name: value, **identity})
    assert finding.severity == Severity.MEDIUM


def test_short_lived_keys_are_fine() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "ASIA" + "Q3EGZ7XW5PLM2VRD", "NPM_TOKEN": STRONG}
    assert not found("cloud-key-in-environment", environ)


def test_no_finding_holds_a_value() -> None:
    environ = {
        "A_TOKEN": f"{STRONG}\n",
        "B_TOKEN": STRONG,
        "TOKEN": "sesame99",
        "DEPLOY_KEY": encoded(KEY),
        "DATABASE_URL": f"postgres://app:{OTHER}@db.example.org/app",
        "CIRCLE_PR_USERNAME": "mallory",
        "CIRCLE_PR_REPONAME": "shop",
    }
    everything, problems = engine.check(
        rules("runtime", only=ENVIRONMENT), [("env:", snapshot(environ))]
    )
    text = repr(everything) + repr(snapshot(environ, exports=STRONG, config=STRONG))
    assert len(everything) > 5 and not problems
    assert not [
        value
        for value in environ.values()
        if value not in ("mallory", "shop") and value.strip() in text
    ]
    assert OTHER not in text
