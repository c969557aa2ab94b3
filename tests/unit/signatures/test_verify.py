"""What counts as a signature, and why everything else does not."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from secguard.signatures.identity import Identity
from secguard.signatures.keys import read_key
from secguard.signatures.refused import Refused
from secguard.signatures.verify import verify_artifact, verify_statement
from tests.fakes import sigstore
from tests.fakes.sigstore import ISSUER, NAME, Signature, statement
from tests.fakes.x509 import compact
from tests.unit.signatures.checking import (
    ARTIFACT,
    DIGEST,
    KEY,
    OTHER,
    STATEMENT,
    WHO,
    check,
    refused,
    root,
)


@pytest.mark.parametrize("promised", [True, False])
@pytest.mark.parametrize("times", [(), None])
@pytest.mark.parametrize("message", [STATEMENT, ARTIFACT])
def test_one_time_that_is_trusted_is_needed(message: bytes, times: Any, promised: bool) -> None:
    signature = Signature(
        message, is_statement=message == STATEMENT, timestamps=times, promised=promised
    )
    if promised or times is None:
        check(signature.bundle())
    else:
        assert "says when" in refused(signature.bundle())


@pytest.mark.parametrize("in_log", [True, False])
@pytest.mark.parametrize("message", [STATEMENT, ARTIFACT])
def test_a_key_needs_no_log_but_no_log_may_contradict(message: bytes, in_log: bool) -> None:
    signature = Signature(
        message, certificate=None, is_statement=message == STATEMENT, in_log=in_log
    )
    check(signature.bundle(), KEY)
    assert "not signed with the key" in refused(signature.bundle(), read_key(OTHER.spki))
    signature.log = OTHER
    if in_log:
        assert "checkpoint" in refused(signature.bundle(), KEY)


def test_the_statement_is_given_where_it_counts() -> None:
    data = compact(Signature(STATEMENT).bundle())
    assert verify_statement(data, WHO, root()).text("predicateType") == sigstore.SIGN
    data = compact(Signature(ARTIFACT, is_statement=False).bundle())
    with pytest.raises(Refused, match="no statement"):
        verify_statement(data, WHO, root())


def test_other_signers_do_not_count() -> None:
    bundle = Signature(STATEMENT).bundle()
    assert "signed by somebody else" in refused(bundle, Identity(f"{NAME}0", ISSUER))
    assert "vouches" in refused(bundle, Identity(NAME, f"{ISSUER}/"))
    assert "vouches" in refused(bundle, Identity(NAME, ""))
    assert "vouches" in refused(bundle, Identity("", ISSUER))
    assert "names a key" in refused(bundle, KEY)
    keyed = Signature(STATEMENT, certificate=None)
    assert "names an identity" in refused(keyed.bundle())


def test_a_statement_about_something_else_does_not_count() -> None:
    for text in (
        statement("sha256:" + "0" * 64),
        compact({"_type": "https://in-toto.io/Statement/v1", "subject": []}),
        compact({"_type": "https://in-toto.io/Statement/v1", "subject": [{}, {"digest": {}}]}),
    ):
        assert "something else" in refused(Signature(text).bundle())
    whole = json.loads(STATEMENT)
    digest = {"sha256": DIGEST.hex()}
    for text in (
        *(compact({"_type": "x"}), b"[]", b"{", b'{"a":1,"a":2}'),
        *(compact({**whole, key: value}) for key, value in (("predicate", []), ("more", 1))),
        compact({**whole, "subject": [{"digest": digest}, 1]}),
        compact({**whole, "subject": [{"digest": digest, "more": 1}]}),
        compact({**whole, "subject": [{"digest": {**digest, "sha512": 1}}]}),
        compact({**whole, "subject": [{"digest": digest}] * 1_025}),
    ):
        assert refused(Signature(text).bundle())
    check(Signature(compact({**whole, "subject": [{}] * 100 + [{"digest": digest}]})).bundle())


def test_an_artifact_of_another_digest_does_not_count() -> None:
    bundle = Signature(ARTIFACT, is_statement=False).bundle()
    data = compact(bundle)
    with pytest.raises(Refused, match="something else"):
        verify_artifact(data, hashlib.sha256(b"x").digest(), WHO, root())
    del bundle["messageSignature"]["messageDigest"]
    check(bundle)
    with pytest.raises(Refused, match="does not fit"):
        verify_artifact(compact(bundle), hashlib.sha256(b"x").digest(), WHO, root())


def test_what_is_too_long_or_too_deep_is_refused() -> None:
    for data in (b" " * 5_000_000, b"[" * 200_000, b"1" * 100, b"NaN", b"\xff"):
        with pytest.raises(Refused):
            verify_artifact(data, DIGEST, WHO, root())
