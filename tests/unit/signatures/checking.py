"""A signature to check, and what to change about it."""

from __future__ import annotations

import hashlib
from typing import Any, Callable

import pytest

from secguard.signatures.identity import Identity
from secguard.signatures.keys import read_key
from secguard.signatures.refused import Refused
from secguard.signatures.root import TrustedRoot, read_root
from secguard.signatures.verify import verify_artifact
from tests.fakes.sigstore import ISSUER, NAME, statement, trusted_root
from tests.fakes.x509 import SIGNER, Key, compact

ARTIFACT = b"an artifact"
DIGEST = hashlib.sha256(ARTIFACT).digest()
STATEMENT = statement(f"sha256:{DIGEST.hex()}")
WHO = Identity(NAME, ISSUER)
KEY = read_key(SIGNER.spki)
OTHER = Key(4711)

Change = Callable[[Any], None]


def root(**changes: Any) -> TrustedRoot:
    return read_root(compact(trusted_root(**changes)))


def check(bundle: Any, who: Any = WHO, **changes: Any) -> None:
    verify_artifact(compact(bundle), DIGEST, who, root(**changes))


def refused(bundle: Any, who: Any = WHO, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        check(bundle, who, **changes)
    return caught.value.message


def set_(*path: str, to: Any) -> Change:
    def change(bundle: Any) -> None:
        data = bundle
        for key in path[:-1]:
            data = data[int(key)] if isinstance(data, list) else data[key]
        data[path[-1]] = to

    return change
