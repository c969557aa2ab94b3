from __future__ import annotations

import pytest

from secguard.secrets.literals import Literal, judge_literal
from tests.unit.secrets.samples import random_text, sample, seeded

SOURCE = seeded("literals")
HEX_40 = random_text("h", 40, SOURCE)
MIXED = random_text("a", 32, SOURCE)


def kind(name: str, value: str) -> str | None:
    literal = judge_literal(name, value)
    return f"{literal.kind} {literal.confidence}" if literal else None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("API_TOKEN", HEX_40, "credential high"),
        ("api-key", MIXED, "credential high"),
        ("SECRET_KEY_BASE", HEX_40 * 3 + "0f", "credential high"),
        ("API_TOKEN", f'"{MIXED}"', "credential high"),
        ("UPLOAD_TOKEN", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "credential medium"),
        ("DEPLOY_PASSWORD", "Tr0ub4dor&3", "credential medium"),
        ("ADMIN_PASSWORD", "hunter2", "credential low"),
        (
            "WALLET_MNEMONIC",
            "legal winner thank year wave sausage worth useful legal will able yellow",
            "credential medium",
        ),
        ("PASSWORD", "changeme", "local low"),
        ("POSTGRES_PASSWORD", "orangelight", "local low"),
        ("MSSQL_SA_PASSWORD", "Password12!", "local medium"),
        ("DB_PASSWORD", "mysecretpassword", "local low"),
        ("MONGO_INITDB_ROOT_PASSWORD", "test", "local low"),
        ("REDIS_PASS", "secretpass", "local low"),
        ("LOCAL_POSTGRES_PASSWORD", "postgrespassword", "local low"),
        ("DATABASE_URL", f"postgres://app:{MIXED}@db.corp.io/app", "credential high"),
        ("DATABASE_URL", f"postgres://app:{MIXED}@localhost/app", "local high"),
    ],
)
def test_a_literal_is_judged_by_its_name_and_value(name: str, value: str, expected: str) -> None:
    assert kind(name, value) == expected


def test_a_token_of_a_known_provider_counts_under_any_name() -> None:
    literal = judge_literal("COLOR", sample("github"))
    assert literal is not None
    assert (literal.confidence, literal.format and literal.format.id) == ("high", "github")


def test_a_name_helps_to_recognise_a_format() -> None:
    literal = judge_literal("DD_API_KEY", HEX_40[:32])
    assert literal is not None
    assert literal.format is not None
    assert literal.format.id == "datadog"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLOR", MIXED),
        ("API_KEY", ""),
        ("API_KEY", "x"),
        ("DD_API_KEY", "invalid_key_but_this_is_fine"),
        ("OKTA_API_KEY", "notrealapikey8000001"),
        ("NPM_TOKEN", "00000000-0000-0000-0000-000000000000"),
        (
            "VITE_E2E_PRIVATE_KEY",
            "0xac0974bec39a17e36ba4a6b4d238ff944" + "bacb478cbed5efcae784d7bf4f2ff80",
        ),
        ("TEST_MNEMONIC", "test test test test test test test test test test test junk"),
        ("TOKEN", "true"),
        ("TOKEN", "null"),
        ("TOKEN", "12345678"),
        ("TOKEN", "2024-01-15"),
        ("TOKEN", "$NPM_TOKEN"),
        ("TOKEN", "${NPM_TOKEN}"),
        ("TOKEN", "$(cat token)"),
        ("TOKEN", "<< parameters.token >>"),
        ("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("aws-secret-access-key", "Prod_AWS_SECRET_ACCESS_KEY"),
        ("docker-password", "DOCKER_PASS"),
        ("github-token", "GHI_TOKEN"),
        ("password", "PASSWORD"),
        ("SECRET", "op://acceptance-tests/test-secret/password"),
        ("SECRET", "vault:secret/data/app#key"),
        ("SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf"),
        ("SECRET", "projects/123/secrets/app/versions/latest"),
        ("SECRET", "ref+vault://secret/app#key"),
        ("KUBECONFIG", "/home/circleci/.kube/config"),
        ("CREDENTIALS", "./gcp-key.json"),
        ("DPM_REGISTRY_AUTH", "~/.docker/config.json"),
        ("CREDENTIALS", r"C:\Users\circleci\key.json"),
        ("DATABASE_URL", "postgres://postgres@0.0.0.0/app"),
        ("DATABASE_URL", "postgres://test:test@localhost:5432/app"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("API_KEY", "someone@corp.io"),
        ("SSH_KEY", "8d:a9:11:22:33:44:55:66:77:88:99:00:aa:bb:cc:dd"),
        ("SSH_KEY", "SHA256:" + MIXED),
        ("PASSWORD", "the password of the deploy user"),
        ("SECRET_NAME", MIXED),
        ("TOKEN_ISSUER", "terreno-e2e"),
        ("EMAIL_NO_AUTH_CONFIG", "/tmp/smtp_no_auth.yml"),
        ("AUTH_PROVIDER", "better-auth"),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
    ],
)
def test_values_that_open_nothing_are_no_literals(name: str, value: str) -> None:
    assert judge_literal(name, value) is None


def test_a_judgement_never_shows_the_value() -> None:
    literal = judge_literal("API_TOKEN", MIXED)
    assert isinstance(literal, Literal)
    assert MIXED not in repr(literal)
