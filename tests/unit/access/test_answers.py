"""Answers that are not as they should be are no answers."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from secguard.access import answers
from secguard.access.model import Claims, OrganisationSettings
from secguard.access.needs import parts
from secguard.net.failure import AskError, Failure

HOOK = {"url": "https://hooks.example/in", "verify-tls": True, "signing-secret": ""}


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (answers.restriction, {"restriction_type": "expression"}),
        (answers.restriction, {"restriction_value": "true"}),
        (answers.restriction, {"restriction_type": "group", "restriction_value": 7}),
        (answers.context_variable, {"created_at": "2026-01-01"}),
        (answers.project_variable, {"value": "xxxx1234"}),
        (answers.checkout_key, {"fingerprint": "aa"}),
        (answers.checkout_key, {"fingerprint": "aa", "type": "deploy-key"}),
        (answers.api_token, {}),
        (answers.api_token, {"id": "1", "label": "old"}),
        (answers.webhook, {}),
        (answers.webhook, {**HOOK, "url": None}),
        (answers.webhook, {**HOOK, "url": "http://["}),
        (answers.webhook, {**HOOK, "url": "http://hooks.example:port/"}),
        (answers.webhook, {**HOOK, "verify-tls": "yes"}),
        (answers.webhook, {**HOOK, "signing-secret": None}),
        (answers.schedule, {"id": "1", "name": "nightly"}),
        (answers.schedule, {"id": "1", "actor": {"login": ""}}),
        (answers.url_orb, {"name": "all"}),
        (answers.claims, {"audience": ["one"]}),
        (answers.claims, {"org_id": "1", "audience": "one"}),
        (answers.claims, {"org_id": "1", "ttl": 3600}),
        (answers.claims, {"org_id": "1", "ttl": "1 year"}),
        (answers.unversioned_config, {"data": {"attributes": {}}}),
        (answers.security_contacts, {}),
        (answers.security_contacts, {"primary": ["a@acme.example"]}),
        (answers.security_contacts, ["a@acme.example"]),
    ],
)
def test_what_lacks_its_meaning_is_refused(read: Callable[[Any], object], answer: Any) -> None:
    with pytest.raises(AskError) as caught:
        read(answer)
    assert caught.value.failure is Failure.UNTRUSTED


@pytest.mark.parametrize(
    "answer",
    [
        {"security": ["a@acme.example"]},
        {"contacts": {"security_contacts": ["a@acme.example"]}},
        {"security-emails": ["a@acme.example", ""]},
    ],
)
def test_security_contacts_are_found_in_any_shape(answer: Any) -> None:
    assert answers.security_contacts(answer) == ("a@acme.example",)


def test_claims_that_nobody_has_set_are_the_default() -> None:
    assert answers.claims({"org_id": "1"}) == Claims()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@hooks.example:8443/in?token=abc#x", "https://hooks.example:8443/in"),
        ("http://hooks.example", "http://hooks.example"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert answers.webhook({**HOOK, "url": url}).url == shown


def test_a_switch_that_is_no_switch_is_unknown() -> None:
    attributes = {"enable_unversioned_config": "yes", "enable_uncertified_public_orbs": 1}
    answer = {"data": {"attributes": attributes}}
    assert answers.organisation_settings(answer) == OrganisationSettings()


def test_only_rules_that_are_known_narrow_what_is_asked_for() -> None:
    both = frozenset(("project.settings", "project.webhooks"))
    assert parts(("fork-builds", "webhook-insecure")) == both
    assert parts(("fork-builds", "a-rule-of-tomorrow")) is None
    assert parts(()) == frozenset()
