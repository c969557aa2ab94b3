"""A token of the CircleCI or GitHub API in a job that a push to any branch runs."""

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
from secguard.shell import Script as Shell

_MOST = 10
_CIRCLECI = frozenset(
    (
        "CIRCLE_TOKEN CIRCLECI_TOKEN CIRCLE_API_TOKEN CIRCLECI_API_TOKEN CIRCLE_CLI_TOKEN "
        "CIRCLECI_CLI_TOKEN CIRCLE_API_KEY CIRCLECI_API_KEY"
    ).split()
)
_GITHUB = frozenset("GITHUB_TOKEN GH_TOKEN GITHUB_API_TOKEN GITHUB_PAT GH_PAT".split())
_WRITES = tuple(
    tuple(line.split())
    for line in """
    gh release, gh pr merge, gh pr create, gh pr edit, gh pr comment, gh issue create
    gh workflow run, gh secret set, git push, hub release, hub pull-request
    """.replace(",", "\n")
    .strip()
    .splitlines()
)


class _Seen(NamedTuple):
    job: Job
    where: Location
    writes: bool


@rule(
    "api-token-open",
    summary="an API token in a job that a push to any branch runs",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-522", "CICD-SEC-2", "CICD-SEC-6"),
)
def api_token_open(config: Config) -> Iterator[Finding]:
    """Report each token of CircleCI's and GitHub's API once that nothing keeps."""
    found: dict[str, dict[Location, _Seen]] = {}
    for name, seen in (*_in_scripts(config), *_in_calls(config)):
        if config.exposure(seen.job).open_to_any_branch:
            found.setdefault(name, {}).setdefault(seen.where, seen)
    for name, places in found.items():
        first, *others = places.values()
        circleci = name in _CIRCLECI
        power = (
            "a personal token reads and changes all that its owner can"
            if circleci
            else "it acts on the repository in its owner's name"
        )
        strong = circleci or any(seen.writes for seen in places.values())
        yield api_token_open.finding(
            first.where,
            f"{first.job.name!r} uses {name!r}, and a push to any branch runs it, so whoever can "
            f"push can take the token: {power}",
            hint="use the token only in a job behind a filter or an approval, in a context of its "
            "own, and from an account that may do no more than the job needs",
            severity=Severity.MEDIUM if strong else Severity.LOW,
            related=tuple(replace(seen.where, note="and here") for seen in others[:_MOST]),
            subject=name,
            exposure=config.exposure(first.job).at_stake,
        )


def _in_scripts(config: Config) -> Iterator[tuple[str, _Seen]]:
    writing: dict[int, bool] = {}
    for script, shell, variable in reads(config, (_CIRCLECI | _GITHUB).__contains__):
        if id(shell) not in writing:
            writing[id(shell)] = _writes(shell)
        where = script.text.at(variable.start, variable.end)
        yield variable.name, _Seen(script.job, where, writing[id(shell)])


def _writes(shell: Shell) -> bool:
    for command in shell.commands():
        said = [command.name, *(word.text for word in command.args[:4])]
        for wanted in _WRITES:
            words = iter(said)
            if said[0] == wanted[0] and all(word in words for word in wanted):
                return True
    return False


def _in_calls(config: Config) -> Iterator[tuple[str, _Seen]]:
    for call in orb_calls(config.expansion):
        for value in call.arguments.values():
            if isinstance(value, Scalar):
                name = value.text.lstrip("$").strip("{}")
                if name in _CIRCLECI or name in _GITHUB:
                    yield name, _Seen(call.job, value.at(0, len(value.text)), False)
