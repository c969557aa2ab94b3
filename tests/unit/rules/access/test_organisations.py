"""Rules about the settings of organisations."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.access.model import Claims, Organisation, OrganisationSettings, Policies, UrlOrb
from secguard.finding import Severity
from tests.unit.rules.access.estates import (
    GOOD,
    context,
    estate,
    found,
    organisation,
    project,
    told,
)


def switched(**switches: bool) -> dict[str, Any]:
    return {"settings": OrganisationSettings(**switches)}


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (
            "config-unversioned",
            switched(unversioned_config=True),
            switched(unversioned_config=False),
        ),
        ("orbs-uncertified", switched(uncertified_orbs=True), switched(uncertified_orbs=False)),
        (
            "context-group-optional",
            switched(group_restriction_required=False),
            switched(group_restriction_required=True),
        ),
        ("security-contact-missing", {"security_contacts": ()}, {"security_contacts": ("a@b",)}),
        ("audit-log-unstreamed", {"audit_streams": 0}, {"audit_streams": 1}),
        (
            "config-policies-off",
            {"policies": Policies(False, ("orbs",))},
            {"policies": Policies(True, ("orbs",))},
        ),
        ("oidc-claims-wide", {"claims": Claims(ttl="2h")}, {"claims": Claims(("one",), "1h")}),
        (
            "orb-prefix-wide",
            {"url_orbs": (UrlOrb("all", "https://github.com/", "none"),)},
            {"url_orbs": (UrlOrb("own", "https://github.com/acme/", "none"),)},
        ),
    ],
)
def test_a_state_is_told_and_its_remedy_and_the_unknown_are_not(
    rule: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    (one,) = found(rule, estate(organisation(slug="gh/acme", **bad)))
    assert one.where.uri == "org:gh/acme"
    assert one.hint and one.subject
    assert told(rule, estate(organisation(slug="gh/acme", **good))) == []
    assert told(rule, estate(Organisation("gh/acme"))) == []
    assert told(rule, estate(organisation(slug="gh/acme", **switched()))) == []
    assert told(rule, estate()) == []


def test_the_organisation_has_the_last_word_on_configs_from_nowhere() -> None:
    owner = project(unversioned_config=True)
    closed = organisation(**switched(unversioned_config=False))
    assert told("config-unversioned", estate(closed, owner)) == []
    open_ = organisation(
        context(("expression", GOOD)),
        context(name="bare"),
        context(name="empty", variables=()),
        **switched(unversioned_config=True),
    )
    (one,) = found("config-unversioned", estate(open_, owner))
    assert [at.uri for at in one.related] == ["context:bare"]


def test_groups_are_for_the_oauth_app_alone() -> None:
    org = organisation(**switched(group_restriction_required=False))
    assert told("context-group-optional", estate(org)) == []


@pytest.mark.parametrize(
    ("prefix", "says"),
    [
        ("https://", "those of any host"),
        ("", "those of any host"),
        ("http://orbs.acme.example/", "without TLS"),
        ("https://orbs.acme.example", "only begin with 'orbs.acme.example'"),
        ("https://raw.githubusercontent.com", "only begin with"),
        ("https://raw.githubusercontent.com/", "everyone can put a file"),
        ("https://raw.githubusercontent.com/acme", "no '/' ends it"),
        ("https://cdn.jsdelivr.net/gh/", "no '/' ends it"),
        ("https://orbs.acme.example/", ""),
        ("https://raw.githubusercontent.com/acme/", ""),
        ("https://raw.githubusercontent.com/acme/orbs/refs/heads/main/", ""),
        ("https://cdn.jsdelivr.net/gh/acme/", ""),
        ("https://[", ""),
    ],
)
def test_a_prefix_is_wide_where_an_address_of_a_stranger_begins_with_it(
    prefix: str, says: str
) -> None:
    org = organisation(url_orbs=(UrlOrb("entry", prefix, "none"),))
    lines = told("orb-prefix-wide", estate(org))
    assert bool(lines) == bool(says)
    assert not says or says in lines[0]


@pytest.mark.parametrize(
    ("policies", "severity"),
    [
        (Policies(True, ()), Severity.MEDIUM),
        (Policies(False, ("orbs",)), Severity.MEDIUM),
        (Policies(False, ()), Severity.LOW),
        (Policies(True, None), None),
        (Policies(True, ("orbs",)), None),
    ],
)
def test_policies_that_decide_nothing_weigh_more_where_somebody_relies_on_them(
    policies: Policies, severity: Severity | None
) -> None:
    one = next(iter(found("config-policies-off", estate(organisation(policies=policies)))), None)
    assert (one.severity if one else None) == severity


@pytest.mark.parametrize(
    ("ttl", "severity"),
    [("", None), ("60m", None), ("1h30m", Severity.LOW), ("1d", Severity.MEDIUM)],
)
def test_a_long_life_of_tokens_is_weighed_by_its_length(
    ttl: str, severity: Severity | None
) -> None:
    target = estate(None, project(claims=Claims(ttl=ttl)))
    one = next(iter(found("oidc-claims-wide", target)), None)
    assert (one.severity if one else None) == severity


def test_several_audiences_are_told_by_name() -> None:
    org = organisation(claims=Claims(("sts.amazonaws.com", "vault")))
    assert told("oidc-claims-wide", estate(org)) == [
        "low org:circleci/acme: the identity tokens of 'circleci/acme' are meant for "
        "'sts.amazonaws.com', 'vault' at once, and each of them can use a token at the others"
    ]
