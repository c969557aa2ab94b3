"""Encrypted values that CircleCI does not decrypt."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._written_values import name_of, written_values
from secguard.secrets.encrypted import is_encrypted_blob
from secguard.source.node import Node

_CIPHER_TEXT = re.compile(r"[A-Za-z0-9+/=\s]{16,}")


@rule(
    "encrypted-secret",
    summary="an encrypted value that CircleCI does not decrypt",
    severity=Severity.MEDIUM,
    refs=("CWE-312", "CICD-SEC-6"),
)
def encrypted_secret(config: Config) -> Iterator[Finding]:
    """Report `secure` entries and what encryption tools write."""
    for node in written_values(config.root):
        tool = _tool(node)
        if tool:
            yield encrypted_secret.finding(
                node.location("encrypted"),
                f"'{name_of(node)}' holds a value encrypted for {tool}, which CircleCI does not "
                "decrypt",
                hint="put the secret into a context or a project variable, and drop this entry",
                secrets=(node.span,),
                subject=tool,
            )


def _tool(node: Node) -> str:
    name = name_of(node)
    if name == "secure" and "environment" in node.path and _CIPHER_TEXT.fullmatch(node.text):
        return "Travis CI"
    return is_encrypted_blob(name, node.text) or ""
