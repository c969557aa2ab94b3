"""The conformance cases of the Sigstore project, where they are beside the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parents[3] / "shared" / "sigstore-conformance" / "bundle-verify"
NAME = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/"
    "workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"


@dataclass(frozen=True)
class Case:
    """A bundle, and by what it is to be checked."""

    bundle: bytes
    artifact: bytes
    name: str
    issuer: str
    key: bytes | None
    root: bytes | None
    """None for the one of the public instance."""


def case(name: str) -> Case:
    """Read a case; what it does not say is the same for all."""
    folder = CASES / name

    def read(part: str) -> bytes | None:
        path = folder / part
        return path.read_bytes() if path.is_file() else None

    who, issuer = read("identity"), read("issuer")
    return Case(
        (folder / "bundle.sigstore.json").read_bytes(),
        read("artifact") or (CASES / "a.txt").read_bytes(),
        who.decode().strip() if who is not None else NAME,
        issuer.decode().strip() if issuer is not None else ISSUER,
        read("key.pub"),
        read("trusted_root.json"),
    )
