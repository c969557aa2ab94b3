"""Which certificates count, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from secguard.signatures.der import encode
from secguard.signatures.identity import Identity
from tests.fakes import x509
from tests.fakes.sigstore import ISSUER, NAME, Leaf, Signature, trusted_root
from tests.fakes.x509 import (
    AUTHORITY,
    CHAIN,
    CODE,
    NOW,
    TIMES,
    base64,
    extension,
    oid,
    purposes,
    usage,
)
from tests.unit.signatures.checking import OTHER, STATEMENT, check, refused


def leaf(**changes: Any) -> Any:
    return Signature(STATEMENT, certificate=Leaf(**changes)).bundle()


BAD_LEAVES: dict[str, tuple[dict[str, Any], str]] = {
    "too early": ({"start": NOW + timedelta(seconds=1)}, "not valid when"),
    "too late": ({"end": NOW - timedelta(seconds=1)}, "not valid when"),
    "another purpose": ({"extensions": usage(0x80) + purposes(TIMES)}, "not made for signing"),
    "no purpose": ({"extensions": usage(0x80)}, "not made for signing"),
    "two purposes": (
        {"extensions": usage(0x80) + purposes(CODE, TIMES)},
        "not made for signing",
    ),
    "no usage": ({"extensions": purposes(CODE)}, "not made for signing"),
    "another usage": ({"extensions": usage(0x40) + purposes(CODE)}, "not made for signing"),
    "may issue": ({"extensions": usage(0x84) + purposes(CODE)}, "one of an authority"),
    "an authority": ({"more": x509.is_authority()}, "one of an authority"),
    "critical": ({"more": extension("1.2.3", b"\x05\x00", True)}, "critical extension"),
    "forged": ({"issuer_key": OTHER}, "not issued by an authority"),
    "not shown": ({"shown": False}, "shown to no transparency log"),
    "promise forged": ({"log": OTHER}, "is forged"),
    "twice": ({"more": usage(0x80)}, "extension twice"),
    "two names": (
        {"names": encode(0x86, NAME.encode()) + encode(0x86, b"x")},
        "another number of identities",
    ),
    "a host": ({"names": encode(0x82, NAME.encode())}, "unknown kind"),
    "not ascii": ({"names": encode(0x86, "é".encode())}, "unknown kind"),
    "no bits": ({"extensions": purposes(CODE) + extension("2.5.29.15", b"\x03\x01\x00")}, "none"),
}


@pytest.mark.parametrize("case", BAD_LEAVES)
def test_other_certificates_do_not_count(case: str) -> None:
    changes, why = BAD_LEAVES[case]
    assert why in refused(leaf(**changes))


@pytest.mark.parametrize(
    ("old", "new"), [(ISSUER, None), (None, ISSUER), ("https://evil", ISSUER), (None, None)]
)
def test_who_vouches_is_said_once_or_twice_the_same(old: str | None, new: str | None) -> None:
    bundle = leaf(issuers=(old, new))
    if {old, new} - {None} == {ISSUER}:
        check(bundle)
    else:
        assert "vouches" in refused(bundle)


def test_a_certificate_may_name_an_address_or_a_user() -> None:
    check(leaf(names=encode(0x81, b"a@acme.example")), Identity("*@acme.example", ISSUER))
    user = encode(0xA0, oid("1.3.6.1.4.1.57264.1.7"), encode(0xA0, encode(0x0C, b"someone")))
    check(leaf(names=user), Identity("someone", ISSUER))
    other = encode(0xA0, oid("1.2.3"), encode(0xA0, encode(0x0C, b"someone")))
    assert "unknown kind" in refused(leaf(names=other), Identity("someone", ISSUER))


def chain(*certificates: x509.Cert) -> Any:
    found = trusted_root()["certificateAuthorities"]
    listed = [{"rawBytes": base64(one.der)} for one in certificates]
    found[0]["certChain"]["certificates"] = listed
    return found


MIDDLE, TOP = CHAIN
NAMES = x509.key_names(AUTHORITY, TOP.key)
BAD_CHAINS = {
    "no authority": (usage(0x06) + NAMES, "may not issue any"),
    "not critical": (
        extension("2.5.29.19", encode(0x30, b"\x01\x01\xff")) + usage(0x06) + NAMES,
        "may not issue any",
    ),
    "no usage": (x509.is_authority() + NAMES, "may not issue any"),
    "another usage": (x509.is_authority() + usage(0x80) + NAMES, "may not issue any"),
    "another purpose": (
        x509.is_authority() + usage(0x06) + NAMES + purposes("1.3.6.1.5.5.7.3.1"),
        "may not issue any",
    ),
    "names restricted": (
        x509.is_authority() + usage(0x06) + NAMES + extension("2.5.29.30", encode(0x30), True),
        "critical extension",
    ),
    "another key name": (
        x509.is_authority() + usage(0x06) + x509.key_names(OTHER, TOP.key),
        "not issued by an authority",
    ),
}


@pytest.mark.parametrize("case", BAD_CHAINS)
def test_authorities_have_to_be_ones(case: str) -> None:
    extensions, why = BAD_CHAINS[case]
    authorities = chain(replace(MIDDLE, extensions=extensions), TOP)
    assert why in refused(Signature(STATEMENT).bundle(), certificateAuthorities=authorities)


def test_no_more_authorities_may_follow_than_one_says() -> None:
    none = replace(TOP, extensions=TOP.extensions.replace(x509.is_authority(), b""))
    limited = x509.is_authority(0) + none.extensions
    authorities = chain(MIDDLE, replace(TOP, extensions=limited))
    assert "may not issue" in refused(
        Signature(STATEMENT).bundle(), certificateAuthorities=authorities
    )


def test_an_authority_counts_while_it_is_trusted() -> None:
    authorities = trusted_root()["certificateAuthorities"]
    authorities[0]["validFor"] = {"start": "2020-01-01T00:00:00Z", "end": "2026-05-01T12:00:00Z"}
    check(Signature(STATEMENT).bundle(), certificateAuthorities=authorities)
    authorities[0]["validFor"]["end"] = "2026-05-01T11:59:59.9Z"
    assert "was not trusted when" in refused(
        Signature(STATEMENT).bundle(), certificateAuthorities=authorities
    )


@pytest.mark.parametrize("name", ["tlogs", "ctlogs"])
def test_a_log_counts_while_it_is_trusted(name: str) -> None:
    logs = trusted_root()[name]
    logs[0]["publicKey"]["validFor"]["end"] = "2026-04-30T00:00:00Z"
    assert "was not trusted then" in refused(Signature(STATEMENT).bundle(), **{name: logs})
    assert "not trusted" in refused(Signature(STATEMENT).bundle(), **{name: []})
