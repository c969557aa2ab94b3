"""Programs that are told not to check whom they talk to."""

from __future__ import annotations

import re
from typing import Iterator, Sequence

from secguard.circleci.config import Config
from secguard.circleci.spelling import Values, way
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._code import reads_code
from secguard.rules.config._downloads import PROGRAMS, download
from secguard.rules.config._gathered import gathered
from secguard.rules.config._packages import invoked
from secguard.rules.config._urls import Url
from secguard.rules.config._variables import variables
from secguard.shell import Command, Word
from secguard.shell.options import arguments

_SIGNERS = {
    "apt": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "dnf": ("--nogpgcheck",),
    "yum": ("--nogpgcheck",),
    "zypper": ("--no-gpg-checks",),
}
_SIGNERS["apt-get"] = _SIGNERS["apt"]
_OPTIONS = {
    "argocd": ("--insecure",),
    "aws": ("--no-verify-ssl",),
    "buildah": ("--tls-verify=false",),
    "cf": ("--skip-ssl-validation",),
    "crane": ("--insecure",),
    "dockerd": ("--insecure-registry",),
    "helm": ("--insecure-skip-tls-verify",),
    "kubectl": ("--insecure-skip-tls-verify",),
    "oc": ("--insecure-skip-tls-verify",),
    "npm": ("--strict-ssl=false", "--no-strict-ssl"),
    "podman": ("--tls-verify=false",),
    "skopeo": ("--tls-verify=false", "--src-tls-verify=false", "--dest-tls-verify=false"),
    "svn": ("--trust-server-cert",),
    "vault": ("-tls-skip-verify",),
    "Invoke-RestMethod": ("-SkipCertificateCheck",),
    "Invoke-WebRequest": ("-SkipCertificateCheck",),
}
_SETTINGS = {
    "git": re.compile(r"http\.(?:[^\s=]+\.)?sslverify[ =](?:false|0|off|no)", re.IGNORECASE),
    "npm": re.compile(r"\bset strict-ssl[ =]false"),
    "pnpm": re.compile(r"\bset strict-ssl[ =]false"),
    "yarn": re.compile(r"\bset (?:strict-ssl|enableStrictSsl)[ =]false"),
    "composer": re.compile(r"\bdisable-tls true"),
    "conda": re.compile(r"\bssl_verify (?:false|False|no)\b"),
}
_OFF = {
    "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION": False,
    "CONDA_SSL_VERIFY": True,
    "CONSUL_HTTP_SSL_VERIFY": True,
    "GIT_SSL_NO_VERIFY": False,
    "NODE_TLS_REJECT_UNAUTHORIZED": True,
    "NPM_CONFIG_STRICT_SSL": True,
    "PERL_LWP_SSL_VERIFY_HOSTNAME": True,
    "PYTHONHTTPSVERIFY": True,
    "VAULT_SKIP_VERIFY": False,
    "npm_config_strict_ssl": True,
}
"""Whether an empty or false value is the one that turns the check off."""
_FALSE = ("", "0", "false", "no", "off")
_TOOLS = {*PROGRAMS, *_OPTIONS, *_SETTINGS, *_SIGNERS, "pip"}


@rule(
    "tls-verification-off",
    summary="certificates or signatures that are not checked",
    severity=Severity.MEDIUM,
    refs=("CWE-295", "CWE-347", "CICD-SEC-3"),
)
def tls_verification_off(config: Config) -> Iterator[Finding]:
    """Report options, settings and variables that turn off the check of certificates."""
    yield from gathered(_commands(config))
    yield from gathered(_variables(config))


def _commands(config: Config) -> Iterator[Finding]:
    for shell, scripts in config.texts:
        commands = [one for one in shell.commands() if invoked(one)[0] in _TOOLS]
        for script in scripts if commands else ():
            values = Values(script, shell)
            for command in commands:
                for start, end, message, known in _off(command, values):
                    yield tls_verification_off.finding(
                        script.text.at(start, end),
                        message,
                        hint="leave the check on, and tell the program which authority to trust",
                        confidence=Confidence.HIGH if known else Confidence.LOW,
                        related=way(script, start, end),
                    )


def _off(command: Command, values: Values) -> Iterator[tuple[int, int, str, bool]]:
    """Yield where a command turns a check off, what to say, and whether the host is known."""
    tool, words = invoked(command)
    fetched = download(command, values)
    if fetched is not None:
        unchecked = fetched.unchecked
        told = fetched.stdout and any(reads_code(reader) for reader in command.piped_into)
        near = bool(fetched.urls) and all(url.near for url, _ in fetched.urls)
        if unchecked is not None and not told and not near:
            known = any(url.known for url, _ in fetched.urls)
            option = unchecked.text if unchecked.text.startswith("--") else "-k"
            yield unchecked.start, unchecked.end, _message(tool, option), known
        return
    if tool == "pip":
        yield from _trusted(words, values)
    for word in words:
        option = word.text[: -len("=true")] if word.text.endswith("=true") else word.text
        if option in _SIGNERS.get(tool, ()):
            message = f"{tool!r} with {option!r} installs packages that nobody may have signed"
            yield word.start, word.end, message, True
        elif option in _OPTIONS.get(tool, ()) and not _near(words, values):
            yield word.start, word.end, _message(tool, option), True
    setting = _SETTINGS.get(tool)
    if setting is not None and words:
        text = " ".join(word.text for word in words)
        match = setting.search(text[:2_000])
        if match:
            yield command.start, command.end, _message(tool, match[0]), True


def _trusted(words: Sequence[Word], values: Values) -> Iterator[tuple[int, int, str, bool]]:
    for one in arguments(words, frozenset(("--trusted-host",)), values.spell):
        if one.name == "--trusted-host" and not Url(f"//{one.value}").near:
            yield one.word.start, one.word.end, _message("pip", one.name), True


def _near(words: Sequence[Word], values: Values) -> bool:
    urls = [url for url in (Url(values.spell(word)) for word in words) if url.scheme]
    return bool(urls) and all(url.near for url in urls)


def _message(tool: str, option: str) -> str:
    return (
        f"{tool!r} with {option!r} does not check whom it talks to, so anyone on the way can answer"
    )


def _variables(config: Config) -> Iterator[Finding]:
    for one in variables(config, _OFF.keys() | {"PIP_TRUSTED_HOST"}):
        false = one.value.lower() in _FALSE
        if one.name == "PIP_TRUSTED_HOST":
            off = bool(one.value) and not Url(f"//{one.value}").near
        else:
            off = false == _OFF[one.name] and bool(one.value or _OFF[one.name])
        if off:
            yield tls_verification_off.finding(
                one.where,
                f"{one.name!r} turns off the check of certificates, so anyone may answer",
                hint="leave the check on; `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE` and the like tell "
                "programs which authority to trust",
                related=one.related,
            )
