"""Credentials of known forms are found wherever they stand; fixtures hold none of them."""

from __future__ import annotations

import pytest

from secguard.circleci.config import make_config
from secguard.finding import Finding, Severity
from secguard.rules.config.plaintext_secret import plaintext_secret
from secguard.source.text import TextFile
from secguard.source.tree import parse
from tests.unit.secrets.samples import private_key, random_text, sample, seeded

CONFIG = """\
version: 2.1
{top}
executors:
  main:
    docker:
      - image: cimg/base:2026.08
    environment:
      REGION: {executor}
jobs:
  build:
    executor: main
    environment:
      AWS_ACCESS_KEY_ID: {job}
    steps:
      - run:
          command: |
            true {run}
workflows:
  main:
    jobs: [build]
"""
PLACES = ("top", "executor", "job", "run")


def _findings(text: str) -> list[Finding]:
    config = make_config(parse(TextFile("config.yml", text)), "config")
    assert not config.expansion.errors
    return list(plaintext_secret.check(config))


def _shown(text: str, finding: Finding) -> str:
    span = finding.where.span
    assert span is not None
    line = text.split("\n")[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    return line[span.column - 1 : end - 1]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("format_id", ["aws-key-id", "github", "npm", "slack", "gitlab"])
def test_a_token_is_found_in_every_place(place: str, format_id: str) -> None:
    token = sample(format_id)
    values = dict.fromkeys(PLACES, "x")
    values["top"] = ""
    values[place] = f"# was: {token}" if place == "top" else token
    text = CONFIG.format(**values)
    (finding,) = _findings(text)
    assert finding.severity is Severity.HIGH
    assert finding.secrets == (finding.where.span,)
    assert _shown(text, finding) in token
    assert token not in finding.message + finding.hint


def test_a_token_in_the_default_of_a_parameter_is_found() -> None:
    token = sample("github")
    top = f"parameters:\n  name:\n    type: string\n    default: {token}"
    text = CONFIG.format(top=top, executor="x", job="x", run="<< pipeline.parameters.name >>")
    (finding,) = _findings(text)
    assert _shown(text, finding) == token


def test_a_private_key_in_a_here_document_is_found_whole() -> None:
    key = private_key(seeded("key"), "OPENSSH ").replace("\n", "\n" + " " * 12)
    text = CONFIG.format(
        top="", executor="x", job="x", run=f"\n            cat > key <<E\n            {key}\n"
    )
    (finding,) = _findings(text)
    assert "private key" in finding.message
    (span,) = finding.secrets
    assert span.end_line - span.line >= 3


def test_a_token_in_the_address_of_a_repository_is_found() -> None:
    password = random_text("a", 24, seeded("url"))
    run = f"&& git clone https://ci:{password}@git.initech.dev/app"
    text = CONFIG.format(top="", executor="x", job="x", run=run)
    (finding,) = _findings(text)
    assert _shown(text, finding) == password


def test_one_secret_is_reported_once_at_one_place() -> None:
    token = sample("github")
    text = CONFIG.format(top="", executor="x", job="x", run=f"; export GITHUB_TOKEN={token}")
    assert len(_findings(text)) == 1


def test_the_key_of_the_documentation_is_no_secret() -> None:
    text = CONFIG.format(top="", executor="x", job="AKIA" + "IOSFODNN7EXAMPLE", run="")
    assert _findings(text) == []
