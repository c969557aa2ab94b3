"""Commands that write a secret to their output."""

from __future__ import annotations

from secguard.shell import Command

# The words have to come in this order; an ellipsis allows others between them.
_SOURCES = tuple(
    tuple(line.split())
    for line in """
    aws ecr get-login-password
    aws ecr-public get-login-password
    aws ecr get-login
    aws ecr get-authorization-token
    aws codeartifact get-authorization-token
    aws secretsmanager get-secret-value
    aws ssm get-parameter --with-decryption
    aws ssm get-parameters --with-decryption
    aws sts assume-role
    aws sts assume-role-with-web-identity
    aws sts get-session-token
    az account get-access-token
    az keyvault secret show
    chamber read
    circleci run oidc get
    doppler secrets get
    gcloud auth print-access-token
    gcloud auth print-identity-token
    gcloud auth application-default print-access-token
    gcloud secrets versions access
    gh auth token
    heroku auth:token
    kubectl get secret -o
    kubectl get secrets -o
    op read
    sops -d
    sops --decrypt
    vault kv get
    vault read
    vault token create
    """.strip().splitlines()
)


def source(command: Command) -> str:
    """Name what a command gets, e.g. `gh auth token`; empty for a command that gets no secret."""
    for wanted in _SOURCES:
        if command.name == wanted[0]:
            said = iter(word.text for word in command.args)
            if all(any(_matches(text, word) for text in said) for word in wanted[1:]):
                return " ".join(word for word in wanted if not word.startswith("-"))
    return ""


def _matches(text: str, word: str) -> bool:
    return text == word or (word == "-o" and text.startswith(("-o", "--output")))
