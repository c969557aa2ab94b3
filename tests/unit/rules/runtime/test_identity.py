"""What the rules say of a job's own identity token, held against variables, config and policy."""

from __future__ import annotations

import base64
import json
from types import MappingProxyType
from typing import Mapping

import pytest

from secguard import engine
from secguard.finding import Finding, Location, Severity
from secguard.policy.runtime import Terms
from secguard.rules import ENVIRONMENT, rules
from secguard.runtime.environ import variables
from secguard.runtime.snapshot import Planned, Snapshot

ID = "0d9f7b1c-5a0e-4a77-9d0b-6f7a51c0ab{}"
PLACE = Location(".circleci/config.yml")


def token(**claims: object) -> str:
    """Make a token: names of claims with `_` for `-`, those without CircleCI's prefix apart."""
    plain = ("iat", "exp", "aud", "iss")
    named = {
        name if name in plain else "oidc.circleci.com/" + name.replace("_", "-"): value
        for name, value in claims.items()
    }
    body = base64.urlsafe_b64encode(json.dumps(named).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{body}.c2lnbmF0dXJl"


def found(
    rule: str,
    claims: dict[str, object],
    *,
    terms: tuple[Terms, ...] = (),
    planned: tuple[Planned, ...] = (),
    environ: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    own = {"CIRCLE_JOB": "deploy", "CIRCLE_OIDC_TOKEN_V2": token(**claims), **environ}
    values = variables({name: value.encode() for name, value in own.items()})
    chosen = [one for one in rules("runtime", only=ENVIRONMENT) if one.id == rule]
    snapshot = Snapshot(values, terms=terms, planned=planned)
    findings, problems = engine.check(chosen, [("env:", snapshot)])
    assert not problems
    assert own["CIRCLE_OIDC_TOKEN_V2"] not in repr(findings)
    return findings


def planned(*counts: int) -> tuple[Planned, ...]:
    return tuple(Planned(PLACE, tuple(f"c{n}" for n in range(count))) for count in counts)


def test_a_rerun_with_ssh_is_told() -> None:
    (finding,) = found("job-rerun-with-ssh", {"ssh_rerun": True})
    assert finding.severity == Severity.LOW
    assert finding.where == Location("env:CIRCLE_OIDC_TOKEN_V2")


@pytest.mark.parametrize("claim", [False, None, "yes", 1])
def test_no_rerun_with_ssh_is_no_finding(claim: object) -> None:
    assert not found("job-rerun-with-ssh", {"ssh_rerun": claim})


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        (("deny",), Severity.HIGH),
        (("allow", "deny"), Severity.HIGH),
        (("allow", ""), None),
        (("",), Severity.LOW),
    ],
)
def test_the_policy_says_what_a_rerun_with_ssh_weighs(
    words: tuple[str, ...], severity: Severity | None
) -> None:
    terms = tuple(Terms(ssh_rerun=word) for word in words)
    told = found("job-rerun-with-ssh", {"ssh_rerun": True}, terms=terms)
    assert [finding.severity for finding in told] == ([] if severity is None else [severity])


@pytest.mark.parametrize(("ids", "given"), [(2, (1,)), (1, (0,)), (3, (2, 0)), (1, (0, 0))])
def test_more_contexts_than_the_config_gives_are_told(ids: int, given: tuple[int, ...]) -> None:
    claims: dict[str, object] = {"context_ids": [ID.format(10 + n) for n in range(ids)]}
    (finding,) = found("job-context-unexpected", claims, planned=planned(*given))
    assert finding.related == (PLACE,)
    assert f"has {ids} contexts and the config in the checkout gives it" in finding.message


@pytest.mark.parametrize(
    ("ids", "given"),
    [
        ([], (0,)),
        ([1], (1,)),
        ([1, 1], (1,)),
        ([1], (3,)),
        ([1, 2], (0, 2)),
        ([1, 2], ()),
        ("ab", (0,)),
        (None, (0,)),
    ],
)
def test_as_many_contexts_as_the_config_gives_are_fine(ids: object, given: tuple[int, ...]) -> None:
    assert not found("job-context-unexpected", {"context_ids": ids}, planned=planned(*given))


@pytest.mark.parametrize(
    ("claims", "environ", "name"),
    [
        ({"vcs_ref": "refs/heads/evil"}, {"CIRCLE_BRANCH": "main"}, "CIRCLE_BRANCH"),
        ({"vcs_ref": "refs/tags/v1"}, {"CIRCLE_TAG": "v2"}, "CIRCLE_TAG"),
        ({"vcs_ref": "refs/tags/v1"}, {"CIRCLE_BRANCH": "main"}, "CIRCLE_BRANCH"),
        (
            {"vcs_ref": "refs/heads/a/b"},
            {"CIRCLE_BRANCH": "a/b", "CIRCLE_TAG": "v1"},
            "CIRCLE_TAG",
        ),
        (
            {"vcs_origin": "github.com/mallory/shop"},
            {"CIRCLE_REPOSITORY_URL": "git@github.com:acme/shop.git"},
            "CIRCLE_REPOSITORY_URL",
        ),
        ({"org_id": ID.format(1)}, {"CIRCLE_ORGANIZATION_ID": ID.format(2)}, "_ORGANIZATION_ID"),
        ({"project_id": "a"}, {"CIRCLE_PROJECT_ID": "b"}, "CIRCLE_PROJECT_ID"),
        ({"pipeline_id": "a"}, {"CIRCLE_PIPELINE_ID": "b"}, "CIRCLE_PIPELINE_ID"),
        ({"workflow_id": "a"}, {"CIRCLE_WORKFLOW_ID": "b"}, "CIRCLE_WORKFLOW_ID"),
    ],
)
def test_variables_that_the_token_contradicts_are_told(
    claims: dict[str, object], environ: dict[str, str], name: str
) -> None:
    (finding,) = found("job-identity-mismatch", claims, environ=environ)
    assert finding.where.uri.endswith(name)


@pytest.mark.parametrize(
    ("claims", "environ"),
    [
        ({"vcs_ref": "refs/heads/main"}, {"CIRCLE_BRANCH": "main"}),
        ({"vcs_ref": "refs/tags/v1"}, {"CIRCLE_TAG": "v1"}),
        ({"vcs_ref": "refs/tags/v1"}, {"CIRCLE_TAG": "v1", "CIRCLE_BRANCH": "main"}),
        ({"vcs_ref": "refs/heads/main"}, {}),
        ({"vcs_ref": "refs/pull/7/head"}, {"CIRCLE_BRANCH": "pull/7"}),
        ({"vcs_ref": "refs/heads/fix"}, {"CIRCLE_BRANCH": "pull/7"}),
        ({"project_id": "a"}, {"CIRCLE_BRANCH": "main"}),
        ({"vcs_ref": 7, "vcs_origin": [], "org_id": {}}, {"CIRCLE_BRANCH": "main"}),
        ({"project_id": ID.format("cd")}, {"CIRCLE_PROJECT_ID": ID.format("CD").upper()}),
        *(
            ({"vcs_origin": "github.com/acme/shop"}, {"CIRCLE_REPOSITORY_URL": url})
            for url in (
                "https://github.com/Acme/shop",
                "https://user:word@github.com/acme/shop.git",
                "git@github.com:acme/shop.git",
                "ssh://git@github.com:22/acme/shop.git/",
                "no address",
                "a" + "/" * 5_000 + " b",
            )
        ),
    ],
)
def test_variables_that_the_token_does_not_contradict_are_fine(
    claims: dict[str, object], environ: dict[str, str]
) -> None:
    assert not found("job-identity-mismatch", claims, environ=environ)


def test_an_address_is_told_without_what_logs_in() -> None:
    url = "https://user:s3cr3tword@github.com/acme/shop.git"
    (finding,) = found(
        "job-identity-mismatch",
        {"vcs_origin": "github.com/acme/other"},
        environ={"CIRCLE_REPOSITORY_URL": url},
    )
    assert "'github.com/acme/shop'" in finding.message and "s3cr3tword" not in repr(finding)


def test_the_build_of_a_fork_is_for_another_rule() -> None:
    claims: dict[str, object] = {
        "vcs_ref": "refs/heads/fix",
        "vcs_origin": "github.com/mallory/shop",
    }
    fork = {
        "CIRCLE_PR_USERNAME": "mallory",
        "CIRCLE_PR_REPONAME": "shop",
        "CIRCLE_BRANCH": "main",
        "CIRCLE_REPOSITORY_URL": "git@github.com:acme/shop.git",
    }
    assert not found("job-identity-mismatch", claims, environ=fork)


MAIN = Terms(("deploy*",), refs=("refs/heads/main", "refs/tags/v*"))


@pytest.mark.parametrize(
    ("terms", "claims", "value"),
    [
        (MAIN, {"vcs_ref": "refs/heads/evil"}, "refs/heads/evil"),
        (MAIN, {"vcs_ref": "refs/heads/Main"}, "refs/heads/Main"),
        (Terms(refs=()), {"vcs_ref": "refs/heads/main"}, "refs/heads/main"),
        (
            Terms(origins=("github.com/acme/*",)),
            {"vcs_origin": "github.com/mallory/shop"},
            "github.com/mallory/shop",
        ),
        (
            Terms(contexts=(ID.format(10),)),
            {"context_ids": [ID.format(10), ID.format(11)]},
            ID.format(11),
        ),
    ],
)
def test_what_the_policy_does_not_allow_is_told(
    terms: Terms, claims: dict[str, object], value: str
) -> None:
    (finding,) = found("job-not-allowed", claims, terms=(terms, Terms()))
    assert finding.severity == Severity.HIGH and finding.subject == value


@pytest.mark.parametrize(
    ("terms", "claims"),
    [
        (MAIN, {"vcs_ref": "refs/tags/v1.2"}),
        (MAIN, {"vcs_origin": "github.com/mallory/shop"}),
        (Terms(origins=("github.com/Acme/*",)), {"vcs_origin": "github.com/acme/shop"}),
        (Terms(contexts=(ID.format("AB").upper(),)), {"context_ids": [ID.format("ab")]}),
        (Terms(contexts=()), {"context_ids": []}),
    ],
)
def test_what_the_policy_allows_is_fine(terms: Terms, claims: dict[str, object]) -> None:
    assert not found("job-not-allowed", claims, terms=(terms,))


@pytest.mark.parametrize(
    ("seconds", "severities"),
    [
        (3_600, []),
        (3_601, [Severity.LOW]),
        (86_400, [Severity.LOW]),
        (86_401, [Severity.MEDIUM]),
        (None, []),
        ("7200", []),
    ],
)
def test_a_token_that_holds_for_long_is_told(seconds: object, severities: list[Severity]) -> None:
    end = 1_800_000_000 + seconds if isinstance(seconds, int) else seconds
    told = found("identity-token-long-lived", {"org_id": "a", "iat": 1_800_000_000, "exp": end})
    assert [finding.severity for finding in told] == severities
