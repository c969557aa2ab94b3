"""Which login goes to which repository: the one that the config names there, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.images.logins import Logins
from secguard.oci.client import Login
from secguard.oci.cloud import Clouds, Keys
from secguard.oci.reference import parse
from tests.unit.images.checkouts import job, uses

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/pull"
GAR = "europe-west1-docker.pkg.dev"
PROVIDER = "projects/1/locations/global/workloadIdentityPools/p/providers/q"
ENVIRONMENT = {"USER_NAME": "me", "PASSWORD": "s3cret", "CIRCLE_OIDC_TOKEN_V2": "oidc"}


class Noted(Clouds):
    """Notes what a cloud would be asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def ecr_by_role(self, registry: str, role: str, token: str) -> Login:
        self.asked.append((registry, role, token))
        return Login("AWS", "role")

    def ecr_by_keys(self, registry: str, keys: Keys) -> Login:
        self.asked.append((registry, keys))
        return Login("AWS", "keys")

    def google(self, provider: str, account: str, token: str) -> Login:
        self.asked.append((provider, account, token))
        return Login("oauth2accesstoken", "token")


def logins(
    image: str, auth: str, environment: dict[str, str] | None = None
) -> tuple[Logins, Noted]:
    body = f"docker:\n  - image: {image}\n    {auth}\nsteps: [checkout]"
    clouds = Noted()
    given = ENVIRONMENT if environment is None else environment
    return Logins(uses(job(body)), given, clouds, None), clouds


@pytest.mark.parametrize("password", ["$PASSWORD", "'${PASSWORD}'", "s3cret"])
def test_variables_are_read_by_name(password: str) -> None:
    found, _ = logins("acme/app:1", f"auth: {{username: $USER_NAME, password: {password}}}")
    assert found.find(parse("acme/app:2")) == Login("me", "s3cret")


@pytest.mark.parametrize("image", ["acme/other:1", "ghcr.io/acme/app:1", "evil.example/acme/app:1"])
def test_no_other_repository_gets_the_login(image: str) -> None:
    found, _ = logins("acme/app:1", "auth: {username: me, password: $PASSWORD}")
    assert found.find(parse(image)) is None


def test_a_variable_that_is_not_set_is_no_login() -> None:
    found, _ = logins("acme/app:1", "auth: {username: me, password: $PASSWORD}", {})
    assert found.find(parse("acme/app:1")) is None


def test_a_role_is_taken_on_once_for_a_registry() -> None:
    found, clouds = logins(f"{ECR}/app:1", f"aws_auth: {{oidc_role_arn: '{ROLE}'}}")
    for tag in "12":
        assert found.find(parse(f"{ECR}/app:{tag}")) == Login("AWS", "role")
    assert clouds.asked == [(ECR, ROLE, "oidc")]


def test_keys_lead_to_a_login() -> None:
    auth = "aws_auth: {aws_access_key_id: AKIA, aws_secret_access_key: $PASSWORD}"
    found, clouds = logins(f"{ECR}/app:1", auth)
    assert found.find(parse(f"{ECR}/app:1")) == Login("AWS", "keys")
    assert clouds.asked == [(ECR, Keys("AKIA", "s3cret"))]


def test_a_provider_of_google_is_known_by_its_form() -> None:
    account = "pull@acme.iam.gserviceaccount.com"
    auth = f"gcp_auth: {{oidc: {{provider: //iam.googleapis.com/{PROVIDER}, account: {account}}}}}"
    found, clouds = logins(f"{GAR}/p/r/app:1", auth)
    assert found.find(parse(f"{GAR}/p/r/app:1")) == Login("oauth2accesstoken", "token")
    assert clouds.asked == [(PROVIDER, account, "oidc")]


def test_no_cloud_is_asked_for_a_registry_that_is_not_its_own() -> None:
    found, clouds = logins("evil.example/app:1", f"aws_auth: {{oidc_role_arn: '{ROLE}'}}")
    assert found.find(parse("evil.example/app:1")) is None
    assert clouds.asked == []


def test_without_a_token_no_cloud_is_asked() -> None:
    found, clouds = logins(f"{ECR}/app:1", f"aws_auth: {{oidc_role_arn: '{ROLE}'}}", {})
    assert found.find(parse(f"{ECR}/app:1")) is None
    assert clouds.asked == []


def test_the_docker_config_has_the_rest() -> None:
    clouds = Noted()
    found = Logins((), {}, clouds, lambda _: Login("other", "x"))
    assert found.find(parse("acme/app:1")) == Login("other", "x")
