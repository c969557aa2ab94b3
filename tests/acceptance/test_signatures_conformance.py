"""Every case of the Sigstore project's conformance tests gets the verdict that it should."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from secguard.signatures import production
from secguard.signatures.identity import Identity
from secguard.signatures.keys import read_key, read_pem
from secguard.signatures.refused import Refused
from secguard.signatures.root import read_root
from secguard.signatures.verify import Signer, verify_artifact
from tests.acceptance.conformance import CASES, Case, case

ALL = [path.name for path in sorted(CASES.iterdir()) if path.is_dir()] if CASES.is_dir() else []

WHY = {
    "bundle-from-wrong-instance_fail": "log that is not trusted",
    "bundle-unknown-version_fail": "unknown version",
    "bundle-with-root-cert_fail": "own root certificate",
    "checkpoint-bad-keyhint_fail": "not signed by the log",
    "checkpoint-wrong-roothash_fail": "another state",
    "dsse-invalid-sig_fail": "signature that does not fit",
    "dsse-mismatch-envelope_fail": "log entry is one of something else",
    "dsse-mismatch-sig_fail": "log entry is one of something else",
    "inclusion-proof-corrupted-hash_fail": "proof that it stands in a log does not fit",
    "integrated-time-in-future_fail": "not valid when it was signed",
    "intoto-expired-certificate_fail": "not valid when it was signed",
    "intoto-log-entry-mismatch_fail": "log entry is one of something else",
    "invalid-checkpoint-signature_fail": "signature that does not fit",
    "invalid-ct-key_fail": "transparency log that is not trusted",
    "managed-key-no-key_fail": "the policy names an identity",
    "message-digest-mismatch_fail": "something else",
    "rekor2-checkpoint-no-matching-signature_fail": "another log",
    "rekor2-no-inclusion-proof_fail": "no proof",
    "rekor2-no-timestamp_fail": "says when it was signed",
    "rekor2-timestamp-outside-trust-root-tsa-validity_fail": "not trusted when it was signed",
    "rekor2-timestamp-outside-tsa-cert-validity_fail": "not valid when it was signed",
    "rekor2-timestamp-payload-mismatch_fail": "timestamp is one of something else",
    "set-invalid-signature_fail": "promise of its log has a signature that does not fit",
    "signature-mismatch_fail": "signature that does not fit",
    "trust-root-tlog-missing-validity-start_fail": "'start'",
    "wrong-material_fail": "something else",
}
"""Why some of them are refused: for the reason that they were made for."""


def verdict(found: Case, bundle: bytes) -> str:
    """Give the reason; empty where it counts."""
    try:
        shipped = production.JSON.replace("\n", "").encode()
        root = read_root(found.root or shipped)
        who: Signer = Identity(found.name, found.issuer)
        if found.key is not None:
            who = read_key(read_pem(found.key.decode()))
        verify_artifact(bundle, hashlib.sha256(found.artifact).digest(), who, root)
    except Refused as error:
        return error.message
    return ""


def test_the_cases_are_there() -> None:
    if not CASES.is_dir():
        pytest.skip("the conformance cases are not beside the checkout")
    assert len(ALL) == 70
    assert set(WHY) < set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_the_verdict_is_the_right_one(name: str) -> None:
    found = case(name)
    why = verdict(found, found.bundle)
    if name.endswith("_fail"):
        assert re.fullmatch(r"[a-z][^.\n]{10,120}", why) or why.startswith("its JSON"), why
        assert WHY.get(name, "") in why
    else:
        assert not why


def test_a_timestamp_out_of_time_is_refused_for_that() -> None:
    if not CASES.is_dir():
        pytest.skip("the conformance cases are not beside the checkout")
    # NOTE: its base64 has line ends, for which it would be refused first.
    found = case("rekor2-timestamp-with-incorrect-time_fail")
    lines = json.loads(found.bundle)
    (time,) = lines["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]
    time["signedTimestamp"] = time["signedTimestamp"].replace("\n", "")
    assert "not valid when it was signed" in verdict(found, json.dumps(lines).encode())
