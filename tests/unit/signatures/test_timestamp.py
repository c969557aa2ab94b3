"""Which signed times count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from secguard.signatures.der import encode, parse
from tests.fakes import x509
from tests.fakes.sigstore import Signature, timestamp, trusted_root
from tests.fakes.x509 import CHAIN, CLOCK, CODE, NOW, TIMES, base64, number, oid, purposes, usage
from tests.unit.signatures.checking import OTHER, STATEMENT, check, refused


def timed(**changes: Any) -> Any:
    signature = Signature(STATEMENT)
    moment = changes.pop("moment", NOW)
    message = changes.pop("message", signature.signature)
    signature.timestamps = (timestamp(message, moment, **changes),)
    return signature.bundle()


def test_times_have_to_be_signed_by_a_clock_that_is_trusted() -> None:
    check(timed())
    check(timed(certificates=encode(0xA0, x509.CLOCKS[0].der)))
    assert "of something else" in refused(timed(message=b"x"))
    assert "signature that does not fit" in refused(timed(key=OTHER))
    assert "not granted" in refused(timed(status=1))
    assert "from none that is trusted" in refused(timed(serial=98))
    assert "from none that is trusted" in refused(timed(certificates=encode(0xA0, CHAIN[0].der)))
    assert "from none that is trusted" in refused(timed(), timestampAuthorities=[])
    assert "not valid when" in refused(timed(moment=NOW + timedelta(minutes=6)))
    assert "was not trusted when" in refused(timed(moment=NOW - timedelta(days=301)))
    many = encode(0xA0, x509.CLOCKS[0].der * 9)
    assert "too many certificates" in refused(timed(certificates=many))


def clocks(**changes: Any) -> Any:
    found = trusted_root()["timestampAuthorities"]
    first = replace(x509.CLOCKS[0], **changes)
    found[0]["certChain"]["certificates"][0]["rawBytes"] = base64(first.der)
    return found


@pytest.mark.parametrize(
    "extensions",
    [
        usage(0x80) + purposes(TIMES),
        usage(0x80) + purposes(CODE, critical=True),
        usage(0x80) + purposes(TIMES, CODE, critical=True),
        usage(0x82) + purposes(TIMES, critical=True),
        usage(0x80),
    ],
)
def test_a_clock_has_to_be_made_for_that_alone(extensions: bytes) -> None:
    authorities = clocks(extensions=extensions + x509.key_names(CLOCK, CHAIN[1].key))
    bundle = timed(attributes=_unnamed())
    assert "not made for that" in refused(bundle, timestampAuthorities=authorities)


def _unnamed() -> bytes:
    """Leave out the hash of the certificate."""
    listed = _listed(timestamp(Signature(STATEMENT).signature))
    return b"".join(one for one in listed if oid("1.2.840.113549.1.9.16.2.47") not in one)


def _listed(data: bytes) -> list[bytes]:
    token = parse(data).parts()[1]
    signer = token.parts()[1].parts(0xA0)[0].parts()[-1].parts(0x31)[0]
    return [one.raw for one in signer.parts()[3].parts(0xA0)]


def test_what_a_timestamp_signs_is_compared_whole() -> None:
    signature = Signature(STATEMENT).signature
    listed = _listed(timestamp(signature))
    assert "says something twice" in refused(timed(attributes=b"".join((*listed, listed[0]))))
    for at, why in ((0, "was changed"), (1, "was changed")):
        rest = listed[:at] + listed[at + 1 :]
        assert why in refused(timed(attributes=b"".join(rest)))
    other = encode(0x30, encode(0x30, encode(0x30, encode(0x04, bytes(32)))))
    wrong = encode(0x30, oid("1.2.840.113549.1.9.16.2.47"), encode(0x31, other))
    check(timed(attributes=_unnamed()))
    assert "another certificate" in refused(timed(attributes=_unnamed() + wrong))
    for info in (encode(0x30), encode(0x30, number(1))):
        assert "another structure" in refused(timed(info=info))


def test_a_time_out_of_the_log_counts_only_with_its_promise() -> None:
    bundle = Signature(STATEMENT, timestamps=None).bundle()
    entry = bundle["verificationMaterial"]["tlogEntries"][0]
    entry["integratedTime"] = str(int(NOW.timestamp()) + 1)
    assert "promise" in refused(bundle)
    del entry["inclusionPromise"]
    check(bundle)
