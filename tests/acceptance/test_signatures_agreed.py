"""Nothing counts that cosign refuses; both are shown the same registry, and many mutants."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any, Iterator

import pytest

from secguard.net.failure import AskError
from secguard.oci.attached import attached
from secguard.oci.reference import parse
from secguard.signatures.cosign import (
    CERTIFICATE,
    LOG_ENTRY,
    SIGNATURE,
    verify_bundle,
    verify_simple,
)
from secguard.signatures.identity import Identity
from secguard.signatures.keys import read_key
from secguard.signatures.refused import Refused
from secguard.signatures.root import read_root
from secguard.signatures.verify import Signer
from tests.acceptance.test_signatures_cosign import ROOT
from tests.fakes.registry import Registry
from tests.fakes.signed import attach_bundle, attach_simple, log_entry
from tests.fakes.sigstore import ISSUER, NAME, Leaf, Signature, simple, statement, trusted_root
from tests.fakes.x509 import SIGNER, base64, compact, pem
from tests.orb import needs
from tests.unit.oci.asking import MADE, client_for

MUTANTS = int(os.environ.get("SECGUARD_MUTANTS", "8"))
TRUSTED = read_root(compact(trusted_root()))


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        yield registry
    while MADE:
        MADE.pop().close()


def ours(registry: Registry, image: str, who: Signer) -> bool:
    """Say whether one of the signatures counts."""
    try:
        there = attached(client_for(registry), parse(f"{registry.host}/acme/app@{image}"), image)
    except AskError:
        return False
    for bundle in there.bundles:
        try:
            verify_bundle(bundle, image, who, TRUSTED)
            return True
        except Refused:
            continue
    for one in there.simple:
        try:
            verify_simple(one.payload, one.annotations, image, who, TRUSTED)
            return True
        except Refused:
            continue
    return False


def theirs(folder: Path, registry: Registry, image: str, keyed: bool) -> str:
    """Give the reason for which cosign accepts none; empty where it accepts one."""
    own = ROOT / "build" / "bin" / "cosign"
    program = str(own) if own.is_file() else needs.tool("cosign")
    (folder / "root.json").write_text(json.dumps(trusted_root()))
    (folder / "key.pub").write_text(SIGNER.pem)
    named = (f"--certificate-identity={NAME}", f"--certificate-oidc-issuer={ISSUER}")
    options = (*(("--key=key.pub",) if keyed else named), "--trusted-root=root.json")
    done = subprocess.run(
        [program, "verify", *options, f"{registry.host}/acme/app@{image}"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else done.stderr


def signer(keyed: bool) -> Signer:
    return read_key(SIGNER.spki) if keyed else Identity(NAME, ISSUER)


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("form", ["bundle", "tag", "older"])
def test_both_accept_every_form(registry: Registry, tmp_path: Path, form: str, keyed: bool) -> None:
    image = registry.image("acme/app", "1")
    certificate = None if keyed else Leaf()
    if form == "older":
        made = Signature(simple(image), is_statement=False, certificate=certificate)
        attach_simple(registry, "acme/app", image, made)
    else:
        bundle = Signature(statement(image), certificate=certificate, timestamps=None).bundle()
        attach_bundle(registry, "acme/app", image, bundle, by_tag=form == "tag")
    assert theirs(tmp_path, registry, image, keyed) == ""
    assert ours(registry, image, signer(keyed))


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("part", ["payload", "log", "annotation", "entry", "bundle", "statement"])
def test_mutants_count_only_where_they_count_for_cosign(
    tmp_path: Path, part: str, keyed: bool
) -> None:
    generator = random.Random(f"{part}{keyed}")  # noqa: S311
    for _ in range(MUTANTS):
        with Registry() as registry:
            image = registry.image("acme/app", "1")
            spoil(registry, image, part, keyed, generator)
            if ours(registry, image, signer(keyed)):
                why = theirs(tmp_path, registry, image, keyed)
                # NOTE: of a key it wants a log entry as well, which here need not be.
                assert not why or (keyed and "not enough verified log entries" in why), why
        while MADE:
            MADE.pop().close()


class _Logged(Signature):
    """Stands in the log in another form."""

    form: Any = None

    @property
    def body(self) -> dict[str, Any]:
        return self.form or super().body


def spoil(registry: Registry, image: str, part: str, keyed: bool, generator: random.Random) -> None:
    """Attach a signature with one part changed."""
    certificate = None if keyed else Leaf()
    made = _Logged(simple(image), is_statement=False, certificate=certificate)
    if part == "payload":
        text = compact(mutant(json.loads(made.message), generator))
        other = Signature(text, is_statement=False, certificate=certificate)
        attach_simple(registry, "acme/app", image, other)
    elif part == "log":
        changed = json.dumps(mutant(log_entry(made), generator))
        attach_simple(registry, "acme/app", image, made, **{LOG_ENTRY: changed})
    elif part == "entry":
        made.form = mutant(made.body, generator)
        attach_simple(registry, "acme/app", image, made)
    elif part == "annotation":
        good = {SIGNATURE: base64(made.signature)}
        if made.certificate is not None:
            good[CERTIFICATE] = pem(made.certificate.der, "CERTIFICATE")
        attach_simple(registry, "acme/app", image, made, **mutant(good, generator))
    elif part == "bundle":
        times = generator.choice([(), None])
        bundle = Signature(statement(image), certificate=certificate, timestamps=times).bundle()
        attach_bundle(registry, "acme/app", image, mutant(bundle, generator))
    else:
        text = compact(mutant(json.loads(statement(image)), generator))
        attach_bundle(
            registry, "acme/app", image, Signature(text, certificate=certificate).bundle()
        )


def mutant(good: Any, generator: random.Random) -> Any:
    """Change, remove or add one part."""
    found = copy.deepcopy(good)
    holder = found
    while True:
        keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return found
        key = generator.choice(keys)
        if not isinstance(holder[key], (dict, list)) or generator.random() < 0.2:
            break
        holder = holder[key]
    value = holder[key]
    how = generator.choice(["remove", "add", "other", *["change"] * 3])
    if how == "remove":
        del holder[key]
    elif how == "add" and isinstance(holder, dict):
        holder["more"] = 1
    elif how == "change" and isinstance(value, str) and value:
        at = generator.randrange(len(value))
        holder[key] = value[:at] + generator.choice("aB0/\n =") + value[at + 1 :]
    elif how == "change" and isinstance(value, int):
        holder[key] = value + generator.choice([-1, 1, 600])
    else:
        holder[key] = generator.choice([None, True, 0, -1, "", [], {}, "AA==", "x"])
    return found
