from __future__ import annotations

import pytest

from secguard.secrets.scan import FORMATS, Match, find
from tests.unit.secrets.samples import (
    FORMAT_IDS,
    basic_auth,
    private_key,
    random_text,
    sample,
    seeded,
    web_token,
)

SOURCE = seeded(1)
GITHUB = sample("github")
B62_40 = random_text("a", 40, SOURCE)
HEX_32 = random_text("h", 32, SOURCE)


def ids(text: str) -> list[str]:
    return [match.format.id for match in find(text)]


def secrets(text: str) -> list[str]:
    return [text[match.secret_start : match.secret_end] for match in find(text)]


def test_every_format_has_a_sample_and_its_own_id() -> None:
    assert sorted(format.id for format in FORMATS) == list(FORMAT_IDS)


@pytest.mark.parametrize("format_id", FORMAT_IDS)
def test_a_credential_is_found_under_its_format(format_id: str) -> None:
    missed = [
        seed for seed in range(40) if format_id not in ids(f"x {sample(format_id, seed)} y\n")
    ]
    # Formats without a checksum are judged by how random they look; a few look written.
    assert len(missed) <= 5


@pytest.mark.parametrize("format_id", ["github", "npm", "vercel", "grafana", "gitlab-routable"])
def test_a_token_with_a_wrong_checksum_is_no_token(format_id: str) -> None:
    token = sample(format_id)
    middle = len(token) // 2
    changed = token[:middle] + ("a" if token[middle] != "a" else "b") + token[middle + 1 :]
    assert ids(changed) == []


def test_a_fine_grained_token_with_a_wrong_checksum_is_no_token() -> None:
    token = sample("github-fine-grained")
    assert ids(token[:40] + ("a" if token[40] != "a" else "b") + token[41:]) == []


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "T={}",
        "'{}'",
        '"{}",',
        "https://x:{}@github.com/a/b",
        "({})",
        "a:{}\r\n",
        "é{}",
        "[{}]",
    ],
)
def test_a_token_is_found_between_delimiters(around: str) -> None:
    assert secrets(around.format(GITHUB)) == [GITHUB]


@pytest.mark.parametrize("around", ["a{}", "{}a", "_{}", "{}_"])
def test_a_token_inside_a_longer_word_is_not_one(around: str) -> None:
    assert ids(around.format(GITHUB)) == []


def test_matches_come_from_left_to_right_and_do_not_overlap() -> None:
    text = "\n".join(sample(format_id) for format_id in FORMAT_IDS)
    matches = list(find(text))
    assert len(matches) > 100
    assert all(a.secret_end <= b.secret_start for a, b in zip(matches, matches[1:]))


def test_the_provider_names_a_token_used_as_a_url_password() -> None:
    assert ids(f"git clone https://bot:{GITHUB}@github.com/a/b") == ["github"]


def test_a_url_password_comes_with_its_host() -> None:
    text = f"DATABASE_URL=postgres://app:{B62_40}@db.corp.io:5432/app"
    (match,) = find(text)
    assert (match.host, text[match.secret_start : match.secret_end]) == ("db.corp.io", B62_40)


def test_an_aws_secret_is_found_next_to_its_key_id() -> None:
    text = sample("aws-secret-key-nearby")
    assert ids(text) == ["aws-key-id", "aws-secret-key-nearby"]
    assert secrets(text) == text.split()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\\n", "\n          ", '\\n" +\n"'])
@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH "])
def test_a_private_key_is_found_however_its_lines_are_joined(kind: str, newline: str) -> None:
    assert ids(private_key(SOURCE, kind, newline)) == ["private-key"]


@pytest.mark.parametrize(
    "text",
    [
        "grep -q -- '-----BEGIN RSA PRIVATE " + "KEY-----' key.pem",
        "-----BEGIN PRIVATE " + "KEY-----\n${KEY_BODY}\n-----END PRIVATE " + "KEY-----",
        "-----BEGIN PRIVATE " + "KEY-----\n...\n-----END PRIVATE " + "KEY-----",
        "-----BEGIN PUBLIC "
        + "KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo",
    ],
)
def test_a_pem_header_without_a_private_body_is_no_key(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "1234567890", "name": "Jane Roe", "iat": 1516239022},
        {"iss": "supabase", "iat": 1641769200, "role": "anon"},
        {"iss": "corp", "exp": 1700000000},
        {"hello": "world"},
    ],
)
def test_public_expired_and_example_web_tokens_are_no_secrets(claims: dict[str, object]) -> None:
    assert ids(web_token(claims, SOURCE)) == []


@pytest.mark.parametrize("user_and_password", ["user:password", "admin:admin", "me:" + "x" * 12])
def test_a_basic_credential_of_plain_words_is_no_secret(user_and_password: str) -> None:
    assert ids(basic_auth(user_and_password)) == []


@pytest.mark.parametrize(
    "text",
    [
        # What real configurations and documentation hold.
        "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
        "X-Amz-Credential=" + sample("aws-key-id") + "%2F20190101",
        "ghp_" + "x" * 36,
        "ghp_" + "16C7e42F292c69C2E7C10c838347Ae178B4a",
        "glpat-" + "your-token-goes-here",
        "glpat-" + "1234567890abcdefghij",
        "sk_live_" + "abcdefghijklmnopqrstuvwx",
        "hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
        "https://$USER:$PASSWORD@github.com/a/b",
        "https://canton-machine:${GITHUB_TOKEN}@github.com/${OWNER}/${REPO}.git",
        "https://x-access-token:<< parameters.token >>@github.com/a/b",
        "https://user:{{ token }}@host.com/",
        "https://user:%s@host.com/",
        "postgres://test:test@localhost:5432/postgres?sslmode=disable",
        "postgres://postgres:mysecretpassword@db/app",
        "postgres://postgres@0.0.0.0/app",
        "http://solr:SolrRocks@127.0.0.1:8984/solr",
        "https://user:p4ssw0rd-9z@git.example.com/a",
        "docker pull docker://alpine:3.12.4@sha256:" + HEX_32 * 2,
        "cimg/node@sha256:" + HEX_32 * 2,
        "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
        "//registry.npmjs.org/:_authToken=NPM_TOKEN_PLACEHOLDER",
        "machine github.com login bot password $GITHUB_TOKEN",
        "machine {hostname} login token password {auth_token}",
        "the machine learning login page and the password reset",
        "fingerprints: 8d:a9:11:22:33:44:55:66:77:88:99:00:aa:bb:cc:dd",
        "sha1 " + random_text("h", 40, SOURCE),
        "CIRCLE_SHA1=" + random_text("h", 40, SOURCE),
        "add_key: " + HEX_32,
        "REACT_APP_INFURA_PROJECT_ID: " + HEX_32,
        "class sk-fading-circle sk-circle-bounce-delay sk-proj-something-long",
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
        + "K1SZFPTOtr/KBHBeksoGMGw==",
        "npm_config_registry npm_lifecycle_event_pre_publish_only",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        '"auth": "none"',
        "Authorization: Basic $(echo -n user:pass | base64)",
    ],
)
def test_examples_templates_and_look_alikes_are_no_credentials(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize("format_id", FORMAT_IDS)
def test_a_match_never_shows_the_credential(format_id: str) -> None:
    text = sample(format_id)
    for match in find(text):
        assert isinstance(match, Match)
        assert text[match.secret_start : match.secret_end] not in repr(match)


@pytest.mark.parametrize(
    "piece",
    ["eyJ", "://a:", "-----BEGIN ", "AKIA", '"auth":"', "sk-", "machine ", "sv=2022-11-02&"],
)
def test_text_full_of_beginnings_holds_nothing(piece: str) -> None:
    assert ids(piece * 5000) == []
