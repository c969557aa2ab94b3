"""Encrypted values that CircleCI hands to a job as they are, still encrypted."""

from __future__ import annotations

import re

_KINDS = (
    ("Ansible Vault", re.compile(r"\s*\$ANSIBLE_VAULT;\d")),
    ("sops", re.compile(r"\s*ENC\[AES256_GCM,")),
    ("eyaml", re.compile(r"\s*ENC\[(?:PKCS7|GPG|KMS),")),
    ("OpenPGP message", re.compile(r"\s*-----BEGIN PGP MESSAGE-----")),
    ("age", re.compile(r"\s*-----BEGIN AGE ENCRYPTED FILE-----|\s*age-encryption\.org/v1")),
    ("Jasypt", re.compile(r"\s*ENC\([A-Za-z0-9+/=]{20,}\)\s*\Z")),
    ("AWS KMS", re.compile(r"\s*AQICAH[A-Za-z0-9+/=\s]{100,}\Z")),
    ("OpenSSL", re.compile(r"\s*U2FsdGVkX1[A-Za-z0-9+/=\s]{10,}\Z")),
)
_TRAVIS = re.compile(r"[A-Za-z0-9+/\s]{80,}={0,2}\s*")


def is_encrypted_blob(key: str, value: str) -> str | None:
    """Return the tool that encrypted a value, or None if it is not encrypted."""
    if key == "secure" and _TRAVIS.fullmatch(value):
        return "Travis CI"
    return next((kind for kind, pattern in _KINDS if pattern.match(value)), None)
