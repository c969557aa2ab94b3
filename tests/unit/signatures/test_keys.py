"""Signatures of every kind, compared with openssl and with published vectors."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

from secguard.signatures import edwards, elliptic
from secguard.signatures.der import encode, parse
from secguard.signatures.keys import (
    Algorithm,
    EcKey,
    RsaKey,
    key_id,
    read_algorithm,
    read_hash,
    read_key,
    read_pem,
    read_pems,
    verify,
)
from secguard.signatures.refused import Refused
from tests.fakes.x509 import SIGNER, Key, number, oid, pem

MESSAGE = b"what is signed"
KINDS = {
    "p256": (("EC", "ec_paramgen_curve:P-256"), Algorithm("ecdsa", "sha256"), ()),
    "p384": (("EC", "ec_paramgen_curve:P-384"), Algorithm("ecdsa", "sha384"), ()),
    "p521": (("EC", "ec_paramgen_curve:P-521"), Algorithm("ecdsa", "sha512"), ()),
    "p521-sha256": (("EC", "ec_paramgen_curve:P-521"), Algorithm("ecdsa", "sha256"), ()),
    "rsa": (("RSA", "rsa_keygen_bits:2048"), Algorithm("rsa", "sha256"), ()),
    "rsa-odd": (("RSA", "rsa_keygen_bits:2049"), Algorithm("rsa", "sha512"), ()),
    "pss": (("RSA", "rsa_keygen_bits:2048"), Algorithm("pss", "sha256"), ("pss",)),
    "pss-odd": (("RSA", "rsa_keygen_bits:2049"), Algorithm("pss", "sha384"), ("pss",)),
}


def openssl(folder: Path, *arguments: str) -> bytes:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    done = subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout


def altered(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


@pytest.mark.parametrize("kind", KINDS)
def test_what_openssl_signs_fits_and_nothing_else_does(tmp_path: Path, kind: str) -> None:
    (name, option), algorithm, more = KINDS[kind]
    openssl(tmp_path, "genpkey", "-algorithm", name, "-pkeyopt", option, "-out", "key")
    key = read_key(read_pem(openssl(tmp_path, "pkey", "-in", "key", "-pubout").decode()))
    (tmp_path / "message").write_bytes(MESSAGE)
    padding = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
    for _ in range(3):
        signature = openssl(
            tmp_path,
            *("dgst", f"-{algorithm.hash}", *(padding if more else ()), "-sign", "key", "message"),
        )
        assert algorithm.verify(key, signature, MESSAGE)
        assert not algorithm.verify(key, signature, MESSAGE + b"!")
        for at in (0, 5, len(signature) // 2, len(signature) - 1):
            assert not algorithm.verify(key, altered(signature, at), MESSAGE)
        assert not algorithm.verify(key, signature + b"\x00", MESSAGE)
        assert not algorithm.verify(key, b"", MESSAGE)
        other = "ecdsa" if algorithm.name != "ecdsa" else "rsa"
        assert not Algorithm(other, algorithm.hash).verify(key, signature, MESSAGE)
        if kind in ("p256", "p384", "p521", "p521-sha256", "rsa"):
            assert verify(key, signature, MESSAGE)


def test_what_openssl_signs_with_ed25519_fits(tmp_path: Path) -> None:
    openssl(tmp_path, "genpkey", "-algorithm", "ed25519", "-out", "key")
    key = read_key(read_pem(openssl(tmp_path, "pkey", "-in", "key", "-pubout").decode()))
    (tmp_path / "message").write_bytes(MESSAGE)
    signature = openssl(tmp_path, "pkeyutl", "-sign", "-inkey", "key", "-rawin", "-in", "message")
    assert verify(key, signature, MESSAGE)
    for at in range(0, 64, 7):
        assert not verify(key, altered(signature, at), MESSAGE)
    assert not verify(key, signature, MESSAGE + b"!")
    assert not verify(key, signature[:-1], MESSAGE)


VECTORS = [  # RFC 8032, section 7.1
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_published_vectors_fit(key: str, message: str, signature: str) -> None:
    data = [bytes.fromhex(one) for one in (key, signature, message)]
    assert edwards.verify(*data)
    s = int.from_bytes(data[1][32:], "little") + 2**252 + 27742317777372353535851937790883648493
    assert not edwards.verify(data[0], data[1][:32] + s.to_bytes(32, "little"), data[2])


@pytest.mark.parametrize(
    "key",
    [
        "00" * 32,  # of order 4
        "01" + "00" * 31,  # zero
        "01" + "00" * 30 + "80",  # zero with a sign
        "ec" + "ff" * 30 + "7f",  # of order 2
        "ed" + "ff" * 30 + "7f",  # zero, not reduced
        "ee" + "ff" * 30 + "7f",  # one, not reduced
        "02" + "00" * 31,  # no point
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  # of order 8
        "00" * 31,
    ],
)
def test_keys_that_fit_everything_or_nothing_are_refused(key: str) -> None:
    with pytest.raises(Refused, match="no point"):
        edwards.check_key(bytes.fromhex(key))


def test_a_key_off_its_curve_is_refused() -> None:
    spki = bytearray(SIGNER.spki)
    spki[-1] ^= 1
    with pytest.raises(Refused, match="no point"):
        read_key(bytes(spki))
    for point in (b"\x00", b"\x02" + bytes(32), b"\x04" + b"\xff" * 64, b"\x04" + bytes(64)):
        with pytest.raises(Refused, match="no point"):
            elliptic.point(elliptic.P256, point)


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (0, 0), (elliptic.P256.n, 1), (-1, 5)])
def test_ecdsa_numbers_out_of_range_never_fit(r: int, s: int) -> None:
    key = read_key(SIGNER.spki)
    assert isinstance(key, EcKey)
    minus = encode(0x02, b"\xff") if r < 0 else number(r)
    assert not elliptic.verify(key.curve, key.point, encode(0x30, minus, number(s)), bytes(32))


def test_a_signature_at_infinity_never_fits() -> None:
    # With the generator as key, r = -digest makes the sum of both points nothing.
    curve = elliptic.P256
    digest = 5
    signature = encode(0x30, number(curve.n - digest), number(1))
    assert not elliptic.verify(curve, (curve.x, curve.y), signature, digest.to_bytes(32, "big"))


def test_points_that_are_the_same_are_doubled() -> None:
    # With the generator as key, both halves of the sum meet in one point.
    curve = elliptic.P256
    signature = Key(1).sign(MESSAGE)
    assert elliptic.verify(curve, (curve.x, curve.y), signature, hashlib.sha256(MESSAGE).digest())


def test_a_coordinate_above_the_order_counts_as_its_rest() -> None:
    assert Algorithm("ecdsa", "sha256").verify(read_key(SIGNER.spki), SIGNER.sign(b"1"), b"1")


def rsa(n: int, e: int) -> bytes:
    kind = encode(0x30, oid("1.2.840.113549.1.1.1"), b"\x05\x00")
    return encode(0x30, kind, encode(0x03, b"\x00" + encode(0x30, number(n), number(e))))


@pytest.mark.parametrize(
    ("n", "e"), [(2**1023 + 1, 65537), (2**8192 + 1, 65537), (2**2047 + 1, 1), (2**2047, 65537)]
)
def test_rsa_keys_of_other_sizes_are_refused(n: int, e: int) -> None:
    with pytest.raises(Refused, match="size"):
        read_key(rsa(n, e))


def test_rsa_padding_is_compared_whole() -> None:
    # An exponent of three and a modulus without factors that matter: a cube root forges lax checks.
    prefix = bytes.fromhex("3031300d060960864801650304020105000420")
    digest = hashlib.sha256(MESSAGE).digest()
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + prefix + digest
    wanted = int.from_bytes(start + b"\xff" * (384 - len(start)), "big")
    root = 1 << (wanted.bit_length() // 3 + 1)
    for _ in range(5_000):
        better = (2 * root + wanted // root**2) // 3
        if better >= root:
            break
        root = better
    forged = root**3
    assert forged.to_bytes(384, "big").startswith(start)
    key = read_key(rsa(2**3071 + 1, 3))
    assert isinstance(key, RsaKey)
    assert not Algorithm("rsa", "sha256").verify(key, root.to_bytes(384, "big"), MESSAGE)


def test_keys_of_unknown_kinds_are_refused() -> None:
    dsa = encode(0x30, encode(0x30, oid("1.2.840.10040.4.1")), encode(0x03, b"\x00\x04"))
    curve = encode(0x30, oid("1.2.840.10045.2.1"), oid("1.3.132.0.10"))
    for spki in (dsa, encode(0x30, curve, encode(0x03, b"\x00\x04"))):
        with pytest.raises(Refused, match="kind that is not known"):
            read_key(spki)


def test_pem_is_read_whole_or_not_at_all() -> None:
    text = SIGNER.pem
    assert read_pem(text) == read_pem(text.replace("\n", "\r\n")) == SIGNER.spki
    assert read_pems(text * 2, "PUBLIC KEY", 2) == (SIGNER.spki,) * 2
    for other in ("", "x", text * 2, text + "x", pem(b"1", "CERTIFICATE"), text[:-20]):
        with pytest.raises(Refused, match="it is not the PEM of a public key"):
            read_pem(other)
    with pytest.raises(Refused, match="damaged"):
        read_pem(text.replace("M", "=", 1))


def test_a_key_is_named_by_its_digest() -> None:
    assert key_id(read_key(SIGNER.spki)) == SIGNER.id


PSS = "MD0GCSqGSIb3DQEBCjAwoA0wCwYJYIZIAWUDBAIBoRowGAYJKoZIhvcNAQEIMAsGCWCGSAFlAwQCAaIDAgEg"


def test_ways_of_signing_are_told_by_their_names() -> None:
    name = encode(0x30, oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00")
    mask = encode(0x30, oid("1.2.840.113549.1.1.8"), name)
    salt = encode(0xA2, number(32))
    pss = encode(0x30, encode(0xA0, name), encode(0xA1, mask), salt)
    data = encode(0x30, oid("1.2.840.113549.1.1.10"), pss)
    assert read_algorithm(parse(data)) == Algorithm("pss", "sha256")
    for bad in (
        b64decode(PSS),
        encode(0x30, oid("1.2.840.113549.1.1.10"), encode(0x30)),
        encode(0x30, oid("1.2.840.113549.1.1.5"), b"\x05\x00"),
        encode(0x30, oid("1.2.840.113549.1.1.11")),
        encode(0x30, oid("1.2.840.10045.4.3.2"), b"\x05\x00"),
        encode(0x30, oid("1.3.101.112")),
    ):
        with pytest.raises(Refused, match=r"way that is not known|another structure|goes on"):
            read_algorithm(parse(bad))
    with pytest.raises(Refused, match="hash that does not count"):
        read_hash(parse(encode(0x30, oid("1.3.14.3.2.26"))))
