"""Package indexes that are asked beside the usual one, where the higher version wins."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._package_indexes import Index, indexes


@rule(
    "package-index-confusion",
    summary="a second package index that anyone can outbid",
    severity=Severity.MEDIUM,
    refs=("CWE-427", "CWE-829", "CICD-SEC-3"),
)
def package_index_confusion(config: Config) -> Iterator[Finding]:
    """Report `--extra-index-url`, with which pip takes the highest version from any index."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for index in indexes(config):
        if not index.extra or index.tool not in ("pip", "uv") or _settled(index):
            continue
        name = index.url.quoted
        yield package_index_confusion.finding(
            index.where,
            f"{index.tool} takes the highest version that {name} or the public index has, so a "
            "package of the same name that anyone publishes can win",
            hint="use `--index-url` with one index that proxies the public one, or install with "
            "`--require-hashes`",
            severity=Severity.LOW if index.url.public and not index.url.login else Severity.MEDIUM,
            related=index.related,
            subject=index.url.shown,
        )


def _settled(index: Index) -> bool:
    words = [word.text for word in index.command.words] if index.command is not None else []
    if "--require-hashes" in words:
        return True
    if index.tool == "uv":  # it stays with the first index that has the name, unless told
        return not any("unsafe" in word for word in words)
    return False
