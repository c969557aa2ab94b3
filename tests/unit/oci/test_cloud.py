"""Logins that clouds give for a CircleCI identity token, or for keys."""

from __future__ import annotations

import base64
import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Iterator

import pytest

from secguard.net.failure import AskError, Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Login
from secguard.oci.cloud import ACCOUNT, PROVIDER, ROLE, Clouds, Keys
from tests.unit.oci.asking import MADE

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ROLE_ARN = "arn:aws:iam::123456789012:role/pull"
PASSWORD = base64.b64encode(b"AWS:password").decode()


class Cloud(HTTPServer):
    """All services at once: what they are asked, and what they answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Cloud

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers, body))
        status, data = self.server.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def clouds(cloud: Cloud) -> Clouds:
    host = f"127.0.0.1:{cloud.server_address[1]}"
    network = Network(frozenset({host}), frozenset({host}), pause=0.01)
    MADE.append(Wire(network, 20))
    names = (
        "sts.eu-west-1.amazonaws.com",
        "api.ecr.eu-west-1.amazonaws.com",
        "sts.googleapis.com",
        "iamcredentials.googleapis.com",
    )
    moment = datetime(2026, 11, 22, 10, 0, 0)
    return Clouds(MADE[-1], moment, dict.fromkeys(names, f"http://{host}"))


def test_a_role_leads_to_a_login(cloud: Cloud) -> None:
    keys = {"AccessKeyId": "ASIA", "SecretAccessKey": "key", "SessionToken": "session"}
    result = {"AssumeRoleWithWebIdentityResult": {"Credentials": keys}}
    cloud.answers = [
        (200, {"AssumeRoleWithWebIdentityResponse": result}),
        (200, {"authorizationData": [{"authorizationToken": PASSWORD}]}),
    ]
    assert clouds(cloud).ecr_by_role(ECR, ROLE_ARN, "oidc") == Login("AWS", "password")
    (_, _, asked), (_, headers, _) = cloud.asked
    assert b"WebIdentityToken=oidc" in asked and b"role%2Fpull" in asked
    assert headers["x-amz-security-token"] == "session"
    assert "oidc" not in str(headers)


def test_a_request_is_signed_as_aws_signs_it(cloud: Cloud) -> None:
    """The signature is the one that botocore 1.44.8 computes for these keys, host and moment."""
    signer = clouds(cloud)
    headers = signer._signed("host.example", "eu-west-1", b"{}", Keys("AKID", "secret"))
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/ecr/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="
        "d65d88fd6a3f95089995e3ad39be5fa46625b8207f8b938b4249edceb8a9fe3d"
    )


def test_google_trades_the_token_for_one_of_a_service_account(cloud: Cloud) -> None:
    cloud.answers = [(200, {"access_token": "first"}), (200, {"accessToken": "second"})]
    provider = "projects/1/locations/global/workloadIdentityPools/p/providers/q"
    account = "pull@acme.iam.gserviceaccount.com"
    assert clouds(cloud).google(provider, account, "oidc") == Login("oauth2accesstoken", "second")
    first, second = cloud.asked
    assert json.loads(first[2])["audience"] == f"//iam.googleapis.com/{provider}"
    assert second[0] == f"/v1/projects/-/serviceAccounts/{account}:generateAccessToken"
    assert second[1]["authorization"] == "Bearer first"


def test_without_a_service_account_the_first_token_is_taken(cloud: Cloud) -> None:
    cloud.answers = [(200, {"access_token": "first"})]
    assert clouds(cloud).google("projects/1", "", "oidc").secret == "first"


def test_a_refusal_is_forbidden_and_quotes_nothing(cloud: Cloud) -> None:
    cloud.answers = [(400, {"message": "oidc is not accepted"})]
    with pytest.raises(AskError) as caught:
        clouds(cloud).ecr_by_role(ECR, ROLE_ARN, "oidc")
    assert caught.value.failure is Failure.FORBIDDEN
    assert "oidc" not in caught.value.message


@pytest.mark.parametrize("answer", [[], {}, {"authorizationData": []}, {"authorizationData": [{}]}])
def test_an_answer_without_a_login_is_refused(cloud: Cloud, answer: Any) -> None:
    cloud.answers = [(200, answer)]
    with pytest.raises(AskError):
        clouds(cloud).ecr_by_keys(ECR, Keys("AKID", "secret"))


@pytest.mark.parametrize("host", ["evil.example", f"{ECR}.evil.example", "dkr.ecr.amazonaws.com"])
def test_only_a_registry_of_aws_gets_a_login_of_aws(cloud: Cloud, host: str) -> None:
    with pytest.raises(AskError):
        clouds(cloud).ecr_by_role(host, ROLE_ARN, "oidc")
    assert cloud.asked == []


def test_what_roles_providers_and_accounts_look_like() -> None:
    assert ROLE.fullmatch(ROLE_ARN)
    assert not ROLE.fullmatch(f"{ROLE_ARN}\n") and not ROLE.fullmatch("arn:aws:iam::1:user/x")
    found = PROVIDER.fullmatch(
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q"
    )
    assert found and found[1].startswith("projects/1/")
    assert ACCOUNT.fullmatch("pull@acme-1.iam.gserviceaccount.com")
    assert not ACCOUNT.fullmatch("pull@acme.iam.gserviceaccount.com.evil.example")
