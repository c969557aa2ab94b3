"""Rules about what protects default branches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from secguard.access.estate import Estate
from secguard.access.people import People
from secguard.access.protection import Check, Layer, Repository
from secguard.policy import Policy
from secguard.policy.people import PeoplePolicy
from tests.unit.rules.access.estates import (
    GOOD,
    context,
    estate,
    found,
    organisation,
    project,
    told,
)

GATE = "ci/circleci: secguard"
CHECK = Check(GATE, 1234)
STRONG = Layer(
    "branch protection", (CHECK,), strict=True, reviews=1, code_owners=True, no_force_push=True
)
CONFIG = """\
version: 2.1
orbs:
  guard: secguard/secguard@1.0.0
jobs:
  gate:
    docker:
      - image: cimg/base:2026.08
    steps:
      - guard/check
workflows:
  main:
    jobs:
      - gate
"""
RULES = (
    "branch-unprotected",
    "check-not-required",
    "check-not-strict",
    "check-source-any-app",
    "config-without-code-owner",
    "protection-bypassable",
    "review-not-required",
)


def branch(
    *layers: Layer, policy: PeoplePolicy | None = None, base: Estate | None = None, **parts: Any
) -> Estate:
    """Make an estate with one repository."""
    own = {"config_owned": True, **parts}
    people = People("acme", repositories=(Repository("acme/app", "main", layers, **own),))
    decided = Policy(people=policy or PeoplePolicy())
    return replace(base or estate(), people=people, policy=decided)


def short(rule: str, target: Estate) -> list[str]:
    return [str(one.severity) for one in found(rule, target)]


@pytest.mark.parametrize(
    ("rule", "layers", "parts"),
    [
        ("branch-unprotected", (), {}),
        ("check-not-required", (replace(STRONG, checks=()),), {}),
        ("check-not-strict", (replace(STRONG, strict=False),), {}),
        ("check-source-any-app", (replace(STRONG, checks=(Check(GATE),)),), {}),
        (
            "config-without-code-owner",
            (replace(STRONG, code_owners=False),),
            {"config_owned": None},
        ),
        ("config-without-code-owner", (STRONG,), {"config_owned": False}),
        ("protection-bypassable", (replace(STRONG, bypass=("administrators",)),), {}),
        ("review-not-required", (replace(STRONG, reviews=0),), {}),
        ("review-not-required", (replace(STRONG, reviews=None),), {}),
    ],
)
def test_a_weakness_is_told_at_the_repository(
    rule: str, layers: tuple[Layer, ...], parts: dict[str, Any]
) -> None:
    (one,) = found(rule, branch(*layers, **parts))
    assert one.where.uri == "repository:acme/app"
    assert one.hint and one.subject
    assert "'main'" in one.message or "'acme/app'" in one.message


@pytest.mark.parametrize("rule", RULES)
def test_a_strong_protection_is_not_told_and_neither_is_the_unknown(rule: str) -> None:
    assert told(rule, branch(STRONG)) == []
    unknown = People("acme", repositories=(Repository("acme/app", "main"),))
    assert told(rule, replace(estate(), people=unknown)) == []
    assert told(rule, estate()) == []


@pytest.mark.parametrize("rule", RULES)
def test_what_only_administrators_see_is_not_guessed(rule: str) -> None:
    seen = Layer("branch protection", (CHECK,), bypass=None)
    assert told(rule, branch(seen, complete=False, config_owned=None)) == []


def test_a_branch_that_contexts_trust_weighs_most_without_protection() -> None:
    trusting = estate(organisation(context(("expression", GOOD), name="prod")))
    (one,) = found("branch-unprotected", branch(base=trusting))
    assert str(one.severity) == "high"
    assert "the context 'prod' trusts the branch" in one.message
    project = estate(organisation(context(("project", "some id"))))
    assert short("branch-unprotected", branch(base=project)) == ["medium"]


def test_a_plan_without_protection_is_named_as_the_reason() -> None:
    (one,) = found("branch-unprotected", branch(unavailable=True))
    assert "change the plan" in one.hint


def test_one_layer_is_enough() -> None:
    weak = Layer("branch protection", reviews=0, bypass=("administrators",))
    checks = Layer("ruleset checks", (CHECK,), strict=True)
    people = Layer("ruleset people", reviews=1, code_owners=True)
    for rule in RULES:
        assert told(rule, branch(weak, checks, people)) == []


def test_a_status_bound_to_an_app_in_one_layer_is_bound() -> None:
    loose = Layer("branch protection", (Check(GATE),), reviews=1)
    assert told("check-source-any-app", branch(loose, STRONG)) == []


@pytest.mark.parametrize(
    ("slug", "name", "confidence"),
    [
        ("gh/Acme/app", GATE, "low"),
        ("gh/acme/app", "main", "high"),
        ("gh/acme/web", GATE, "high"),
        ("circleci/some-id/other-id", GATE, "high"),
    ],
)
def test_a_status_that_no_app_sets_cannot_be_bound_to_one(
    slug: str, name: str, confidence: str
) -> None:
    policy = PeoplePolicy(required_checks=(name,))
    layer = replace(STRONG, checks=(Check(name),))
    target = branch(layer, policy=policy, base=estate(None, project(slug)))
    (one,) = found("check-source-any-app", target)
    assert str(one.confidence) == confidence


def test_pushing_without_a_pull_request_weighs_more_than_an_unapproved_one() -> None:
    alone = replace(STRONG, reviews=0)
    assert short("review-not-required", branch(alone)) == ["low"]
    pushed = Layer("branch protection", (CHECK,))
    (one,) = found("review-not-required", branch(pushed))
    assert str(one.severity) == "medium"
    assert "without a pull request, by force, too: one account" in one.message
    unforced = replace(pushed, no_force_push=True)
    assert "by force" not in found("review-not-required", branch(unforced))[0].message


def test_a_locked_branch_needs_no_pull_request_but_has_one_way_in() -> None:
    locked = Layer("ruleset main", (CHECK,), locked=True)
    assert short("review-not-required", branch(locked)) == ["low"]


def test_other_statuses_weigh_less_unless_the_config_runs_the_checker() -> None:
    other = replace(STRONG, checks=(Check("ci/circleci: test"),))
    assert short("check-not-required", branch(other)) == ["low"]
    known = estate(configs={"gh/acme/app": CONFIG})
    assert short("check-not-required", branch(other, base=known)) == ["medium"]
    elsewhere = estate(configs={"gh/acme/web": CONFIG})
    assert short("check-not-required", branch(other, base=elsewhere)) == ["low"]


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("ci/circleci: gate", True),
        ("main", True),
        ("main (0a1b2c3d)", True),
        ("main-0a1b2c3d", True),
        ("main-tests", False),
        ("gate", False),
        ("ci/circleci: secguard", False),
        ("ci/circleci: gate-2", False),
    ],
)
@pytest.mark.parametrize("slug", ["gh/acme/app", "github/Acme/App", ""])
def test_the_config_says_which_status_stands_for_the_checker(
    name: str, required: bool, slug: str
) -> None:
    layer = replace(STRONG, checks=(Check(name, 1),))
    target = branch(layer, base=estate(configs={slug: CONFIG}))
    assert bool(told("check-not-required", target)) is not required


def test_a_config_of_unknown_project_says_nothing_about_several_repositories() -> None:
    layer = replace(STRONG, checks=(Check("ci/circleci: gate", 1),))
    both = tuple(Repository(name, "main", (layer,)) for name in ("acme/app", "acme/web"))
    target = replace(estate(configs={"": CONFIG}), people=People("acme", repositories=both))
    assert len(told("check-not-required", target)) == 2


def test_the_policy_names_statuses_and_they_alone_count() -> None:
    policy = PeoplePolicy(required_checks=("ci/circleci: audit*",))
    assert short("check-not-required", branch(STRONG, policy=policy))
    layer = replace(STRONG, checks=(Check("ci/circleci: audit-1", 1),))
    assert told("check-not-required", branch(layer, policy=policy)) == []


def test_names_of_jobs_are_no_patterns() -> None:
    config = CONFIG.replace("gate", "'g[a]te'")
    layer = replace(STRONG, checks=(Check("ci/circleci: gate", 1),))
    known = estate(configs={"gh/acme/app": config})
    assert told("check-not-required", branch(layer, base=known))
    named = replace(STRONG, checks=(Check("ci/circleci: g[a]te", 1),))
    assert told("check-not-required", branch(named, base=known)) == []


def test_who_may_pass_by_is_named_where_no_layer_binds_them() -> None:
    loose = replace(STRONG, bypass=("administrators",))
    also = Layer("ruleset main", (CHECK,), bypass=("OrganizationAdmin",))
    assert told("protection-bypassable", branch(loose, also)) == [
        "low repository:acme/app: what requires the status of secguard and a pull request of "
        "'main' of 'acme/app' does not bind 'OrganizationAdmin', 'administrators': whoever takes "
        "over such an account passes it"
    ]


def test_each_requirement_is_held_by_its_own_layers() -> None:
    people = Layer("ruleset people", reviews=1, bypass=("DeployKey",))
    gate = Layer("ruleset gate", (CHECK,))
    (one,) = found("protection-bypassable", branch(people, gate))
    assert "what requires a pull request of" in one.message
    assert told("protection-bypassable", branch(people, gate, STRONG)) == []
    unknown = replace(people, bypass=None)
    assert told("protection-bypassable", branch(people, unknown, gate)) == []


def test_a_config_without_owners_weighs_more_where_a_status_is_trusted() -> None:
    unowned = replace(STRONG, code_owners=False)
    assert short("config-without-code-owner", branch(unowned, config_owned=None)) == ["medium"]
    ungated = replace(unowned, checks=())
    assert short("config-without-code-owner", branch(ungated, config_owned=None)) == ["low"]


def test_a_team_that_a_ruleset_names_owns_the_config() -> None:
    layer = replace(STRONG, code_owners=False, reviewed=(".circleci/**",))
    assert told("config-without-code-owner", branch(layer, config_owned=None)) == []
    other = replace(layer, reviewed=("docs/**",))
    assert short("config-without-code-owner", branch(other, config_owned=None)) == ["medium"]


def test_where_nothing_needs_a_pull_request_code_owners_are_not_the_matter() -> None:
    pushed = Layer("branch protection", (CHECK,))
    assert told("config-without-code-owner", branch(pushed, config_owned=None)) == []
