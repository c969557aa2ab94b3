"""Files and packages that come over a connection which nothing protects."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._code import reads_code
from secguard.rules.config._fetched import EXTRACTORS, Fetched, fetched
from secguard.rules.config._gathered import gathered
from secguard.rules.config._package_indexes import indexes

_TAKERS = EXTRACTORS | {"apt-key", "gpg", "patch", "rpm", "docker", "dpkg"}


@rule(
    "insecure-download",
    summary="a download or a package index over plain HTTP",
    severity=Severity.MEDIUM,
    refs=("CWE-319", "CWE-494", "CICD-SEC-3"),
)
def insecure_download(config: Config) -> Iterator[Finding]:
    """Report files, packages and repositories that are fetched over plain HTTP."""
    yield from gathered(_files(config))
    yield from gathered(_indexes(config))


def _files(config: Config) -> Iterator[Finding]:
    for one in fetched(config):
        if one.url.public and one.url.plain and not one.checked and _kept(one):
            yield insecure_download.finding(
                one.script.text.at(one.word.start, one.word.end),
                f"{one.url.quoted} is asked over plain HTTP, so anyone on the way can change what "
                + ("is run here" if one.run else "arrives"),
                hint="use https, or compare the file with a known checksum",
                severity=Severity.HIGH if one.run else Severity.MEDIUM,
                related=(
                    *way(one.script, one.word.start, one.word.end),
                    *((one.run,) if one.run else ()),
                ),
                subject=one.url.shown,
            )


def _kept(one: Fetched) -> bool:
    if one.download.sends:
        return False
    readers = one.download.command.piped_into
    if any(reads_code(reader) for reader in readers):
        return False  # `curl-pipe-shell` tells it
    return bool(one.download.files) or any(reader.name in _TAKERS for reader in readers)


def _indexes(config: Config) -> Iterator[Finding]:
    for index in indexes(config):
        if index.url.public and index.url.scheme == "http":
            yield insecure_download.finding(
                index.where,
                f"{index.tool} asks {index.url.quoted} over plain HTTP, so anyone on the way can "
                "change what is installed",
                hint="use https",
                related=index.related,
                subject=index.url.shown,
            )
