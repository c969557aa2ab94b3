"""Which parts of an organisation and its projects each rule needs, so that no others are asked for.

A token that may not see a part leaves a gap only in a run that wanted it.
"""

from __future__ import annotations

from typing import Iterable

_AGED = (
    "organisation.contexts",
    "organisation.runner_tokens",
    "project.keys",
    "project.tokens",
    "project.variables",
)
NEEDS: dict[str, tuple[str, ...]] = {
    "audit-log-unstreamed": ("organisation.audit_streams",),
    "branch-unprotected": ("organisation.contexts", "people.repositories"),
    "check-not-required": ("people.repositories",),
    "check-not-strict": ("people.repositories",),
    "check-source-any-app": ("people.repositories",),
    "checkout-key-personal": ("project.keys",),
    "config-policies-off": ("organisation.policies",),
    "config-unversioned": ("organisation.settings", "project.unversioned_config"),
    "config-without-code-owner": ("people.repositories",),
    "context-abandoned": ("organisation.contexts",),
    "context-expression-weak": ("organisation.contexts",),
    "context-group-optional": ("organisation.settings",),
    "context-unrestricted": ("organisation.contexts",),
    "context-widespread": ("organisation.contexts",),
    "fork-builds": ("project.settings",),
    "fork-secrets": ("project.settings",),
    "member-inactive": ("people.inactive", "people.outside", "people.owners"),
    "member-without-two-factor": (
        "people.outside",
        "people.owners",
        "people.two_factor_required",
        "people.without_two_factor",
    ),
    "oidc-claims-wide": ("organisation.claims", "project.claims"),
    "orb-prefix-wide": ("organisation.url_orbs",),
    "orbs-uncertified": ("organisation.settings",),
    "outside-collaborator-access": ("people.outside", "people.repositories"),
    "project-token": ("project.tokens",),
    "project-variable-open": ("project.variables",),
    "protection-bypassable": ("people.repositories",),
    "review-not-required": ("people.repositories",),
    "review-overdue": (),
    "schedule-orphaned": ("people.members", "people.outside", "project.schedules"),
    "secret-age-unknown": _AGED,
    "secret-copied": ("project.variables",),
    "secret-overdue": _AGED,
    "security-contact-missing": ("organisation.security_contacts",),
    "settings-unprotected": ("project.settings",),
    "ssh-reruns": ("project.settings",),
    "too-many-owners": ("people.owners",),
    "two-factor-not-required": ("people.two_factor_required",),
    "webhook-insecure": ("project.webhooks",),
}
"""The parts by the id of the rule; a rule that is not here needs everything.

Some rules grade by more than they need: those parts are not asked for on their account.
"""


def parts(rules: Iterable[str]) -> frozenset[str] | None:
    """Give the parts that some rules need together; None for everything."""
    found: set[str] = set()
    for rule in rules:
        if rule not in NEEDS:
            return None
        found.update(NEEDS[rule])
    return frozenset(found)


def needing(part: str) -> tuple[str, ...]:
    """List the rules that need a part."""
    return tuple(rule for rule, wanted in sorted(NEEDS.items()) if part in wanted)
