"""Tokens that name their provider in their first characters."""

from __future__ import annotations

import re
from typing import Callable

from secguard.secrets import checks
from secguard.secrets.entropy import is_varied, looks_random
from secguard.secrets.formats import Format

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_JWT = r"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,6000}\.[\w-]{20,1400}"


def _token(
    id: str, title: str, marks: str, body: str, check: Callable[[str], bool] = is_varied
) -> Format:
    heads = "|".join(map(re.escape, marks.split()))
    end = "={0,2}(?![A-Za-z0-9+/=])" if "+/" in body else r"(?![\w-])"
    return Format(id, title, tuple(marks.split()), f"(?:{heads})(?:{body}){end}", check)


def _hex(length: int) -> str:
    return f"[0-9a-f]{{{length}}}"


def _b62(least: int, most: int = 0) -> str:
    return f"[A-Za-z0-9]{{{least},{most or least}}}"


def _b64(least: int, most: int = 0) -> str:
    return f"[A-Za-z0-9+/]{{{least},{most or least}}}"


def _b64u(least: int, most: int = 0) -> str:
    return rf"[\w-]{{{least},{most or least}}}"


_CLOUDS = (
    # NOTE: a key id in the query of a presigned URL opens nothing.
    Format(
        "aws-key-id",
        "AWS access key id",
        ("AKIA", "ASIA"),
        "(?<!Credential=)A[KS]IA[A-Z2-7]{16}(?![A-Z0-9])",
        checks.aws_key_id,
    ),
    _token("aws-bedrock", "AWS Bedrock API key", "ABSK", _b64(109, 269)),
    _token("google-api", "Google API key", "AIza", _b64u(35)),
    _token("google-oauth-secret", "Google OAuth client secret", "GOCSPX-", _b64u(28)),
    _token("google-oauth-token", "Google OAuth access token", "ya29.", _b64u(60, 600)),
    _token("alibaba-key-id", "Alibaba Cloud access key id", "LTAI", _b62(20)),
    _token("yandex", "Yandex Cloud API key", "AQVN", _b64u(35, 38)),
    _token("digitalocean", "DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", _hex(64)),
    _token("heroku", "Heroku API key", "HRKU-", _b64u(36, 60)),
    _token("fly", "Fly.io access token", "fo1_", _b64u(43)),
    _token("fly-macaroon", "Fly.io macaroon token", "fm1a_ fm1r_ fm2_", _b64(100, 900)),
    _token("vercel", "Vercel token", "vcp_ vci_ vca_ vcr_ vck_", _b64u(56), checks.crc32_base62),
    _token("netlify", "Netlify access token", "nfp_ nfc_ nfo_ nfu_", _b62(36)),
    _token("cloudflare", "Cloudflare API token", "cfut_ cfat_ cfk_", _b62(40) + _hex(8)),
    _token("cloudflare-ca", "Cloudflare CA key", "v1.0-", _hex(24) + "-" + _hex(146)),
    _token("render", "Render API key", "rnd_", _b62(28), looks_random),
    _token("supabase", "Supabase access token", "sbp_", _hex(40)),
    _token("tailscale", "Tailscale key", "tskey-", f"[a-z]{{3,9}}-{_b62(8, 24)}-{_b62(20, 40)}"),
    _token("databricks", "Databricks access token", "dapi", _hex(32) + r"(?:-\d)?"),
    _token("planetscale", "PlanetScale token", "pscale_tkn_ pscale_pw_", r"[\w.-]{32,64}"),
    _token("openshift", "OpenShift token", "sha256~", _b64u(43)),
)
_FORGES = (
    _token("github", "GitHub token", "ghp_ gho_ ghu_", _b62(36), checks.crc32_base62),
    _token("github-app", "GitHub App installation token", "ghs_", _b62(36) + rf"|\d+_{_JWT}"),
    _token("github-refresh", "GitHub refresh token", "ghr_", _b62(76), checks.crc32_base62),
    _token(
        "github-fine-grained",
        "fine-grained GitHub token",
        "github_pat_",
        f"[0-9]{_b62(21)}_{_b62(59)}",
        checks.sha256_base32,
    ),
    _token(
        "gitlab",
        "GitLab token",
        "glpat- gldt- glptt- glft- glsoat- glffct- glimt- glagent- gloas-",
        _b64u(20, 64) + r"(?!\.01\.)",
    ),
    _token(
        "gitlab-routable",
        "GitLab token",
        "glpat- gldt- glrt- glagent- gloas- glsoat-",
        _b64u(27, 300) + r"\.01\.[0-9a-z]{9}",
        checks.crc32_base36,
    ),
    _token("gitlab-runner", "GitLab runner token", "glrt- GR1348941", r"(?:t\d_)?" + _b64u(20)),
    _token("gitlab-job", "GitLab job token", "glcbt-", _b62(1, 5) + "_" + _b64u(20)),
    _token("bitbucket", "Bitbucket app password", "ATBB", _b62(24) + "[0-9A-F]{8}"),
    _token("atlassian", "Atlassian API token", "ATATT3 ATCTT3", _b64u(60, 220) + "=[0-9A-F]{8}"),
    _token("circleci", "CircleCI API token", "CCIPAT_ CCIPRJ_", _b62(22) + "_" + _hex(40)),
    _token("buildkite", "Buildkite API token", "bkua_", _hex(40)),
    _token("sourcegraph", "Sourcegraph token", "sgp_", f"(?:{_hex(16)}_|local_)?{_hex(40)}"),
    _token("sonarqube", "SonarQube token", "squ_ sqp_ sqa_", _hex(40)),
    _token("octopus", "Octopus Deploy API key", "API-", r"(?=[A-Z]*\d)[A-Z0-9]{26}"),
    _token("pulumi", "Pulumi access token", "pul-", _hex(40)),
    _token("infracost", "Infracost API key", "ico-", _b62(32), looks_random),
    _token("prefect", "Prefect API key", "pnu_ pnb_", _b62(36), looks_random),
)
_REGISTRIES = (
    _token("npm", "npm access token", "npm_", _b62(36), checks.crc32_base62),
    _token("pypi", "PyPI token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBp", _b64u(50, 1000)),
    _token("rubygems", "RubyGems API key", "rubygems_", _hex(48)),
    _token("crates", "crates.io token", "cio", _b62(32), looks_random),
    _token("clojars", "Clojars deploy token", "CLOJARS_", _hex(60)),
    _token("nuget", "NuGet API key", "oy2", "[a-z2-7]{43}", looks_random),
    _token("docker-hub", "Docker Hub access token", "dckr_pat_ dckr_oat_", _b64u(27, 32)),
    _token("artifactory", "Artifactory API key", "AKCp", _b62(60, 72)),
    _token("artifactory-reference", "Artifactory reference token", "cmVmdGtu", _b62(48, 64)),
)
_VAULTS = (
    _token("vault", "Vault token", "hvs. hvb. hvr.", _b64u(80, 300)),
    _token("doppler", "Doppler token", "dp.pt. dp.sa. dp.scim. dp.audit.", _b62(40, 44)),
    _token("doppler-service", "Doppler service token", "dp.st.", r"(?:[\w-]+\.)?" + _b62(40, 44)),
    _token(
        "onepassword",
        "1Password service account token",
        "ops_",
        _b64(250, 2000),
        checks.json_payload,
    ),
    _token("age", "age secret key", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
)
_MONITORS = (
    _token("new-relic", "New Relic user key", "NRAK-", "[A-Z0-9]{27}"),
    _token("sentry", "Sentry user token", "sntryu_", _hex(64)),
    _token(
        "sentry-org",
        "Sentry organization token",
        "sntrys_",
        _b64(20, 500) + "={0,2}_" + _b64(43),
        checks.json_payload,
    ),
    _token("grafana", "Grafana token", "glsa_", _b62(32) + "_" + _hex(8), checks.crc32_hex),
    _token("grafana-cloud", "Grafana Cloud token", "glc_", _b64(60, 400), checks.json_payload),
    _token("dynatrace", "Dynatrace API token", "dt0c01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    _token("honeycomb", "Honeycomb key", "hcaik_ hcamk_ hcbik_", "[a-z0-9]{58}"),
)
_MESSAGING = (
    _token(
        "slack",
        "Slack token",
        "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxc-",
        r"(?:\d-)?\d{8,14}-[0-9A-Za-z-]{18,100}",
    ),
    _token("slack-config", "Slack token", "xoxe.xoxb- xoxe.xoxp- xoxe-", r"\d-" + _b62(100, 200)),
    _token("slack-app", "Slack app token", "xapp-", rf"\d-[A-Z0-9]{{9,13}}-\d{{10,15}}-{_hex(64)}"),
    _token(
        "slack-webhook",
        "Slack webhook",
        "hooks.slack.com/",
        r"(?:services|workflows|triggers)/[TE][A-Z0-9]{8,12}/[A-Z0-9/]{8,36}(?P<secret>/\w{20,32})",
    ),
    _token(
        "discord-webhook",
        "Discord webhook",
        "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        r"\d{17,20}/(?P<secret>[\w-]{60,72})",
    ),
    _token(
        "teams-webhook",
        "Microsoft Teams webhook",
        "webhook.office.com/webhookb2/",
        f"{_UUID}@{_UUID}/IncomingWebhook/(?P<secret>{_hex(32)})/{_UUID}",
    ),
    _token("sendgrid", "SendGrid API key", "SG.", _b64u(22) + r"\." + _b64u(43)),
    _token("brevo", "Brevo API key", "xkeysib- xsmtpsib-", _hex(64) + "-" + _b62(16)),
    _token("mailgun", "Mailgun API key", "key-", _hex(32)),
)
_BUSINESS = (
    _token("stripe", "Stripe live key", "sk_live_ rk_live_ sk_prod_", _b62(16, 110)),
    _token("stripe-webhook", "Stripe webhook secret", "whsec_", _b62(32), looks_random),
    _token("shopify", "Shopify token", "shpat_ shpca_ shppa_ shpss_", "[0-9A-Fa-f]{32}"),
    _token("square", "Square token", "sq0atp- sq0csp-", _b64u(22, 43)),
    _token("linear", "Linear API key", "lin_api_ lin_oauth_", _b62(40, 64)),
    _token("notion", "Notion token", "ntn_", r"\d{11}" + _b62(35)),
    _token("figma", "Figma token", "figd_ figo_", _b64u(40, 46)),
    _token("postman", "Postman API key", "PMAK-", _hex(24) + "-" + _hex(34)),
    _token("launchdarkly", "LaunchDarkly key", "sdk- api-", _UUID),
    _token("facebook", "Facebook access token", "EAAM EAAC EAAB EAAG", _b62(100, 300)),
)
_MODELS = (
    _token("openai", "OpenAI API key", "sk-", _b62(20) + "T3BlbkFJ" + _b62(20)),
    _token(
        "openai-project",
        "OpenAI API key",
        "sk-proj- sk-svcacct- sk-admin- sk-None-",
        _b64u(20, 80) + "T3BlbkFJ" + _b64u(20, 80),
    ),
    _token("anthropic", "Anthropic API key", "sk-ant-", r"[a-z]{3,8}\d\d-" + _b64u(80, 110) + "AA"),
    _token("openrouter", "OpenRouter API key", "sk-or-v1-", _hex(64)),
    _token("huggingface", "Hugging Face token", "hf_ api_org_", "[A-Za-z]{34}", looks_random),
    _token("replicate", "Replicate API token", "r8_", _b62(37)),
    _token("groq", "Groq API key", "gsk_", _b62(52)),
    _token("xai", "xAI API key", "xai-", _b62(80)),
    _token("perplexity", "Perplexity API key", "pplx-", _b62(48)),
    _token("langsmith", "LangSmith API key", "lsv2_pt_ lsv2_sk_", _hex(32) + "_" + _hex(10)),
)
TOKENS: tuple[Format, ...] = (
    _CLOUDS + _FORGES + _REGISTRIES + _VAULTS + _MONITORS + _MESSAGING + _BUSINESS + _MODELS
)
"""Formats recognised at the start of a word by their prefix."""
