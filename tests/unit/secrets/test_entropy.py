from __future__ import annotations

import pytest

from secguard.secrets.entropy import entropy, is_varied, looks_random
from tests.unit.secrets.samples import random_text, seeded


def test_entropy_is_in_bits_per_character() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abab") == 1
    assert entropy("abcdefgh") == 3


@pytest.mark.parametrize("alphabet", ["h", "a", "u", "b", "y", "U", "B", "l"])
def test_generated_values_look_random(alphabet: str) -> None:
    source = seeded(alphabet)
    values = [random_text(alphabet, 32, source) for _ in range(200)]
    assert sum(map(looks_random, values)) >= 180
    assert sum(map(is_varied, values)) >= 199


@pytest.mark.parametrize(
    "value",
    [
        "",
        "token",
        "12345678901234567",
        "release-2024-01-15",
        "trussworks/circleci-docker-primary",
        "docker-registry-credentials",
        "AWS_SECRET_ACCESS_KEY",
        "linux_conda_py38_cu118_pyt210",
        "better-auth-provider-name",
        "getServiceAccountCredentials",
        "EmailAuthConfigurationFile",
        "circleci-push-dependency-updates",
        "http_request_timeout_seconds",
        "ubuntu-2204:2024.01.1",
    ],
)
def test_names_and_phrases_do_not_look_random(value: str) -> None:
    assert not looks_random(value)
