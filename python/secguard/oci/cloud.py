"""Turns what proves a CircleCI job to a cloud into a login for that cloud's registry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any, Mapping, NamedTuple
from urllib.parse import urlencode, urlsplit

from secguard.net.failure import AskError, Failure
from secguard.net.wire import Wire
from secguard.oci.client import Login
from secguard.oci.content import parse_json, untrusted

MAX_ANSWER = 256 * 1024

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)"
    r"\.(?:amazonaws\.com(?:\.cn)?|on\.aws)"
)
ROLE = re.compile(r"arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
"""What a role that a job can take on looks like."""
PROVIDER = re.compile(
    r"(?:(?:https:)?//iam\.googleapis\.com/)?"
    r"(projects/\d+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+)",
    re.ASCII,
)
"""What a provider of identities at Google looks like."""
ACCOUNT = re.compile(r"[a-z0-9-]+@[a-z0-9-]+\.iam\.gserviceaccount\.com", re.ASCII)
"""What a service account at Google looks like."""


class Keys(NamedTuple):
    """Keys of AWS."""

    access: str
    secret: str
    session: str = ""


class Clouds:
    """Asks the clouds' own services; `hosts` puts others in their place."""

    def __init__(self, wire: Wire, now: datetime, hosts: Mapping[str, str] | None = None) -> None:
        """Ask through a wire; `now`, in UTC, is what AWS wants in a signature."""
        self._wire = wire
        self._now = now
        self._hosts = hosts or {}

    def ecr_by_role(self, registry: str, role: str, token: str) -> Login:
        """Take on a role with an identity token, and ask for a login with it."""
        region = _region(registry)
        query = urlencode(
            {
                "Action": "AssumeRoleWithWebIdentity",
                "Version": "2011-06-15",
                "RoleArn": role,
                "RoleSessionName": "secguard",
                "DurationSeconds": "900",
                "WebIdentityToken": token,
            }
        )
        data = self._json(
            f"sts.{region}.{_domain(registry)}",
            "/",
            query.encode(),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        )
        result = _at(data, "AssumeRoleWithWebIdentityResponse", "AssumeRoleWithWebIdentityResult")
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        keys = (_text(result, "Credentials", name) for name in names)
        return self.ecr_by_keys(registry, Keys(*keys))

    def ecr_by_keys(self, registry: str, keys: Keys) -> Login:
        """Ask for a login with keys."""
        region = _region(registry)
        host = f"api.ecr.{region}.{_domain(registry)}"
        body = b"{}"
        headers = self._signed(host, region, body, keys)
        data = self._json(host, "/", body, headers)
        entries = data.get("authorizationData") if isinstance(data, dict) else None
        entry = entries[0] if isinstance(entries, list) and entries else {}
        pair = base64.b64decode(_text(entry, "authorizationToken")).decode("utf-8", "replace")
        user, _, secret = pair.partition(":")
        return Login(user, secret)

    def google(self, provider: str, account: str, token: str) -> Login:
        """Trade an identity token for one of Google's, of a service account where one is named."""
        scope = "https://www.googleapis.com/auth/cloud-platform"
        kind = "urn:ietf:params:oauth:"
        traded = self._json(
            "sts.googleapis.com",
            "/v1/token",
            json.dumps(
                {
                    "audience": f"//iam.googleapis.com/{provider}",
                    "grantType": f"{kind}grant-type:token-exchange",
                    "requestedTokenType": f"{kind}token-type:access_token",
                    "scope": scope,
                    "subjectToken": token,
                    "subjectTokenType": f"{kind}token-type:jwt",
                }
            ).encode(),
            {"Content-Type": "application/json"},
        )
        found = _text(traded, "access_token")
        if account:
            own = self._json(
                "iamcredentials.googleapis.com",
                f"/v1/projects/-/serviceAccounts/{account}:generateAccessToken",
                json.dumps({"scope": [scope], "lifetime": "900s"}).encode(),
                {"Content-Type": "application/json", "Authorization": f"Bearer {found}"},
            )
            found = _text(own, "accessToken")
        return Login("oauth2accesstoken", found)

    def _json(self, host: str, path: str, body: bytes, headers: Mapping[str, str]) -> Any:
        base = self._hosts.get(host, f"https://{host}")
        answer = self._wire.ask("POST", base + path, headers, MAX_ANSWER, body=body)
        if answer.status != 200:
            message = f"gives no login: {host} answers with status {answer.status}"
            raise AskError(Failure.FORBIDDEN, message)
        return parse_json(answer.body)

    def _signed(self, host: str, region: str, body: bytes, keys: Keys) -> dict[str, str]:
        """Sign a request as AWS wants it (Signature Version 4)."""
        moment = self._now.strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "host": urlsplit(self._hosts.get(host, f"https://{host}")).netloc,
            "x-amz-date": moment,
            "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
        }
        if keys.session:
            headers["x-amz-security-token"] = keys.session
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        whole = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{moment[:8]}/{region}/ecr/aws4_request"
        digest = hashlib.sha256(whole.encode()).hexdigest()
        key = f"AWS4{keys.secret}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={keys.access}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return headers


def _region(registry: str) -> str:
    found = _ECR.fullmatch(registry)
    if found is None:
        raise untrusted("is no registry of AWS, so it gets no login of AWS")
    return found["region"]


def _domain(registry: str) -> str:
    return "amazonaws.com.cn" if registry.endswith(".cn") else "amazonaws.com"


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _text(data: Any, *keys: str) -> str:
    found = _at(data, *keys)
    if not isinstance(found, str) or not found:
        raise untrusted("gives a login without its parts")
    return found
