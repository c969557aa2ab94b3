"""What the rules about the age of secrets say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from secguard.access.estate import Estate
from secguard.access.model import ApiToken, CheckoutKey, RunnerToken, Variable
from secguard.finding import Severity
from secguard.policy import Policy
from secguard.policy.rotation import RotationPolicy
from tests.unit.rules.access.estates import TODAY, context, estate, found, organisation, project


def old(number: int) -> date:
    return TODAY - timedelta(days=number)


def variables(*names: str, age: int = 400) -> tuple[Variable, ...]:
    return tuple(Variable(name, old(age + n), None) for n, name in enumerate(names))


def after(target: Estate, day: date) -> Estate:
    return replace(target, policy=Policy(rotation=RotationPolicy(all_older_than=day)))


def test_old_variables_of_a_context_are_told_once_the_oldest_first() -> None:
    names = tuple(f"T{n}_TOKEN" for n in range(7))
    (finding,) = found("secret-overdue", estate(organisation(context(variables=variables(*names)))))
    assert finding.where.uri == "context:prod" and finding.severity == Severity.MEDIUM
    assert finding.message == (
        "7 context variables 'T6_TOKEN' (406 days), 'T5_TOKEN' (405 days), 'T4_TOKEN' (404 days), "
        "'T3_TOKEN' (403 days), 'T2_TOKEN' (402 days) and 2 more are older than 90 days, and "
        "whoever got hold of one since can use it"
    )


def test_a_name_that_sounds_like_no_secret_weighs_less() -> None:
    target = estate(organisation(context(variables=variables("NPM_TOKEN", "NODE_ENV"))))
    told = {one.message.split("'")[1]: one.severity for one in found("secret-overdue", target)}
    assert told == {"NPM_TOKEN": Severity.MEDIUM, "NODE_ENV": Severity.LOW}


def test_keys_tokens_and_variables_of_projects_are_told_apart() -> None:
    target = estate(
        organisation(runner_tokens=(RunnerToken("1", "old one", "acme/linux", old(91)),)),
        project(
            variables=variables("NPM_TOKEN"),
            keys=(CheckoutKey("aa", "deploy-key", created=old(91)),),
            tokens=(ApiToken("2", "bot", "all", old(91)),),
        ),
    )
    assert sorted(one.where.uri for one in found("secret-overdue", target)) == [
        "project:circleci/acme/app",
        "project:circleci/acme/app",
        "project:circleci/acme/app",
        "runner:acme/linux",
    ]


@pytest.mark.parametrize(
    "target",
    [
        estate(),
        estate(organisation(context(variables=variables("NPM_TOKEN", age=90)))),
        estate(organisation(context(variables=None)), project()),
        estate(organisation(context(variables=(Variable("NPM_TOKEN"),)))),
    ],
)
def test_what_is_young_or_not_known_is_not_told_as_overdue(target: Estate) -> None:
    assert not found("secret-overdue", target)


def test_after_an_incident_what_is_older_weighs_more() -> None:
    target = estate(organisation(context(variables=variables("NPM_TOKEN", "NODE_ENV", age=5))))
    told = found("secret-overdue", after(target, old(2)))
    assert sorted(one.severity for one in told) == [Severity.MEDIUM, Severity.HIGH]
    assert all(f"from before {old(2)}" in one.message for one in told)
    assert not found("secret-overdue", after(target, old(60)))


def test_unknown_ages_are_named() -> None:
    tokens = (ApiToken("1", "badge", "status"), ApiToken("2", "", "all"))
    target = estate(None, project(tokens=tokens, variables=variables("NPM_TOKEN")))
    (finding,) = found("secret-age-unknown", target)
    assert finding.severity == Severity.LOW
    assert finding.message == "CircleCI does not tell the age of 2 project tokens '2', 'badge'"
    (finding,) = found("secret-age-unknown", after(target, old(3)))
    assert finding.severity == Severity.MEDIUM
    assert finding.message.endswith(f", so it counts as from before {old(3)}")


def test_ages_that_are_known_are_not_told_as_unknown() -> None:
    target = estate(organisation(context(variables=variables("A", "B"))), project())
    assert not found("secret-age-unknown", target)
