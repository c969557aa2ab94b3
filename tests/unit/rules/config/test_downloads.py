"""Which addresses a command fetches, into which files, and how carefully."""

from __future__ import annotations

import pytest

from secguard.circleci.config import Config, make_config
from secguard.circleci.spelling import Values
from secguard.rules.config._downloads import Download, download
from secguard.source.text import TextFile
from secguard.source.tree import parse


def _downloads(line: str) -> list[Download]:
    text = (
        "version: 2.1\n"
        "jobs:\n"
        "  build:\n"
        "    docker: [{image: cimg/base:2026.08}]\n"
        "    environment: {HOST: dl.tool.dev}\n"
        "    steps:\n"
        "      - run: |\n"
        f"          {line}\n"
        "workflows: {main: {jobs: [build]}}\n"
    )
    config: Config = make_config(parse(TextFile("config.yml", text)), "config")
    (script,) = config.scripts
    assert script.shell is not None
    values = Values(script, script.shell)
    found = (download(command, values) for command in script.shell.commands())
    return [one for one in found if one is not None]


@pytest.mark.parametrize(
    ("line", "hosts", "files", "stdout"),
    [
        ("curl https://a.dev/x", ["a.dev"], (), True),
        ("curl -sSL https://a.dev/x > y", ["a.dev"], ("y",), False),
        ("curl -s https://a.dev/x > /dev/null", ["a.dev"], (), False),
        ("curl -sSLo y https://a.dev/x", ["a.dev"], ("y",), False),
        ("curl -oy https://a.dev/x", ["a.dev"], ("y",), False),
        ("curl -o- https://a.dev/x", ["a.dev"], (), True),
        ("curl -LO https://a.dev/x/y.tgz?z=1", ["a.dev"], ("y.tgz",), False),
        ("curl --output-dir /opt -O https://a.dev/x", ["a.dev"], ("/opt/x",), False),
        ("curl --retry 3 -H 'A: b.c' --url https://a.dev/x -o y", ["a.dev"], ("y",), False),
        ("curl https://a.dev/x | tee y | sh", ["a.dev"], ("y",), True),
        ("curl -o a https://a.dev/a -o b https://b.dev/b", ["a.dev", "b.dev"], ("a", "b"), False),
        ("curl https://$HOST/x", ["dl.tool.dev"], (), True),
        ("curl https://user:word@a.dev:8443/x", ["a.dev"], (), True),
        ("curl --unknown some.value https://a.dev/x", ["a.dev"], (), True),
        ("wget https://a.dev/x/y.deb", ["a.dev"], ("y.deb",), False),
        ("wget -qO- https://a.dev/x", ["a.dev"], (), True),
        ("wget -nv -O y https://a.dev/x", ["a.dev"], ("y",), False),
        ("wget -P /tmp/ --tries=3 https://a.dev/x", ["a.dev"], ("/tmp/x",), False),
        ("aria2c -x 4 -d /opt -o y https://a.dev/x", ["a.dev"], ("/opt/y",), False),
        ("fetch -o y https://a.dev/x", ["a.dev"], ("y",), False),
    ],
)
def test_a_download_tells_addresses_and_files(
    line: str, hosts: list[str], files: tuple[str, ...], stdout: bool
) -> None:
    (found,) = _downloads(line)
    assert [url.host for url, _ in found.urls] == hosts
    assert (found.files, found.stdout) == (files, stdout)


@pytest.mark.parametrize(
    ("line", "unchecked", "sends"),
    [
        ("curl -sk https://a.dev", True, False),
        ("curl --insecure https://a.dev", True, False),
        ("curl -o -k https://a.dev", False, False),
        ("curl -okay https://a.dev", False, False),
        ("curl -X POST https://a.dev", False, True),
        ("curl -XGET https://a.dev", False, False),
        ("curl --data-raw '{}' https://a.dev", False, True),
        ("wget --no-check-certificate https://a.dev", True, False),
        ("wget -k https://a.dev", False, False),
        ("wget --post-data x https://a.dev", False, True),
        ("aria2c --check-certificate=false https://a.dev", True, False),
        ("fetch --no-verify-peer https://a.dev", True, False),
    ],
)
def test_a_download_tells_how_it_is_done(line: str, unchecked: bool, sends: bool) -> None:
    (found,) = _downloads(line)
    assert (found.unchecked is not None, found.sends) == (unchecked, sends)


def test_other_commands_are_no_downloads() -> None:
    assert _downloads("echo curl https://a.dev; apt-get install curl") == []
