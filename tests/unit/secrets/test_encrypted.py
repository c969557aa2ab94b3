from __future__ import annotations

import pytest

from secguard.secrets.encrypted import is_encrypted_blob
from tests.unit.secrets.samples import random_text, seeded

BASE64 = random_text("b", 160, seeded(1))


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("secure", BASE64 + "=", "Travis CI"),
        ("secure", BASE64[:80] + "\n" + BASE64[80:], "Travis CI"),
        ("PASSWORD", "$ANSIBLE_VAULT;1.1;AES256\n6162", "Ansible Vault"),
        ("PASSWORD", "ENC[AES256_GCM,data:" + BASE64[:20] + ",iv:x,tag:y,type:str]", "sops"),
        ("PASSWORD", "ENC[PKCS7," + BASE64 + "]", "eyaml"),
        ("PASSWORD", "-----BEGIN PGP MESSAGE-----\n\n" + BASE64, "OpenPGP message"),
        ("PASSWORD", "-----BEGIN AGE ENCRYPTED FILE-----\n" + BASE64, "age"),
        ("PASSWORD", "ENC(" + BASE64[:32] + ")", "Jasypt"),
        ("PASSWORD", "AQICAH" + BASE64, "AWS KMS"),
        ("PASSWORD", "U2FsdGVkX1" + BASE64[:54], "OpenSSL"),
    ],
)
def test_encrypted_values_are_told_by_their_tool(key: str, value: str, kind: str) -> None:
    assert is_encrypted_blob(key, value) == kind


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("secure", "true"),
        ("secure", "$SECURE"),
        ("PASSWORD", BASE64),
        ("PASSWORD", "ENC(x)"),
        ("PASSWORD", "-----BEGIN PGP PUBLIC KEY BLOCK-----"),
        ("PASSWORD", ""),
    ],
)
def test_other_values_are_not_encrypted(key: str, value: str) -> None:
    assert is_encrypted_blob(key, value) is None
