"""Only a whole trusted root is read."""

from __future__ import annotations

import copy
import json

import pytest

from secguard.signatures import production
from secguard.signatures.refused import Refused
from secguard.signatures.root import read_root
from tests.fakes.sigstore import Signature, trusted_root
from tests.fakes.x509 import PROMISES
from tests.unit.signatures.checking import STATEMENT, Change, refused, root, set_

BAD_ROOTS: dict[str, Change] = {
    "an unknown version": set_("mediaType", to="x"),
    "another key": set_("more", to=[]),
    "a log without a start": set_("tlogs", "0", "publicKey", "validFor", to={}),
    "a log without a time": set_("tlogs", "0", "publicKey", "validFor", to=None),
    "a time that is none": set_(
        "ctlogs", "0", "publicKey", "validFor", to={"start": "2026-13-01T00:00:00Z"}
    ),
    "a time of another zone": set_(
        "ctlogs", "0", "publicKey", "validFor", to={"start": "2026-01-01T00:00:00+01:00"}
    ),
    "a key of another kind": set_("tlogs", "0", "publicKey", "keyDetails", to="PKIX_ED25519"),
    "an address that is none": set_("tlogs", "0", "baseUrl", to="x"),
    "an authority without certificates": set_(
        "certificateAuthorities", "0", "certChain", "certificates", to=[]
    ),
    "an authority without a time": set_("certificateAuthorities", "0", "validFor", to=None),
    "a certificate that is none": set_(
        "timestampAuthorities", "0", "certChain", "certificates", to=[{"rawBytes": "AA=="}]
    ),
}


@pytest.mark.parametrize("case", BAD_ROOTS)
def test_a_root_that_is_not_whole_is_refused(case: str) -> None:
    data = copy.deepcopy(trusted_root())
    BAD_ROOTS[case](data)
    with pytest.raises(Refused):
        read_root(json.dumps(data).encode())


def test_logs_that_sign_in_unknown_ways_are_not_trusted() -> None:
    logs = trusted_root()["tlogs"]
    logs[0]["publicKey"]["keyDetails"] = "ML_DSA_65"
    assert "not trusted" in refused(Signature(STATEMENT).bundle(), tlogs=logs)
    assert PROMISES.id in root().certificate_logs


def test_the_root_that_is_shipped_can_be_read() -> None:
    found = read_root(production.JSON.replace("\n", "").encode())
    assert {log.host for log in found.logs.values()} >= {"rekor.sigstore.dev"}
    assert found.authorities and found.certificate_logs and found.clocks
