"""Judges a literal value of a secret-named key: a credential in use, a throw-away, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

from secguard.secrets.entropy import looks_random
from secguard.secrets.formats import Format
from secguard.secrets.hosts import is_local_host
from secguard.secrets.names import is_secret_name
from secguard.secrets.placeholders import is_placeholder
from secguard.secrets.scan import find
from secguard.secrets.words import is_guessable

_LEAST_LENGTH = 4
_SURE_LENGTH = 20
_LIKELY_LENGTH = 10

_NO_LITERAL = re.compile(
    # Numbers, dates, versions; colon-separated fingerprints; digests with their algorithm.
    r"v?[\d.,:_+\-]+|(?:[0-9a-f]{2}:){7,}[0-9a-f]{2}|(?i:sha\d{1,3}|md5)[:\-].*"
    # URLs without a password, e-mail addresses, file names.
    r"|[a-z][a-z0-9+.\-]*://\S*|[^\s@]+@[^\s@]+\.[a-z]{2,}|[A-Z]:\\\S*"
    r"|[~.]{1,2}/\S*|\S+\.(?:json|ya?ml|txt|pem|key|env|p12|pfx|jks|keystore|asc|conf|cfg|sh)"
    # References to a secret store.
    r"|(?:op|vault|aws-?sm|ssm|gcp-?sm|sm|akv|keyvault|bw|doppler|sops|secret|env|file|ref\+[\w+]+)"
    r":.*|arn:aws.*|(?:projects|secrets?|kv)/.*",
    re.DOTALL,
)
_FLAG_VALUES = frozenset(
    "true false yes no on off null none nil enabled disabled trust inherit always never".split()
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ALL_CAPS = re.compile(r"[A-Z][A-Z_]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LOCAL_SERVICE = re.compile(
    r"(?:POSTGRES|PG|MYSQL|MARIADB|MONGO|REDIS|RABBITMQ|MSSQL|SA|ELASTIC|MINIO|LOCAL|TEST|DB"
    r"|DATABASE|KEYSTORE|KEYCHAIN)(?:_.*)?(?:PASSWORD|PASS|PWD|PASSWD).*",
    re.IGNORECASE,
)
# What sign-up forms ask for, so what people type: eight characters of three classes.
_PASSWORD_RULES = re.compile(
    r"(?=.{8})(?=.*[A-Za-z])(?=.*\d)(?:(?=.*[a-z])(?=.*[A-Z])|(?=.*[^\w\s.-]))", re.DOTALL
)
_MNEMONIC = re.compile(r"[a-z]{3,8}(?: [a-z]{3,8}){11,23}")


@dataclass(frozen=True)
class Literal:
    """What a literal value is, without the value."""

    kind: str
    """`credential`, or `local` for the password of a throw-away service."""
    confidence: str
    """`high`, `medium` or `low`."""
    format: Format | None = None
    """The format of a credential of a known provider."""


def judge_literal(name: str, value: str) -> Literal | None:
    """Return what the literal value of a key is, or None if it is no secret."""
    text = value.strip().strip("\"'")
    match = next(find(f"{name}={text}"), None)
    if match is not None:
        is_local = bool(match.host) and is_local_host(match.host)
        return Literal("local" if is_local else "credential", "high", match.format)
    if not is_secret_name(name) or _is_no_literal(text) or is_placeholder(text):
        return None
    if " " in text:
        return Literal("credential", "medium") if _is_mnemonic(text) else None
    if looks_random(text):
        return _judge_random(text)
    confidence = "medium" if _PASSWORD_RULES.match(text) else "low"
    is_local = is_guessable(text) or _LOCAL_SERVICE.fullmatch(name) is not None
    return Literal("local" if is_local else "credential", confidence)


def _judge_random(text: str) -> Literal:
    if len(text) >= _SURE_LENGTH and not _UUID.fullmatch(text):
        return Literal("credential", "high")
    return Literal("credential", "medium" if len(text) >= _LIKELY_LENGTH else "low")


def _is_no_literal(text: str) -> bool:
    if len(text) < _LEAST_LENGTH or text.lower() in _FLAG_VALUES or _NO_LITERAL.fullmatch(text):
        return True
    if _ALL_CAPS.fullmatch(text) or ("/" in text and not looks_random(text)):
        return True
    # The name of another variable: an orb takes names where it needs secrets.
    return "_" in text and _IDENTIFIER.fullmatch(text) is not None and is_secret_name(text)


def _is_mnemonic(text: str) -> bool:
    return _MNEMONIC.fullmatch(text) is not None and len(set(text.split())) > 6
