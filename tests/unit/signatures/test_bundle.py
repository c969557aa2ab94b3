"""Bundles and log entries that are other than they should be."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.fakes.sigstore import Signature
from tests.fakes.x509 import LOG, base64
from tests.unit.signatures.checking import ARTIFACT, OTHER, STATEMENT, Change, refused, set_


def changed(change: Change) -> Any:
    bundle = copy.deepcopy(Signature(STATEMENT).bundle())
    change(bundle)
    return bundle


def entry(bundle: Any) -> Any:
    return bundle["verificationMaterial"]["tlogEntries"][0]


ENTRY = ("verificationMaterial", "tlogEntries", "0")
PROOF = (*ENTRY, "inclusionProof")
NOTE = str(entry(Signature(STATEMENT).bundle())["inclusionProof"]["checkpoint"]["envelope"])
BAD_BUNDLES: dict[str, tuple[Change, str]] = {
    "an unknown version": (set_("mediaType", to="x"), "unknown version"),
    "another key": (set_("more", to=1), "other parts"),
    "two signatures": (set_("messageSignature", to={"signature": "AA=="}), "signatures than one"),
    "no log": (set_("verificationMaterial", "tlogEntries", to=[]), "log entries than one"),
    "a list": (set_("verificationMaterial", to=[]), "other parts"),
    "two holders": (set_("verificationMaterial", "publicKey", to={}), "in another way"),
    "a chain": (
        set_("mediaType", to="application/vnd.dev.sigstore.bundle+json;version=0.2"),
        "in another way",
    ),
    "no proof": (set_(*PROOF, to=None), "no proof"),
    "a long proof": (set_(*PROOF, "hashes", to=[base64(bytes(32))] * 2), "another length"),
    "a short hash": (set_(*PROOF, "hashes", to=[base64(bytes(31))]), "is none"),
    "no hash": (set_(*PROOF, "hashes", to=[None]), "is none"),
    "another hash": (set_(*PROOF, "hashes", to=[base64(bytes(32))]), "does not fit"),
    "another place": (set_(*PROOF, "logIndex", to="0"), "does not fit"),
    "behind the end": (set_(*PROOF, "logIndex", to="2"), "is none"),
    "another size": (set_(*PROOF, "treeSize", to="3"), "another length|another state"),
    "another root": (set_(*PROOF, "rootHash", to=base64(bytes(32))), "does not fit"),
    "a negative number": (set_(*ENTRY, "logIndex", to="-1"), "logIndex"),
    "a padded number": (set_(*ENTRY, "logIndex", to="01"), "logIndex"),
    "a real number": (set_(*ENTRY, "logIndex", to=1), "logIndex"),
    "a huge number": (set_(*ENTRY, "logIndex", to=str(2**63)), "logIndex"),
    "another index": (set_(*ENTRY, "logIndex", to="5"), "promise"),
    "another time": (set_(*ENTRY, "integratedTime", to="1"), "promise"),
    "a huge time": (set_(*ENTRY, "integratedTime", to="9" * 18), "promise"),
    "another kind": (set_(*ENTRY, "kindVersion", "kind", to="hashedrekord"), "kind that"),
    "another log": (set_(*ENTRY, "logId", "keyId", to=base64(bytes(32))), "not trusted"),
    "another body": (set_(*ENTRY, "canonicalizedBody", to=base64(b"{}")), "does not fit"),
    "no base64": (set_(*ENTRY, "canonicalizedBody", to="$$$"), "base64"),
    "loose base64": (set_(*ENTRY, "logId", "keyId", to=base64(LOG.id) + "\n"), "base64"),
    "nothing": (set_(*ENTRY, "canonicalizedBody", to=""), "base64"),
    "half a letter": (set_("dsseEnvelope", "payloadType", to="\ud800"), "payloadType"),
    "another type": (set_("dsseEnvelope", "payloadType", to="text/plain"), "no statement"),
    "a number as hint": (set_("dsseEnvelope", "signatures", "0", "keyid", to=1), "'keyid'"),
    "no signature": (set_("dsseEnvelope", "signatures", to=[]), "signatures than one"),
    "no note": (set_(*PROOF, "checkpoint", "envelope", to="x"), "damaged"),
    "a note unsigned": (
        set_(*PROOF, "checkpoint", "envelope", to=NOTE.split("\u2014")[0]),
        "damaged",
    ),
    "a note for another": (
        set_(*PROOF, "checkpoint", "envelope", to=NOTE.replace("log.", "gol.")),
        "signature that does not fit",
    ),
    "a note by another": (
        set_(*PROOF, "checkpoint", "envelope", to=NOTE.replace("\u2014 log.", "\u2014 gol.")),
        "not signed by the log",
    ),
    "a note changed": (
        set_(*PROOF, "checkpoint", "envelope", to=NOTE.replace("- 77", "- 78")),
        "signature that does not fit",
    ),
    "a note of another size": (
        set_(*PROOF, "checkpoint", "envelope", to=NOTE.replace("\n2\n", "\n3\n")),
        "another state",
    ),
    "a note and more": (set_(*PROOF, "checkpoint", "envelope", to=NOTE + "x"), "damaged"),
    "too many timestamps": (
        set_(
            "verificationMaterial",
            "timestampVerificationData",
            to={
                "rfc3161Timestamps": [{"signedTimestamp": base64(bytes((1, n)))} for n in range(9)]
            },
        ),
        "too many timestamps",
    ),
    "one timestamp twice": (
        set_(
            "verificationMaterial",
            "timestampVerificationData",
            to={"rfc3161Timestamps": [{"signedTimestamp": "AA=="}] * 2},
        ),
        "one twice",
    ),
}


@pytest.mark.parametrize("case", BAD_BUNDLES)
def test_other_bundles_do_not_count(case: str) -> None:
    change, why = BAD_BUNDLES[case]
    message = refused(changed(change))
    assert any(one in message for one in why.split("|")), message


class _Logged(Signature):
    """Stands in the log as something else."""

    change: Change

    @property
    def body(self) -> dict[str, Any]:
        body = copy.deepcopy(super().body)
        self.change(body)
        return body


@pytest.mark.parametrize("is_statement", [True, False])
@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("apiVersion",), "0.0.9"),
        (("apiVersion",), ["0.0.1"]),
        (("kind",), "rekord"),
        (("kind",), "intoto"),
        (("spec",), {}),
        (("spec",), []),
        (("more",), 1),
    ],
)
def test_log_entries_of_other_kinds_do_not_count(
    path: tuple[str, ...], to: Any, is_statement: bool
) -> None:
    message = STATEMENT if is_statement else ARTIFACT
    signature = _Logged(message, is_statement=is_statement)
    signature.change = set_(*path, to=to)
    bundle = signature.bundle()
    entry(bundle)["kindVersion"] = {
        "kind": str(signature.body["kind"]),
        "version": str(signature.body["apiVersion"]),
    }
    why = refused(bundle)
    assert any(one in why for one in ("does not count", "something else", "another form"))


LOGGED = [
    (True, ("spec", "payloadHash", "value"), "00"),
    (True, ("spec", "payloadHash", "algorithm"), "md5"),
    (True, ("spec", "signatures", "0", "signature"), base64(b"x")),
    (True, ("spec", "signatures", "0", "verifier"), base64(OTHER.pem.encode())),
    (True, ("spec", "signatures", "0", "verifier"), 7),
    (True, ("spec", "signatures"), []),
    (False, ("spec", "data", "hash", "value"), "00"),
    (False, ("spec", "signature", "content"), base64(b"x")),
    (False, ("spec", "signature", "publicKey", "content"), None),
    (False, ("spec", "signature", "publicKey"), {}),
    (False, ("spec", "more"), 1),
]


@pytest.mark.parametrize(("is_statement", "path", "to"), LOGGED)
def test_log_entries_of_something_else_do_not_count(
    is_statement: bool, path: tuple[str, ...], to: Any
) -> None:
    signature = _Logged(STATEMENT if is_statement else ARTIFACT, is_statement=is_statement)
    signature.change = set_(*path, to=to)
    message = refused(signature.bundle())
    assert "something else" in message or "not the PEM of a certificate" in message
