"""Tests for telling what a change takes away from a policy."""

from __future__ import annotations

import pytest

from secguard.finding import Severity
from secguard.policy.changes import Change
from secguard.policy.read import read_policy
from secguard.source.text import TextFile
from secguard.source.tree import parse

SEVERITIES = {"one": Severity.HIGH, "two": Severity.LOW}
KNOWN = (*SEVERITIES, "far")
REVIEWED = "reviews:\n- {item: roles, confirmed: 2026-11-02, by: a}"
ACCEPTED = "exceptions:\n  - {rule: one, reason: x, until: 2027-01-31}\n"


def _weakened(before: str, after: str) -> list[str]:
    file = TextFile("p", after)
    old = read_policy(TextFile("p", before), KNOWN)
    new = read_policy(file, KNOWN)
    found = Change(old, new, parse(file), SEVERITIES).weakened()
    return [f"{where.span and where.span.line}: {what}" for where, what in found]


@pytest.mark.parametrize(
    ("before", "after", "weakened"),
    [
        ("", "ignore: [one]", ["1: the change switches the rule 'one' off"]),
        ("ignore: [one]", "ignore:\n- one\n- two", ["3: the change switches the rule 'two' off"]),
        ("", "select: [one]", ["1: the change runs fewer rules"]),
        ("select: [one, two]", "select: [one]", ["1: the change runs fewer rules"]),
        ("", "severity: {one: low}", ["1: the change takes 'one' for low instead of high"]),
        ("severity: {two: high}", "", ["1: the change takes 'two' for low instead of high"]),
        ("", "severity: {far: high}", []),
        (
            "",
            "severity: {far: medium}",
            ["1: the change takes 'far' for medium instead of its own severity"],
        ),
        (
            "severity: {far: low}",
            "",
            ["1: the change takes 'far' for its own severity instead of low"],
        ),
        ("severity: {far: low}", "severity: {far: medium}", []),
        ("", "fail_on: none", ["1: the change lets worse findings pass: 'fail_on'"]),
        ("fail_on: low", "", ["1: the change lets worse findings pass: 'fail_on'"]),
        ("", "min_severity: high", ["1: the change leaves more findings out: 'min_severity'"]),
        ("", "min_confidence: high", ["1: the change leaves more findings out: 'min_confidence'"]),
        ("strict: true", "\n{}", ["2: the change switches 'strict' off"]),
        ("strict: true", "strict: false", ["1: the change switches 'strict' off"]),
        ("comments: false", "", ["1: the change lets comments suppress findings: 'comments'"]),
        (
            "allow: {orbs: [a]}",
            "allow:\n  orbs:\n    - a\n    - b",
            ["4: the change trusts 'b' among the orbs"],
        ),
        ("", ACCEPTED, ["2: the change makes an exception of 'one' until 2027-01-31"]),
        (
            ACCEPTED,
            ACCEPTED.replace("2027", "2028"),
            ["2: the change makes an exception of 'one' until 2028-01-31"],
        ),
        (
            "images: {allow: [a.b]}",
            "images:\n  default: allow\n  allow: [a.b]",
            ["2: the change allows images that no list names"],
        ),
        (
            "images: {allow: [a.b]}",
            "images: {allow: [a.b, c.d]}",
            ["1: the change allows images from 'c.d'"],
        ),
        ("images: {deny: [a.b]}", "", ["1: the change no longer denies images from 'a.b'"]),
        (
            "images: {on_unreachable: fail}",
            "",
            ["1: the change lets images pass that cannot be asked for"],
        ),
        (
            "",
            "images: {plain_registries: [a]}",
            ["1: the change adds 'a' to 'plain_registries'"],
        ),
        (
            "images: {verifier: both}",
            "",
            ["1: the change has signatures checked by less, or by another program"],
        ),
        ("", "images: {verifier: both}", []),
        (
            "images: {require: {digest: true}}",
            "images: {require: {digest: false}}",
            ["1: the change asks less of images"],
        ),
        (
            "images: {require: {max_age: 1}}",
            "images: {require: {max_age: 2}}",
            ["1: the change asks less of images"],
        ),
        (
            "images: {scopes: [{images: [a.b], require: {signed_by: [{key: k}]}}]}",
            "images: {scopes: [{images: [a.b], require: {signed_by: [{key: k}, {key: l}]}}]}",
            ["1: the change asks less of images of 'a.b'"],
        ),
        (
            "runtime: [{ssh_rerun: deny}]",
            "\nruntime: [{jobs: [a*], ssh_rerun: deny}]",
            ["2: the change lets any job run again with SSH"],
        ),
        (
            "",
            "runtime: [{jobs: [a], ssh_rerun: allow}]",
            ["1: the change hides that jobs named 'a' run again with SSH"],
        ),
        (
            "runtime: [{jobs: [a], refs: [refs/heads/main]}]",
            "runtime: [{jobs: [a], refs: [refs/heads/*]}]",
            ["1: the change allows jobs named 'a' more refs"],
        ),
        (
            "runtime: [{jobs: ['*'], origins: [a.b/c]}]",
            "runtime: [{jobs: ['?'], origins: [a.b/c]}]",
            ["1: the change allows any job more origins"],
        ),
        (
            "runtime: [{contexts: []}]",
            "runtime: [{refs: [refs/heads/a]}]",
            ["1: the change allows any job more contexts"],
        ),
        (
            "rotation: {max_age: 30}",
            "rotation: {max_age: 40}",
            ["1: the change lets secrets become older"],
        ),
        (
            "",
            "rotation:\n  kinds:\n    runner_token: never",
            ["3: the change lets each 'runner_token' become older"],
        ),
        (
            "rotation: {kinds: {checkout_key: 30}}",
            "",
            ["1: the change lets secrets become older"],
        ),
        (
            "",
            "rotation: {names: [{names: [A], max_age: 91}]}",
            ["1: the change lets secrets named 'A' become older"],
        ),
        (
            "rotation: {names: [{names: [A*], max_age: 9}]}",
            "rotation: {names: [{names: [AB], max_age: 9}]}",
            ["1: the change lets secrets named 'A*' become older"],
        ),
        (
            "rotation: {all_older_than: 2027-01-04}",
            "rotation: {all_older_than: 2027-01-03}",
            ["1: the change no longer wants all secrets from before 2027-01-04 replaced"],
        ),
        (
            "people: {max_owners: 2}",
            "people: {max_owners: 3}",
            ["1: the change lets more people own the organisation"],
        ),
        (
            "people: {max_owners: 5}",
            "",
            ["1: the change lets more people own the organisation"],
        ),
        (
            "",
            "people: {inactive_days: 120}",
            ["1: the change takes 120 days for no long absence"],
        ),
        (
            "people: {outside_collaborators: [a]}",
            "people: {outside_collaborators: [a, b]}",
            ["1: the change lets 'b' have access from outside"],
        ),
        (
            "people: {required_checks: [a]}",
            "people: {required_checks: ['*']}",
            ["1: the change takes other statuses for the one to require"],
        ),
        (
            REVIEWED,
            "reviews:\n- {item: roles, confirmed: 2026-11-02, by: a, every: 91}",
            ["2: the change lets a review of 'roles' hold 91 days"],
        ),
        (
            "",
            "reviews:\n- {item: roles, not_applicable: x}",
            ["2: the change says that nobody has to review 'roles'"],
        ),
        (REVIEWED, "", ["1: the change no longer says who reviewed 'roles'"]),
        (
            "images: {require: {digest: true}}",
            "images:\n  require: {digest: true}\n"
            "  scopes: [{images: [a.b, a.b/c/**], require: {digest: false}}]",
            [f"3: the change asks less of images of '{name}'" for name in ("a.b", "a.b/c/**")],
        ),
        (
            "images: {scopes: [{images: [a.b/c/**], require: {max_age: 9}}]}",
            "images:\n  scopes:\n  - {images: [a.b/c/**], require: {max_age: 9}}\n"
            "  - {images: [a.b/c/d], require: {max_age: 99}}",
            ["3: the change asks less of images of 'a.b/c/d'"],
        ),
    ],
)
def test_what_lets_more_pass_is_told_at_its_line(
    before: str, after: str, weakened: list[str]
) -> None:
    assert _weakened(before, after) == weakened


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ignore: [one]", ""),
        ("select: [one]", "select: [one, two]"),
        ("select: [one]", ""),
        ("fail_on: none", "fail_on: high"),
        ("", "severity: {two: medium}"),
        ("", "strict: true\nmin_severity: info\nmin_confidence: low\ncomments: false"),
        ("allow: {hosts: [a, b]}", "allow: {hosts: [b]}"),
        (ACCEPTED, ""),
        (ACCEPTED, "# moved\n" + ACCEPTED),
        ("", "images: {allow: [a.b], require: {digest: true, max_age: 3}}"),
        ("images: {require: {max_age: 2}}", "images: {require: {max_age: 1}}"),
        (
            "images: {require: {max_age: 2}}",
            "images: {require: {max_age: 2}, scopes: [{images: [a.b/c], require: {digest: true}}]}",
        ),
        ("people: {required_checks: [a, b]}", "people: {required_checks: [b]}"),
        ("", "people: {max_owners: 2, inactive_days: 30}"),
        ("", REVIEWED),
        (REVIEWED, REVIEWED.replace("-02", "-20")),
        ("reviews: [{item: roles, not_applicable: x}]", REVIEWED),
        ("images: {allow: [a.b, c.d]}", "images: {allow: [a.b], on_unreachable: fail}"),
        (
            "runtime: [{jobs: [a1, a2], ssh_rerun: deny, refs: [refs/heads/*]}]",
            "runtime: [{jobs: [a*], refs: [refs/heads/main], origins: []}, {ssh_rerun: deny}]",
        ),
        ("", "rotation: {max_age: 30, kinds: {runner_token: 9}, all_older_than: 2027-01-04}"),
        (
            "rotation: {kinds: {runner_token: never}, names: [{names: [A], max_age: never}]}",
            "rotation: {kinds: {runner_token: 90}}",
        ),
        (
            "rotation: {names: [{names: [A], max_age: 9}]}",
            "rotation: {names: [{names: [A*], max_age: 9}, {names: [AB], max_age: 3}]}",
        ),
        ("runtime: [{ssh_rerun: allow}]", "runtime: [{jobs: [a], ssh_rerun: allow}]"),
    ],
)
def test_what_lets_no_more_pass_is_not_told(before: str, after: str) -> None:
    assert _weakened(before, after) == []
