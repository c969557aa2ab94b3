"""Identity tokens: what is read from them, and that nothing breaks on what is none."""

from __future__ import annotations

import base64

import pytest

from secguard.runtime.identity import Identity, identity


def read(**tokens: str) -> Identity | None:
    return identity(lambda name: tokens.get(name, ""))


def token(payload: str) -> str:
    return f"e30.{base64.urlsafe_b64encode(payload.encode()).decode().rstrip('=')}.c2ln"


def test_claims_are_read_by_their_types() -> None:
    text = (
        '{"iat": 10, "exp": 70, "oidc.circleci.com/vcs-ref": "refs/heads/main",'
        ' "oidc.circleci.com/context-ids": ["a", "a", 7], "oidc.circleci.com/ssh-rerun": false,'
        ' "oidc.circleci.com/org-id": 3, "other": "x"}'
    )
    assert read(CIRCLE_OIDC_TOKEN=token(text)) == Identity(
        "CIRCLE_OIDC_TOKEN", {"vcs-ref": "refs/heads/main"}, ("a", "7"), False, 60
    )


def test_the_second_version_is_read_first_where_it_can_be() -> None:
    old, new = (token(f'{{"oidc.circleci.com/org-id": "{name}"}}') for name in ("old", "new"))
    both = read(CIRCLE_OIDC_TOKEN=old, CIRCLE_OIDC_TOKEN_V2=new)
    broken = read(CIRCLE_OIDC_TOKEN=old, CIRCLE_OIDC_TOKEN_V2=new[:9])
    assert both and both.texts == {"org-id": "new"}
    assert broken and broken.variable == "CIRCLE_OIDC_TOKEN"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no token",
        "a.b",
        "a.!.b",
        token("[1]"),
        token("7"),
        token("{"),
        token('{"sub": "x"}'),
        token('{"oidc.circleci.com/org-id":' + "[" * 30_000),
        token('{"iat":' + "9" * 20_000),
        token('{"oidc.circleci.com/org-id": "' + "a" * 60_000 + '"}'),
        "e30." + base64.urlsafe_b64encode(b"\xff\xfe").decode() + ".c2ln",
    ],
)
def test_what_is_no_token_is_read_as_none(text: str) -> None:
    assert read(CIRCLE_OIDC_TOKEN=text) is None


def test_long_claims_are_cut() -> None:
    found = read(CIRCLE_OIDC_TOKEN=token('{"oidc.circleci.com/vcs-ref": "' + "a" * 9_000 + '"}'))
    assert found and len(found.ref) == 500


def test_a_claim_that_is_not_made_is_none() -> None:
    found = Identity("X", {"vcs-origin": "github.com/a/b"})
    assert [found.about(key) for key in ("refs", "origins", "contexts")] == [
        None,
        ("github.com/a/b",),
        None,
    ]
