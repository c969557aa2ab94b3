"""Which words hold a secret, what is left of it, and where it comes out."""

from __future__ import annotations

import pytest

from secguard.circleci.config import make_config
from secguard.circleci.secret_flow.uses import Secrets
from secguard.source.text import TextFile
from secguard.source.tree import parse


def _secrets(script: str, environment: str = "{}") -> Secrets:
    lines = "\n".join("            " + line for line in script.split("\n"))
    text = (
        "version: 2.1\njobs:\n  build:\n    docker:\n      - image: cimg/base:2026.08\n"
        f"    environment: {environment}\n    steps:\n      - run:\n          command: |\n{lines}\n"
        "workflows:\n  main:\n    jobs: [build]\n"
    )
    config = make_config(parse(TextFile("config.yml", text)), "config")
    ((_, secrets),) = config.secrets
    return secrets


def _printed(script: str, environment: str = "{}") -> list[tuple[str, str, bool, bool]]:
    return [
        (use.name, use.changed, use.few, use.minted)
        for _, use in _secrets(script, environment).printed
    ]


@pytest.mark.parametrize(
    ("script", "changed"),
    [
        ('echo "$A_TOKEN"', ""),
        ('echo "${A_TOKEN:-none}"', ""),
        ('echo "${MODE:+--token $A_TOKEN}"', ""),
        ('B="x $A_TOKEN"; echo "$B"', ""),
        ('echo "$A_TOKEN" | tr -d "\\n"', ""),
        ('echo "$A_TOKEN" | tee copy', ""),
        ('echo "${A_TOKEN^^}"', "in another spelling"),
        ('echo "${A_TOKEN//-/_}"', "in another spelling"),
        ('echo "${A_TOKEN#v1}"', "cut short"),
        ('echo "${A_TOKEN:1}"', "cut short"),
        ('echo "$A_TOKEN" | cut -b 2-', "cut short"),
        ('base64 <<< "$A_TOKEN"', "put through 'base64'"),
        ('B=$(echo "$A_TOKEN" | rev); echo "$B"', "put through 'rev'"),
        ('echo "$A_TOKEN" | base64 --decode', "decoded"),
        ("echo \"$A_TOKEN\" | jq -r '.a.client_secret'", "taken out of a document"),
    ],
)
def test_a_printed_secret_is_followed(script: str, changed: str) -> None:
    assert _printed(script) == [("A_TOKEN", changed, False, False)]


@pytest.mark.parametrize(
    "script",
    [
        'echo "${#A_TOKEN}"',
        'echo "${A_TOKEN+set}"',
        'echo "${A_TOKEN//[a-z]/*}"',
        'echo "${A_TOKEN%%@*}"',
        "echo '$A_TOKEN'",
        'echo "$A_TOKEN" | sed "s/.*@//"',
        "echo \"$A_TOKEN\" | awk -F. '{print $1}'",
        'echo "$A_TOKEN" | grep -o "^..."',
        'echo "$A_TOKEN" | jq -r .project_id',
        'echo "$A_TOKEN" | tr "[:alnum:]" "*"',
        'B=$(echo "$A_TOKEN" | docker login --password-stdin); echo "$B"',
        'STATE=$(curl -H "X: $A_TOKEN" https://example.com); echo "$STATE"',
        'A_TOKEN=$(uuidgen); echo "$A_TOKEN"',
        'A_TOKEN=fixed; echo "$A_TOKEN"',
        'f() { echo "$A_TOKEN"; }; B=$(f)',
    ],
)
def test_what_does_not_show_it_is_silent(script: str) -> None:
    assert _printed(script) == []


@pytest.mark.parametrize("script", ['echo "${A_TOKEN:0:4}"', 'echo "$A_TOKEN" | head -c 4'])
def test_a_few_characters_are_told_apart(script: str) -> None:
    assert _printed(script) == [("A_TOKEN", "cut short", True, False)]


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("aws ecr get-login-password --region x", "aws ecr get-login-password"),
        ("B=$(op read op://a/b/c); echo $B", "op read"),
        ("A_TOKEN=$(curl -s https://example.com); echo $A_TOKEN", "A_TOKEN"),
    ],
)
def test_what_a_job_gets_while_it_runs_is_told_apart(script: str, name: str) -> None:
    ((found, _, _, minted),) = _printed(script)
    assert (found, minted) == (name, True)


def test_a_variable_that_the_config_sets_is_no_secret() -> None:
    assert _printed('echo "$A_TOKEN"', "{A_TOKEN: test}") == []


def test_a_variable_that_names_another_is_followed() -> None:
    (use,) = _printed('echo "${!WHICH}"', "{WHICH: B_TOKEN}")
    assert use[0] == "B_TOKEN"
