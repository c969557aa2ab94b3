"""Random credentials of every format, made at run time so that this repository holds none."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import string
import zlib
from typing import Callable

_HEX = "0123456789abcdef"
_UPPER = string.ascii_uppercase
_B62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ALPHABETS = {
    "h": _HEX,
    "a": _B62,
    "u": _B62 + "-_",
    "b": _B62 + "+/",
    "d": string.digits,
    "l": string.ascii_letters,
    "U": _UPPER + string.digits,
    "B": _UPPER + "234567",
    "z": string.ascii_lowercase + "234567",
    "y": string.ascii_lowercase + string.digits,
    "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}

# `<a36>` stands for 36 random letters and digits, `<g>` for a UUID; see the alphabets above.
_SHAPES = {
    "aws-bedrock": "ABSK<b120>",
    "google-api": "AIza<u34>a",
    "google-oauth-secret": "GOCSPX-<u27>a",
    "google-oauth-token": "ya29.<u120>a",
    "alibaba-key-id": "LTAI<a20>",
    "yandex": "AQVN<u35>",
    "digitalocean": "dop_v1_<h64>",
    "heroku": "HRKU-<u59>a",
    "fly": "fo1_<u42>a",
    "fly-macaroon": "fm2_<b150>",
    "netlify": "nfp_<a36>",
    "cloudflare": "cfut_<a40><h8>",
    "cloudflare-ca": "v1.0-<h24>-<h146>",
    "render": "rnd_<a28>",
    "supabase": "sbp_<h40>",
    "tailscale": "tskey-auth-<a12>-<a32>",
    "databricks": "dapi<h32>",
    "planetscale": "pscale_tkn_<u42>a",
    "openshift": "sha256~<u42>a",
    "github-app": "ghs_<a36>",
    "gitlab": "glpat-<u19>a",
    "gitlab-runner": "glrt-t1_<u19>a",
    "gitlab-job": "glcbt-64_<u19>a",
    "bitbucket": "ATBB<a24>1A2B3C4D",
    "atlassian": "ATATT3<u180>=1A2B3C4D",
    "circleci": "CCIPAT_<a22>_<h40>",
    "buildkite": "bkua_<h40>",
    "sourcegraph": "sgp_local_<h40>",
    "sonarqube": "sqp_<h40>",
    "octopus": "API-<U26>",
    "pulumi": "pul-<h40>",
    "infracost": "ico-<a32>",
    "prefect": "pnu_<a36>",
    "pypi": "pypi-AgEIcHlwaS5vcmc<u160>a",
    "rubygems": "rubygems_<h48>",
    "crates": "cio<a32>",
    "clojars": "CLOJARS_<h60>",
    "nuget": "oy2<z43>",
    "docker-hub": "dckr_pat_<u26>a",
    "artifactory": "AKCp<a69>",
    "artifactory-reference": "cmVmdGtu<a56>",
    "vault": "hvs.<u94>a",
    "doppler": "dp.pt.<a43>",
    "doppler-service": "dp.st.prd.<a43>",
    "age": "AGE-SECRET-KEY-1<q58>",
    "new-relic": "NRAK-<U27>",
    "sentry": "sntryu_<h64>",
    "dynatrace": "dt0c01.<U24>.<U64>",
    "honeycomb": "hcaik_<y58>",
    "slack": "xoxb-<d12>-<d12>-<a24>",
    "slack-config": "xoxe.xoxp-1-<a160>",
    "slack-app": "xapp-1-A<U10>-<d13>-<h64>",
    "slack-webhook": "https://hooks.slack.com/services/T<U8>/B<U8>/<a24>",
    "discord-webhook": "https://discord.com/api/webhooks/<d18>/<u67>a",
    "teams-webhook": "https://x.webhook.office.com/webhookb2/<g>@<g>/IncomingWebhook/<h32>/<g>",
    "sendgrid": "SG.<u22>.<u42>a",
    "brevo": "xkeysib-<h64>-<a16>",
    "mailgun": "key-<h32>",
    "stripe": "sk_live_<a24>",
    "stripe-webhook": "whsec_<a32>",
    "shopify": "shpat_<h32>",
    "square": "sq0atp-<u21>a",
    "linear": "lin_api_<a40>",
    "notion": "ntn_<d11><a35>",
    "figma": "figd_<u39>a",
    "airtable": "pat<a14>.<h64>",
    "postman": "PMAK-<h24>-<h34>",
    "launchdarkly": "sdk-<g>",
    "facebook": "EAAC<a180>",
    "openai": "sk-<a20>T3BlbkFJ<a20>",
    "openai-project": "sk-proj-<u74>T3BlbkFJ<u73>a",
    "anthropic": "sk-ant-api03-<u93>AA",
    "openrouter": "sk-or-v1-<h64>",
    "huggingface": "hf_<l34>",
    "replicate": "r8_<a37>",
    "groq": "gsk_<a52>",
    "xai": "xai-<a80>",
    "perplexity": "pplx-<a48>",
    "langsmith": "lsv2_pt_<h32>_<h10>",
    "url-password": "https://bot:<a20>@git.corp.io/app.git",
    "aws-secret-key": "aws_secret_access_key = <b40>",
    "azure-storage-key": "AccountName=x;AccountKey=<b86>==;EndpointSuffix=core.windows.net",
    "azure-access-key": "SharedAccessKeyName=root;SharedAccessKey=<b43>=",
    "azure-sas": "?sp=r&sv=2022-11-02&sr=b&sig=<a43>%3D",
    "azure-client-secret": "<a3>8Q~<u33>a",
    "azure-platform-key": "<a52>JQQJ99BA<a16>A<a7>",
    "terraform": "<a14>.atlasv1.<u66>a",
    "telegram-bot": "<d10>:AA<u32>a",
    "npm-auth": "//npm.corp.io/:_authToken=<a40>",
    "netrc": "machine git.corp.io\n  login bot\n  password <a16>",
    "circleci-legacy": "CIRCLE_TOKEN=<h40>",
    "datadog": "DD_API_KEY: <h32>",
    "twilio": "TWILIO_AUTH_TOKEN=<h32>",
    "heroku-legacy": 'HEROKU_API_KEY="<g>"',
    "snyk": "SNYK_TOKEN: <g>",
    "codecov": "CODECOV_TOKEN: <g>",
    "github-legacy": "GITHUB_TOKEN=<h40>",
    "sonar-legacy": "SONAR_TOKEN=<h40>",
    "sentry-legacy": "SENTRY_AUTH_TOKEN=<h64>",
    "new-relic-licence": "NEW_RELIC_LICENSE_KEY=<h36>NRAL",
    "infura": "WEB3_INFURA_API_KEY=<h32>",
    "mailchimp": "<h32>-us12",
}


def seeded(seed: object) -> random.Random:
    """Return a source of the same random choices on every run."""
    return random.Random(str(seed))  # noqa: S311 - nothing here is secret


def random_text(alphabet: str, length: int, source: random.Random) -> str:
    """Return a random text over one of the alphabets of the shapes."""
    return "".join(source.choice(_ALPHABETS[alphabet]) for _ in range(length))


def _fill(shape: str, source: random.Random) -> str:
    uuid = "<h8>-<h4>-<h4>-<h4>-<h12>"
    return re.sub(
        r"<(\w)(\d+)>",
        lambda slot: random_text(slot.group(1), int(slot.group(2)), source),
        shape.replace("<g>", uuid),
    )


def _with_crc32(prefix: str, shape: str, source: random.Random) -> str:
    body = _fill(shape, source)
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _B62[digit] + digits
    return prefix + body + digits


def _gitlab(source: random.Random) -> str:
    body = "glpat-" + _fill("<a32>", source) + ".01.0w"
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(7):
        number, digit = divmod(number, 36)
        digits = (string.digits + string.ascii_lowercase)[digit] + digits
    return body + digits


def _fine_grained(source: random.Random) -> str:
    body = "github_pat_" + _fill("1<a21>_<a43>", source)
    checksum = base64.b32encode(hashlib.sha256(body.encode()).digest()).decode()[:8]
    return body + checksum + _fill("<a8>", source)


def _grafana(source: random.Random) -> str:
    body = "glsa_" + _fill("<a32>", source)
    return body + "_" + zlib.crc32(body.encode()).to_bytes(4, "little").hex()


def _aws_key_id(source: random.Random) -> str:
    number = source.randrange(10**12) << 7 | 1 << 47
    body = number.to_bytes(6, "big") + bytes(source.randrange(256) for _ in range(4))
    return "AK" + "IA" + base64.b32encode(body).decode()


def _url_base64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def web_token(claims: dict[str, object], source: random.Random) -> str:
    """Return a JSON Web Token with these claims and a random signature."""
    header = _url_base64({"alg": "HS256", "typ": "JWT"})
    return f"{header}.{_url_base64(claims)}.{random_text('u', 42, source)}a"


def private_key(source: random.Random, kind: str = "RSA ", newline: str = "\n") -> str:
    """Return a text shaped like a PEM private key."""
    lines = ["MIIEpAIBAAKCAQEA" + _fill("<b48>", source), *(_fill("<b64>", source),) * 3]
    edges = [f"-----{word} {kind}PRIVATE " + "KEY-----" for word in ("BEGIN", "END")]
    return newline.join([edges[0], *lines, edges[1]])


def _encoded(text: str, source: random.Random) -> str:
    return base64.b64encode(_fill(text, source).encode()).decode()


def basic_auth(user_and_password: str) -> str:
    """Return the header of an HTTP basic credential."""
    encoded = base64.b64encode(user_and_password.encode()).decode()
    return "Authorization: Basic " + encoded


_MADE: dict[str, Callable[[random.Random], str]] = {
    "aws-key-id": _aws_key_id,
    "aws-secret-key-nearby": lambda s: _aws_key_id(s) + " " + _fill("<b40>", s),
    "vercel": lambda s: _with_crc32("vcp_", "<a50>", s),
    "github": lambda s: _with_crc32("ghp_", "<a30>", s),
    "github-refresh": lambda s: _with_crc32("ghr_", "<a70>", s),
    "github-fine-grained": _fine_grained,
    "gitlab-routable": _gitlab,
    "npm": lambda s: _with_crc32("npm_", "<a30>", s),
    "grafana": _grafana,
    "grafana-cloud": lambda s: "glc_" + _encoded('{"o":"1","n":"<a20>","k":"<a24>"}', s),
    "onepassword": lambda s: "ops_" + _encoded('{"email":"x","key":"<a200>"}', s),
    "sentry-org": lambda s: (
        "sntrys_" + _encoded('{"iat":1.5,"org":"<a9>"}', s) + _fill("_<b43>", s)
    ),
    "discord-bot": lambda s: _encoded("<d18>", s) + _fill(".<u6>.<u37>a", s),
    "private-key": private_key,
    "jwt": lambda s: web_token({"iss": "corp", "iat": 1767225601, "x": _fill("<a9>", s)}, s),
    "registry-auth": lambda s: '{"auths": {"r": {"auth": "' + _encoded("bot:<a20>", s) + '"}}}',
    "basic-auth": lambda s: basic_auth(_fill("bot:<a20>", s)),
}

FORMAT_IDS = tuple(sorted({*_SHAPES, *_MADE}))
"""Every format there is a sample of."""


def sample(format_id: str, seed: int = 0) -> str:
    """Return a text that holds one credential of a format."""
    source = seeded(f"{format_id} {seed}")
    made = _MADE.get(format_id)
    return made(source) if made else _fill(_SHAPES[format_id], source)
