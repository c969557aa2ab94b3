"""The statuses that stand for this checker, and what requires them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from glob import escape
from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.protection import Check, Layer, Repository
from secguard.circleci.config import Config
from secguard.rules.config._own_gate import checking_jobs

STATUS = "ci/circleci: "
"""How CircleCI begins the name of a job's status."""

_DEFAULT = (f"{STATUS}*secguard*",)
_ID = "[0-9a-f]" * 8


def repositories(estate: Estate) -> Iterator[Repository]:
    """Give the repositories with a branch that something protects."""
    for one in estate.people.repositories if estate.people is not None else ():
        if one.layers:
            yield one


def gates(estate: Estate, repository: Repository) -> tuple[tuple[Layer, Check], ...]:
    """Give the required statuses that stand for the checker, each with what requires it."""
    decided = estate.policy.people.required_checks
    names = decided or tuple(_from_configs(estate, repository)) or _DEFAULT
    return tuple(
        (layer, check)
        for layer in repository.layers or ()
        for check in layer.checks
        if any(fnmatchcase(check.name, name) for name in names)
    )


def runs_gate(estate: Estate, repository: Repository) -> bool:
    """Say whether a config of the repository is known to run the checker."""
    return any(True for _ in _from_configs(estate, repository))


def _from_configs(estate: Estate, repository: Repository) -> Iterator[str]:
    """Name the statuses of the jobs that check, and the GitHub check of their workflow."""
    for config in _configs(estate, repository):
        for job in checking_jobs(config):
            yield f"{STATUS}{escape(job.name)}"
            yield escape(job.workflow)
            # NOTE: projects of the GitHub App add the beginning of the pipeline definition's id.
            yield f"{escape(job.workflow)}*{_ID}*"


def _configs(estate: Estate, repository: Repository) -> Iterator[Config]:
    alone = estate.people is not None and len(estate.people.repositories) == 1
    for slug, config in estate.configs:
        if slug.partition("/")[2].lower() == repository.name.lower() or (alone and not slug):
            yield config
