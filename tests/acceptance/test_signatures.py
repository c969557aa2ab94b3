"""`secguard images` where the policy wants signatures, against a registry in this process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.fakes.registry import Registry
from tests.fakes.signed import NOTATION, attach_bundle, attach_simple
from tests.fakes.sigstore import ISSUER, NAME, Leaf, Signature, simple, statement, trusted_root
from tests.fakes.x509 import SIGNER, Key
from tests.unit.images.checkouts import write

CONFIG = """\
version: 2.1
jobs:
  build:
    docker:
      - image: HOST/acme/app:1.0
    steps:
      - checkout
workflows:
  main:
    jobs: [build]
"""
IDENTITY = "images: {require: {signed_by: [{identity: 'PATTERN', issuer: 'ISSUER'}]}}\n".replace(
    "PATTERN", NAME.replace("v1", "*")
).replace("ISSUER", ISSUER)
KEYED = "images: {require: {signed_by: [{key: .circleci/cosign.pub}]}}\n"
OTHER = Key(4711)


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        yield registry


@pytest.fixture
def image(registry: Registry) -> str:
    return registry.image("acme/app", "1.0")


@pytest.fixture
def verify(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Run]:
    """Verify a checkout whose policy wants a signature."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            ".circleci/config.yml": CONFIG.replace("HOST", registry.host),
            ".circleci/secguard.yml": IDENTITY,
            ".circleci/cosign.pub": SIGNER.pem,
            "root.json": json.dumps(trusted_root()),
        },
    )
    run: Secguard = runner(capfd)

    def verify(*arguments: str, policy: str = "", root: str = "root.json") -> Run:
        if policy:
            write(tmp_path, {".circleci/secguard.yml": policy})
        given = ("--private-registry", registry.host, "--plain-registry", registry.host)
        more = ("--today", "2026-05-02", "--no-config-rules")
        trusted = ("--trusted-root", root) if root else ()
        return run("images", "verify", *given, *more, *trusted, *arguments)

    return verify


def keyed(text: bytes, in_log: bool = True) -> Signature:
    is_statement = text.startswith(b'{"_type')
    return Signature(text, certificate=None, is_statement=is_statement, in_log=in_log)


@pytest.mark.parametrize("by_tag", [True, False])
def test_a_bundle_by_the_identity_counts(
    verify: Secguard, registry: Registry, image: str, by_tag: bool
) -> None:
    attach_bundle(registry, "acme/app", image, by_tag=by_tag)
    run = verify()
    assert run.status == 0 and "No findings." in run.out, run.out


def test_the_older_form_by_the_identity_counts(
    verify: Secguard, registry: Registry, image: str
) -> None:
    attach_simple(registry, "acme/app", image)
    assert verify().status == 0


@pytest.mark.parametrize("in_log", [True, False])
def test_a_key_counts_in_both_forms(
    verify: Secguard, registry: Registry, image: str, in_log: bool
) -> None:
    attach_simple(registry, "acme/app", image, keyed(simple(image), in_log=in_log))
    assert verify(policy=KEYED).status == 0
    registry.names.pop(("acme/app", f"{image.replace(':', '-')}.sig"))
    attach_bundle(registry, "acme/app", image, keyed(statement(image), in_log=in_log).bundle())
    assert verify(policy=KEYED).status == 0


def test_one_signature_that_counts_is_enough(
    verify: Secguard, registry: Registry, image: str
) -> None:
    wrong = Signature(simple(image), is_statement=False, certificate=Leaf(name=NAME + "0/x"))
    attach_simple(registry, "acme/app", image, wrong)
    attach_bundle(registry, "acme/app", image, kind=NOTATION)
    assert verify().status == 1
    attach_simple(registry, "acme/app", image)
    assert verify().status == 0


def test_no_signature_is_a_finding(verify: Secguard, image: str) -> None:
    run = verify()
    assert run.status == 1 and "[image-unsigned]" in run.out, run.out


def other_identity(image: str) -> Signature:
    return Signature(statement(image), certificate=Leaf(name=NAME.replace("acme", "evil")))


WRONG: dict[str, tuple[Callable[[str], Signature], str]] = {
    "another identity": (other_identity, "signed by somebody else"),
    "another issuer": (
        lambda image: Signature(statement(image), certificate=Leaf(issuer="https://evil.example")),
        "vouches",
    ),
    "another image": (lambda _: Signature(statement("sha256:" + "0" * 64)), "something else"),
    "another statement": (
        lambda image: Signature(statement(image, "https://acme.example/scan/v1")),
        "says something else",
    ),
    "a key": (lambda image: keyed(statement(image)), "signed with a key"),
    "another log": (lambda image: Signature(statement(image), log=OTHER), "checkpoint"),
    "no log": (lambda image: Signature(statement(image), in_log=False), "log entries"),
    "another signer": (lambda image: Signature(statement(image), signer=OTHER), "does not fit"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_signature_that_does_not_count_is_a_finding(
    verify: Secguard, registry: Registry, image: str, case: str
) -> None:
    make, why = WRONG[case]
    attach_bundle(registry, "acme/app", image, make(image).bundle())
    run = verify()
    assert run.status == 1 and "[image-signature-invalid]" in run.out, run.out
    assert why in " ".join(run.out.split())


OLD: dict[str, tuple[Callable[[str], Signature], dict[str, str], str]] = {
    "another image": (
        lambda _: Signature(simple("sha256:" + "0" * 64), is_statement=False),
        {},
        "something else",
    ),
    "another type": (
        lambda image: Signature(simple(image, "x"), is_statement=False),
        {},
        "no image",
    ),
    "no signature": (
        lambda image: Signature(simple(image), is_statement=False),
        {"dev.cosignproject.cosign/signature": ""},
        "base64",
    ),
    "no certificate": (
        lambda image: Signature(simple(image), is_statement=False),
        {"dev.sigstore.cosign/certificate": ""},
        "signed with a key",
    ),
    "another key": (
        lambda image: Signature(simple(image), is_statement=False, signer=OTHER),
        {},
        "does not fit",
    ),
    "no log": (
        lambda image: Signature(simple(image), is_statement=False, in_log=False),
        {},
        "says when it was signed",
    ),
    "another log": (
        lambda image: Signature(simple(image), is_statement=False, log=OTHER),
        {},
        "promise of its log",
    ),
    "a damaged log entry": (
        lambda image: Signature(simple(image), is_statement=False),
        {"dev.sigstore.cosign/bundle": '{"SignedEntryTimestamp": "AA==", "Payload": {}}'},
        "logID",
    ),
    "no time": (
        lambda image: Signature(simple(image), is_statement=False),
        {"dev.sigstore.cosign/rfc3161timestamp": '{"SignedRFC3161Timestamp": "AA=="}'},
        "ASN.1",
    ),
}


@pytest.mark.parametrize("case", OLD)
def test_an_older_one_that_does_not_count_is_a_finding(
    verify: Secguard, registry: Registry, image: str, case: str
) -> None:
    make, annotations, why = OLD[case]
    attach_simple(registry, "acme/app", image, make(image), **annotations)
    run = verify()
    assert run.status == 1 and "[image-signature-invalid]" in run.out, run.out
    assert why in " ".join(run.out.split())


def test_another_key_is_a_finding(verify: Secguard, registry: Registry, image: str) -> None:
    text = simple(image)
    made = Signature(text, certificate=None, is_statement=False, signer=OTHER)
    attach_simple(registry, "acme/app", image, made)
    run = verify(policy=KEYED)
    assert run.status == 1 and "not signed with the key" in " ".join(run.out.split())


def test_a_signature_of_notation_is_named_and_does_not_count(
    verify: Secguard, registry: Registry, image: str
) -> None:
    attach_bundle(registry, "acme/app", image, kind=NOTATION)
    run = verify()
    assert run.status == 1 and "[image-signature-unverifiable]" in run.out
    assert "Notation" in run.out


def test_what_is_attached_to_another_image_does_not_count(
    verify: Secguard, registry: Registry, image: str
) -> None:
    attach_bundle(registry, "acme/app", image, subject="sha256:" + "0" * 64)
    assert "[image-unsigned]" in verify().out


@pytest.mark.parametrize("mode", ["broken", "storm", "silent", "tampered-blob", "garbage"])
def test_what_cannot_be_asked_for_never_passes(
    verify: Secguard, registry: Registry, image: str, mode: str
) -> None:
    attach_simple(registry, "acme/app", image)
    if mode == "tampered-blob":
        (place,) = (key for key, one in registry.bodies.items() if b"critical" in one[1])
        registry.bodies[place] = (registry.bodies[place][0], b"{}")
    else:
        registry.mode = mode
    run = verify("--on-unreachable", "unknown", "--time-limit", "5")
    assert run.status == 3 and "wants a signature" in run.out, run.out


def test_offline_nothing_passes(verify: Secguard, image: str) -> None:
    run = verify("--offline")
    assert run.status == 3 and "its registry was not asked" in run.out


def test_too_many_signatures_never_pass(verify: Secguard, registry: Registry, image: str) -> None:
    for at in range(51):
        attach_simple(registry, "acme/app", image, at=str(at))
    run = verify()
    assert run.status == 3 and "more signatures" in " ".join(run.out.split())


def test_a_key_is_read_in_the_checkout_only(verify: Secguard, tmp_path: Path, image: str) -> None:
    (tmp_path / "link.pub").symlink_to("/etc/hostname")
    for name in ("/etc/hostname", "../x.pub", "link.pub"):
        policy = KEYED.replace(".circleci/cosign.pub", name)
        run = verify(policy=policy)
        assert run.status == 2 and "outside of the checkout" in run.err, run
    run = verify(policy=KEYED.replace("cosign.pub", "none.pub"))
    assert run.status == 2 and "not there" in run.err
    write(tmp_path, {".circleci/cosign.pub": "x"})
    run = verify(policy=KEYED)
    assert run.status == 2 and "cannot be used" in run.err


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_change_cannot_bring_its_own_key(
    verify: Secguard, registry: Registry, tmp_path: Path, image: str
) -> None:
    write(tmp_path, {".circleci/secguard.yml": KEYED})
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "base")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    write(tmp_path, {".circleci/cosign.pub": OTHER.pem})
    forged = Signature(statement(image), certificate=None, signer=OTHER)
    attach_bundle(registry, "acme/app", image, forged.bundle())
    run = verify()
    assert run.status == 1 and "[image-signature-invalid]" in run.out, run
    attach_bundle(registry, "acme/app", image, keyed(statement(image)).bundle())
    assert verify().status == 0


def fake_cosign(folder: Path, status: int) -> Path:
    folder.mkdir()
    program = folder / "cosign"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {folder}/arguments\nexit {status}\n')
    program.chmod(0o755)
    return folder / "arguments"


@pytest.mark.parametrize(
    ("verifier", "signed", "status", "expected"),
    [
        ("cosign", False, 0, 0),
        ("cosign", True, 1, 1),
        ("both", True, 0, 0),
        ("both", True, 1, 1),
        ("both", False, 0, 1),
        ("both", False, 1, 1),
    ],
)
def test_cosign_is_asked_where_the_policy_says_so(
    verify: Secguard,
    registry: Registry,
    image: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    verifier: str,
    signed: bool,
    status: int,
    expected: int,
) -> None:
    folder = tmp_path_factory.mktemp("programs") / "bin"
    told = fake_cosign(folder, status)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    if signed:
        attach_bundle(registry, "acme/app", image)
    policy = IDENTITY.replace("images: {", f"images: {{verifier: {verifier}, ")
    run = verify(policy=policy)
    assert run.status == expected, run
    lines = told.read_text().splitlines()
    assert lines[0] == "verify" and lines[-1] == f"{registry.host}/acme/app@{image}"
    assert f"--certificate-oidc-issuer={ISSUER}" in lines
    assert any(line.startswith("--certificate-identity-regexp=^https://") for line in lines)
    if verifier == "both" and signed and status:
        assert "only secguard accepts it" in " ".join(run.out.split())


def test_cosign_gets_the_key_that_counts(
    verify: Secguard,
    image: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("programs") / "bin"
    fake_cosign(folder, 0)
    script = f'#!/bin/sh\ncat "${{2#--key=}}" > {folder}/key\nenv > {folder}/environment\n'
    (folder / "cosign").write_text(script)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("SIGSTORE_ROOT_FILE", "evil.pem")
    monkeypatch.setenv("DOCKER_CONFIG", "/docker")
    policy = KEYED.replace("images: {", "images: {verifier: cosign, ")
    assert verify(policy=policy).status == 0
    assert (folder / "key").read_text() == SIGNER.pem
    environment = (folder / "environment").read_text()
    assert "DOCKER_CONFIG=/docker" in environment and "SIGSTORE" not in environment


@pytest.mark.parametrize("name", ["a b", "\u00e9", "x" * 1_001])
def test_cosign_gets_no_odd_names(
    verify: Secguard,
    image: str,
    name: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("programs") / "bin"
    told = fake_cosign(folder, 0)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    signer = f"signed_by: [{{identity: '{name}', issuer: '{ISSUER}'}}]"
    run = verify(policy=f"images: {{verifier: cosign, require: {{{signer}}}}}\n")
    assert run.status == 3 and "cosign cannot be asked" in " ".join(run.out.split())
    assert not told.exists()


def test_a_program_that_cannot_be_run_never_passes(
    verify: Secguard,
    image: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("programs") / "bin"
    fake_cosign(folder, 0)
    (folder / "cosign").write_text("#!/no/such/interpreter\n")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    run = verify(policy=IDENTITY.replace("images: {", "images: {verifier: both, "))
    assert run.status == 3 and "did not come to an end" in " ".join(run.out.split())


def test_the_shipped_root_is_used_and_its_age_told(
    verify: Secguard, registry: Registry, image: str
) -> None:
    attach_bundle(registry, "acme/app", image)
    run = verify("--today", "2029-06-01", root="")
    assert run.status == 1 and "log that is not trusted" in " ".join(run.out.split())
    assert "trusted root for signatures was taken over" in run.out
    assert "taken over" not in verify("--today", "2026-11-26", root="").out
    assert verify("--today", "2029-06-01").status == 0
    run = verify(root="none.json")
    assert run.status == 2 and "No such file" in run.err


def test_cosign_of_the_checkout_is_never_run(
    verify: Secguard, tmp_path: Path, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = fake_cosign(tmp_path / "bin", 0)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:bin:/usr/bin:/bin")
    run = verify(policy=IDENTITY.replace("images: {", "images: {verifier: both, "))
    assert run.status == 3 and "cosign" in run.out
    assert not told.exists()


def test_an_unusable_root_stops_the_run(verify: Secguard, tmp_path: Path, image: str) -> None:
    write(tmp_path, {"root.json": "{}"})
    run = verify()
    assert run.status == 2 and "cannot use the trusted root root.json" in run.err


def test_nothing_is_asked_for_signatures_that_nobody_wants(
    verify: Secguard, registry: Registry, image: str
) -> None:
    assert verify(policy="images: {require: {digest: false}}\n").status == 0
    assert not registry.asked(part=".sig") and not registry.asked(part="referrers")
