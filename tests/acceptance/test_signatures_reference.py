"""Nothing counts that the Sigstore project's own library refuses; it is compared by mutation."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import random
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any, Iterator

import pytest

from secguard.signatures import production
from secguard.signatures.der import encode, parse
from secguard.signatures.identity import Identity
from secguard.signatures.refused import Refused
from secguard.signatures.root import read_root
from secguard.signatures.verify import verify_artifact
from tests.acceptance.conformance import CASES, ISSUER, NAME, Case, case
from tests.fakes import sigstore as fake
from tests.fakes import x509

models = pytest.importorskip("sigstore.models", reason="the library sigstore is not installed")
verify = pytest.importorskip("sigstore.verify")
trustroot = pytest.importorskip("sigstore_models.trustroot.v1")

MUTANTS = int(os.environ.get("SECGUARD_MUTANTS", "12"))
"""How many of each bundle."""
SHIPPED = production.JSON.replace("\n", "").encode()
GOOD = [
    path.name
    for path in (sorted(CASES.iterdir()) if CASES.is_dir() else [])
    if path.is_dir()
    and not path.name.endswith("_fail")
    and "managed-key" not in path.name
    # NOTE: the library knows no entries of this kind.
    and path.name != "intoto-with-custom-trust-root"
    # NOTE: the library leaves the last moment out.
    and path.name != "trust-root-tsa-validity-end-inclusive"
]


def ours(bundle: bytes, found: Case) -> str:
    """Give the reason for which we refuse a bundle; empty where we do not."""
    try:
        root = read_root(found.root or SHIPPED)
        digest = hashlib.sha256(found.artifact).digest()
        verify_artifact(bundle, digest, Identity(found.name, found.issuer), root)
    except Refused as error:
        return error.message
    return ""


def theirs(data: bytes, found: Case) -> str:
    """Give the reason for which the library refuses it."""
    try:
        root = models.TrustedRoot(trustroot.TrustedRoot.from_json(found.root or SHIPPED))
        verifier = verify.Verifier(trusted_root=root)
        who = verify.policy.Identity(identity=found.name, issuer=found.issuer)
        bundle = models.Bundle.from_json(data)
        if json.loads(data).get("dsseEnvelope") is None:
            verifier.verify_artifact(found.artifact, bundle, who)
        else:
            _, payload = verifier.verify_dsse(bundle, who)
            digest = hashlib.sha256(found.artifact).hexdigest()
            if digest not in [one["digest"]["sha256"] for one in json.loads(payload)["subject"]]:
                return "another subject"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def compare(bundle: bytes, found: Case, what: str) -> tuple[bool, bool]:
    """Compare both verdicts; we may refuse more, and never less."""
    here = ours(bundle, found)
    there = theirs(bundle, found)
    assert here or not there, f"{what}: accepted, and the library says: {there}"
    return not here, not there


@pytest.mark.parametrize("name", GOOD)
def test_mutants_count_only_where_they_count_for_the_library(name: str) -> None:
    found = case(name)
    assert compare(found.bundle, found, name) == (True, True)
    generator = random.Random(name)  # noqa: S311
    refused = 0
    for mutant, what in mutants(json.loads(found.bundle), generator, MUTANTS):
        here, _ = compare(json.dumps(mutant).encode(), found, f"{name}: {what}")
        refused += not here
    assert refused > MUTANTS // 2


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(data, (dict, list)):
        for key in sorted(data) if isinstance(data, dict) else range(len(data)):
            yield from places(data[key], (*path, key))


def mutants(good: Any, generator: random.Random, count: int) -> Iterator[tuple[Any, str]]:
    """Yield bundles with one part changed, removed, doubled, or swapped for another of its kind."""
    all_places = [path for path in places(good) if path]
    for _ in range(count):
        bundle = copy.deepcopy(good)
        path = generator.choice(all_places)
        holder = bundle
        for key in path[:-1]:
            holder = holder[key]
        how = generator.choice(["remove", "null", "double", "swap", *["value"] * 6])
        key = path[-1]
        if how == "remove":
            del holder[key]
        elif how == "null":
            holder[key] = None
        elif how == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        elif how == "swap":
            other = generator.choice(all_places)
            value = good
            for part in other:
                value = value[part]
            holder[key] = copy.deepcopy(value)
        else:
            holder[key] = changed(holder[key], generator)
        yield bundle, f"{how} {path}"


def changed(value: Any, generator: random.Random) -> Any:
    if not isinstance(value, str):
        return {"x": value} if isinstance(value, dict) else [*value, 0]
    if value.isdigit():
        return str(max(0, int(value) + generator.choice([-1, 1, 2**32])))
    try:
        data = bytearray(b64decode(value, validate=True))
    except ValueError:
        data = bytearray()
    if len(data) < 8:
        at = generator.randrange(len(value) + 1)
        return value[:at] + generator.choice(["x", "\n", "", " ", "="]) + value[at + 1 :]
    how = generator.choice(["bit", "bit", "bit", "byte", "cut", "more", "node", "node"])
    at = generator.randrange(len(data))
    if how == "bit":
        data[at] ^= 1 << generator.randrange(8)
    elif how == "byte":
        data[at] = generator.randrange(256)
    elif how == "cut":
        del data[at:]
    elif how == "more":
        data += b"\x00"
    else:
        data = bytearray(other_node(bytes(data), generator))
    return b64encode(bytes(data)).decode()


def other_node(data: bytes, generator: random.Random) -> bytes:
    """Change one element of ASN.1, with all lengths around it as they should be."""
    try:
        element = parse(data)
    except Refused:
        return data[::-1]
    if not element.tag & 0x20 or not element.content:
        how = generator.choice(["tag", "content", "empty"])
        if how == "tag":
            return encode(generator.choice([2, 3, 4, 5, 6, 12, 48, 49, 128, 160]), element.content)
        content = bytearray(element.content)
        if how == "content" and content:
            content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
        return encode(element.tag, bytes(content) if how == "content" else b"")
    raws = [part.raw for part in element.parts(element.tag)]
    at = generator.randrange(len(raws))
    how = generator.choice(["remove", "double", *["deeper"] * 8])
    if how == "remove":
        del raws[at]
    elif how == "double":
        raws.insert(at, raws[at])
    else:
        raws[at] = other_node(raws[at], generator)
    return encode(element.tag, *raws)


ARTIFACT = b"an artifact"
STATEMENT = fake.statement("sha256:" + hashlib.sha256(ARTIFACT).hexdigest())


def own(signature: fake.Signature, **root: Any) -> tuple[bytes, Case]:
    bundle = json.dumps(signature.bundle()).encode()
    trusted = json.dumps(fake.trusted_root(**root)).encode()
    return bundle, Case(b"", ARTIFACT, fake.NAME, fake.ISSUER, None, trusted)


PIECES: dict[str, list[Any]] = {
    "usage": [x509.usage(0x80), x509.usage(0x84), x509.usage(0xC0), x509.usage(0x40), b""],
    "purposes": [
        x509.purposes(x509.CODE),
        x509.purposes(x509.CODE, critical=True),
        x509.purposes(x509.CODE, x509.TIMES),
        x509.purposes(x509.TIMES),
        b"",
    ],
    "more": [
        b"",
        b"",
        x509.is_authority(),
        x509.extension("2.5.29.19", encode(0x30), True),
        x509.extension("2.5.29.19", encode(0x30, b"\x01\x01\x00")),
        x509.extension("1.2.3.4", b"\x05\x00", True),
        x509.extension("1.2.3.4", b"\x05\x00"),
        x509.extension("2.5.29.30", encode(0x30), True),
        x509.usage(0x80),
        x509.extension("1.3.6.1.4.1.57264.1.1", b"https://evil.example"),
    ],
    "start": [x509.NOW - timedelta(minutes=5), x509.NOW, x509.NOW + timedelta(seconds=1)],
    "end": [x509.NOW + timedelta(minutes=5), x509.NOW, x509.NOW - timedelta(seconds=1)],
    "shown": [True, True, True, False],
    "issuer_key": [x509.AUTHORITY] * 3 + [x509.ROOT],
    "issuer": [fake.ISSUER] * 3 + ["https://evil.example"],
    "names": [None, None, encode(0x82, b"a.example"), encode(0x81, fake.NAME.encode())],
}


def test_certificates_count_only_where_they_count_for_the_library() -> None:
    generator = random.Random(1)  # noqa: S311
    accepted = 0
    for _ in range(4 * MUTANTS):
        chosen: dict[str, Any] = {
            name: generator.choice(some) if generator.random() < 0.3 else some[0]
            for name, some in PIECES.items()
        }
        extensions = chosen.pop("usage") + chosen.pop("purposes")
        leaf = fake.Leaf(extensions=extensions, **chosen)
        signature = fake.Signature(STATEMENT, certificate=leaf)
        accepted += compare(*own(signature), repr(chosen))[0]
    assert 0 < accepted < 4 * MUTANTS


def test_authorities_count_only_where_they_count_for_the_library() -> None:
    generator = random.Random(2)  # noqa: S311
    middle, top = x509.CHAIN
    names = x509.key_names(x509.AUTHORITY, x509.ROOT)
    pieces = [
        [x509.is_authority(0), x509.is_authority(), x509.is_authority(5), b""],
        [x509.usage(0x06), x509.usage(0x04), x509.usage(0x02), b""],
        [names, names, b"", x509.key_names(x509.ROOT, x509.ROOT)],
        [x509.purposes(x509.CODE), b"", x509.purposes(x509.TIMES)],
        [b"", b"", x509.extension("1.2.3.4", b"\x05\x00", True)],
    ]
    for _ in range(2 * MUTANTS):
        extensions = b"".join(
            generator.choice(some) if generator.random() < 0.4 else some[0] for some in pieces
        )
        changes: dict[str, Any] = {"extensions": extensions}
        if generator.random() < 0.2:
            changes["end"] = x509.NOW - timedelta(days=1)
        listed = fake.trusted_root()["certificateAuthorities"]
        raw = [b64encode(one.der).decode() for one in (replace(middle, **changes), top)]
        listed[0]["certChain"]["certificates"] = [{"rawBytes": one} for one in raw]
        compare(*own(fake.Signature(STATEMENT), certificateAuthorities=listed), extensions.hex())


def test_another_identity_counts_for_neither() -> None:
    bundle, found = own(fake.Signature(STATEMENT))
    assert compare(bundle, found, "") == (True, True)
    for other in (
        replace(found, name=NAME),
        replace(found, issuer=f"{ISSUER}/"),
        replace(found, artifact=b"x"),
    ):
        assert compare(bundle, other, "") == (False, False)
