"""Real registries, and what skopeo and crane say of them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from secguard.images.lock import Entry
from secguard.images.resolve import Answers, resolve
from secguard.net.failure import Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client, Login
from secguard.oci.reference import parse
from tests.acceptance.registries import KINDS, PASSWORD, USER, Running, layout, registry
from tests.acceptance.runs import runner
from tests.orb import needs
from tests.unit.images.checkouts import write

ROOT = Path(__file__).parents[2]
IMAGES = {
    "acme/many:1": (("linux/amd64", "linux/arm64"), "2026-03-04T05:06:07Z", "oci"),
    "acme/one:1": (("linux/amd64",), "2026-05-06T07:08:09Z", "oci"),
    "acme/deep/docker:1": (("linux/amd64",), "2025-01-02T03:04:05Z", "v2s2"),
}


class Filled:
    """A registry with images, and programs that ask it."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running, self.folder = running, folder
        self.login = running.kind in ("basic", "token")
        if running.authority:
            (folder / "trusted").mkdir()
            shutil.copy(running.authority, folder / "trusted" / "ca.crt")
        auths = {}
        if self.login:
            pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            auths = {running.host: {"auth": pair}}
        (folder / "config.json").write_text(json.dumps({"auths": auths}))

    def skopeo(self, *command: str, side: str = "") -> str:
        """Run skopeo; `side` is the beginning of its options where it has two sides."""
        options = [f"--{side}tls-verify={'true' if self.running.authority else 'false'}"]
        if self.running.authority:
            options += [f"--{side}cert-dir", str(self.folder / "trusted")]
        if self.login:
            options += [f"--{side}creds", f"{USER}:{PASSWORD}"]
        program = needs.tool("skopeo")
        verb, *rest = command
        full = [program, "--insecure-policy", verb, *options, *rest]
        done = subprocess.run(full, capture_output=True)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode()

    def crane(self, *command: str) -> str:
        own = ROOT / "build" / "bin" / "crane"
        program = str(own) if own.is_file() else needs.tool("crane")
        environment = {**os.environ, "DOCKER_CONFIG": str(self.folder)}
        if self.running.authority:
            environment["SSL_CERT_FILE"] = self.running.authority
        insecure = () if self.running.authority else ("--insecure",)
        done = subprocess.run(
            [program, *insecure, *command], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def name(self, rest: str) -> str:
        return f"{self.running.host}/{rest}"

    def ask(self, *rests: str, login: Login | None = None) -> Answers:
        """Ask as secguard does, with the right login where none is given."""
        login = login or (Login(USER, PASSWORD) if self.login else None)
        plain = frozenset(() if self.running.authority else (self.running.host,))
        hosts = frozenset((self.running.host, "127.0.0.1"))
        wire = Wire(Network(hosts, plain, ca_file=self.running.authority), 20)
        wanted = {rest: parse(self.name(rest)) for rest in rests}
        try:
            return resolve(Client(wire, lambda _: login), wanted, {}, "2026-11-22", wire.end)
        finally:
            wire.close()


@pytest.fixture(scope="module", params=KINDS)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp(request.param)
    with registry(request.param, folder) as running:
        made = Filled(running, folder)
        for number, (rest, (platforms, created, form)) in enumerate(IMAGES.items()):
            source = layout(folder / str(number), platforms, created)
            made.skopeo(
                "copy",
                *(("--all",) if len(platforms) > 1 else ("--format", form)),
                f"oci:{source}:it",
                f"docker://{made.name(rest)}",
                side="dest-",
            )
        yield made


def entry(answers: Answers, rest: str) -> Entry:
    found = answers[rest].entry
    assert found is not None, answers[rest]
    return found


def test_digests_days_and_platforms_are_those_that_skopeo_finds(filled: Filled) -> None:
    answers = filled.ask(*IMAGES)
    for rest, (platforms, created, _) in IMAGES.items():
        found = entry(answers, rest)
        raw = filled.skopeo("inspect", "--raw", f"docker://{filled.name(rest)}").encode()
        assert found.digest == f"sha256:{hashlib.sha256(raw).hexdigest()}"
        assert (found.created, found.platforms) == (created[:10], platforms)
        told = json.loads(filled.skopeo("inspect", f"docker://{filled.name(rest)}"))
        assert told["Created"] == created
        assert found.digest == told["Digest"]


def test_digests_are_those_that_crane_finds(filled: Filled) -> None:
    answers = filled.ask(*IMAGES)
    for rest in IMAGES:
        assert entry(answers, rest).digest == filled.crane("digest", filled.name(rest))


def test_an_image_is_found_by_its_digest(filled: Filled) -> None:
    digest = entry(filled.ask("acme/many:1"), "acme/many:1").digest
    rest = f"acme/many@{digest}"
    assert entry(filled.ask(rest), rest).digest == digest


def test_what_is_not_there_is_missing(filled: Filled) -> None:
    nothing = "acme/many@sha256:" + "0" * 64
    answers = filled.ask("acme/many:2", "acme/none:1", nothing)
    assert {answer.failure for answer in answers.values()} == {Failure.MISSING}


def test_a_wrong_password_is_forbidden_where_one_is_wanted(filled: Filled) -> None:
    answer = filled.ask("acme/many:1", login=Login(USER, "wrong"))["acme/many:1"]
    assert answer.failure is (Failure.FORBIDDEN if filled.login else None)


def test_an_unknown_authority_is_refused_and_so_is_a_registry_without_tls(filled: Filled) -> None:
    wire = Wire(Network(frozenset((filled.running.host,))), 20)
    reference = parse(filled.name("acme/many:1"))
    answers = resolve(Client(wire, lambda _: None), {"it": reference}, {}, "", wire.end)
    wire.close()
    assert answers["it"].failure is Failure.UNTRUSTED


def test_lock_pin_and_verify_from_the_command_line(
    filled: Filled,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    images = "".join(f"      - image: {filled.name(rest)}\n" for rest in IMAGES)
    text = f"version: 2.1\njobs:\n  build:\n    docker:\n{images}    steps: [checkout]\n"
    text += "workflows: {main: {jobs: [build]}}\n"
    write(tmp_path, {".circleci/config.yml": text})
    network = ["--private-registry", filled.running.host, "--private-registry", "127.0.0.1"]
    if filled.running.authority:
        network += ["--ca-file", filled.running.authority]
    else:
        network += ["--plain-registry", filled.running.host]
    if filled.login:
        network += ["--docker-config", str(filled.folder / "config.json")]
    run = runner(capfd)
    assert run("images", "lock", *network).status == 0
    assert run("images", "pin", *network).status == 0
    verified = run("images", "verify", "--frozen", *network, "--today", "2026-11-22")
    assert "3 images named, 3 asked for\n" in verified.out
    assert "image-stale" in verified.out
    pinned = (tmp_path / ".circleci" / "config.yml").read_text()
    answers = filled.ask(*IMAGES)
    for rest in IMAGES:
        assert f"{filled.name(rest)}@{entry(answers, rest).digest}\n" in pinned
    assert PASSWORD not in verified.out + verified.err
