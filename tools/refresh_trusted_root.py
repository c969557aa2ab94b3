"""Writes down whom signatures go back to, after checking the chain of who may say so (TUF).

    python -m tools.refresh_trusted_root

`trusted_root.tuf.json` beside this file is where the chain begins: the root of Sigstore's
repository that was trusted last. From there each newer root has to be signed by enough keys of the
one before and by enough of its own; it names who signs the list of files, and the list has the
digest of the trusted root. Nothing that has expired counts, and nothing that is older than what was
seen before.
Read the diff and run the tests before it is committed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

from secguard.signatures import production
from secguard.signatures.keys import Algorithm, EcKey, EdKey, PublicKey, read_key, read_pem, verify
from secguard.signatures.refused import Refused
from secguard.signatures.root import read_root

SOURCE = "https://tuf-repo-cdn.sigstore.dev"
TARGET = "trusted_root.json"
ROOT = Path(__file__).with_name("trusted_root.tuf.json")
MODULE = Path(production.__file__)
MAX_SIZE = 512 * 1024
MAX_ROTATIONS = 256

Fetch = Callable[[str], "bytes | None"]
"""Gives the file at a path of the repository; None where there is none."""

_TEMPLATE = '''\
"""Whom the public Sigstore's signatures go back to, as its own repository says.

Written by `tools/refresh_trusted_root.py`; do not edit.
"""

from __future__ import annotations

DATE = "{date}"
"""The day on which it was taken over."""
VERSIONS = {versions}
"""Of the root, the timestamp, the snapshot and the targets: they never become less."""
JSON = """\\
{json}
"""
"""The trusted root; its lines are cut anywhere."""
'''


class Rejected(Exception):
    """Something in the repository that must not be followed."""


@dataclass(frozen=True)
class Metadata:
    """The signed part of a file, whose signatures are checked."""

    raw: bytes
    signed: dict[str, Any]

    @property
    def version(self) -> int:
        """Give the number that only ever grows."""
        version = self.signed.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise Rejected("a file of the repository has no version")
        return version

    def expired(self, now: datetime) -> bool:
        """Say whether its time is up."""
        expires = datetime.strptime(str(self.signed.get("expires")), "%Y-%m-%dT%H:%M:%SZ")
        return now >= expires.replace(tzinfo=timezone.utc)


def refreshed(fetch: Fetch, start: bytes, seen: tuple[int, ...], now: datetime) -> Refreshed:
    """Follow the chain from a root that is trusted, and give what it leads to."""
    root = newest(fetch, start)
    if root.expired(now):
        raise Rejected("the newest root has expired, so nobody answers for the others")
    timestamp = _checked(_got(fetch, "timestamp.json"), root, "timestamp", now)
    snapshot = _listed(fetch, timestamp, "snapshot", root, now)
    targets = _listed(fetch, snapshot, "targets", root, now)
    versions = (root.version, timestamp.version, snapshot.version, targets.version)
    if any(new < old for new, old in zip(versions, seen)):
        raise Rejected("the repository gives out older files than it did before")
    entry = _under(targets.signed, "targets", TARGET)
    digest = _under(entry, "hashes").get("sha256")
    data = _got(fetch, f"targets/{digest}.{TARGET}")
    if hashlib.sha256(data).hexdigest() != digest or len(data) != entry.get("length"):
        raise Rejected("the trusted root is another one than the list says")
    if not read_root(data).authorities:
        raise Rejected("the trusted root names no authority")
    return Refreshed(data, root.raw, versions)


@dataclass(frozen=True)
class Refreshed:
    """What the chain led to."""

    trusted_root: bytes
    root: bytes
    versions: tuple[int, ...]


def newest(fetch: Fetch, start: bytes) -> Metadata:
    """Go from a root that is trusted to the newest one, by every one in between."""
    root = _read(start)
    for _ in range(MAX_ROTATIONS):
        data = fetch(f"{root.version + 1}.root.json")
        if data is None:
            return root
        following = _read(data)
        _check_signatures(following, root, "root")
        _check_signatures(following, following, "root")
        if following.version != root.version + 1:
            raise Rejected("a root has another version than its name says")
        root = following
    raise Rejected("there are too many roots")


def _listed(fetch: Fetch, by: Metadata, role: str, root: Metadata, now: datetime) -> Metadata:
    """Take a file whose version, and maybe digest, another file gives."""
    meta = _under(by.signed, "meta", f"{role}.json")
    version = meta.get("version")
    data = _got(fetch, f"{version}.{role}.json")
    wanted = meta.get("hashes", {}).get("sha256", hashlib.sha256(data).hexdigest())
    if hashlib.sha256(data).hexdigest() != wanted or meta.get("length", len(data)) != len(data):
        raise Rejected(f"the file of the {role} is another one than is listed")
    found = _checked(data, root, role, now)
    if found.version != version:
        raise Rejected(f"the file of the {role} has another version than is listed")
    return found


def _checked(data: bytes, root: Metadata, role: str, now: datetime) -> Metadata:
    found = _read(data)
    _check_signatures(found, root, role)
    if found.signed.get("_type") != role:
        raise Rejected(f"the file of the {role} is one of something else")
    if found.expired(now):
        raise Rejected(f"the file of the {role} has expired")
    return found


def _check_signatures(metadata: Metadata, root: Metadata, role: str) -> None:
    """Count the keys of a role that signed; each counts once, under whatever name."""
    told = _under(root.signed, "roles", role)
    threshold = told.get("threshold")
    if root.signed.get("_type") != "root" or not isinstance(threshold, int) or threshold < 1:
        raise Rejected("a root is none")
    keys = {name: _under(root.signed, "keys", name) for name in told.get("keyids", ())}
    message = canonical(metadata.signed)
    signed = set()
    for one in json.loads(metadata.raw)["signatures"]:
        key = _key(keys.get(one.get("keyid")))
        if key is not None and _is_signed(key, str(one.get("sig")), message):
            signed.add(key.spki)
    if len(signed) < threshold:
        raise Rejected(f"the {role} is signed by {len(signed)} keys, and {threshold} are wanted")


def _key(data: dict[str, Any] | None) -> PublicKey | None:
    if data is None:
        return None
    public = str(_under(data, "keyval").get("public"))
    try:
        if data.get("scheme") == "ed25519":
            return read_key(bytes.fromhex("302a300506032b6570032100" + public))
        return read_key(read_pem(public))
    except (Refused, ValueError):
        return None


def _is_signed(key: PublicKey, signature: str, message: bytes) -> bool:
    if not re.fullmatch(r"(?:[0-9a-f]{2}){1,2000}", signature):
        return False
    if isinstance(key, (EcKey, EdKey)):
        return verify(key, bytes.fromhex(signature), message)
    return Algorithm("pss", "sha256").verify(key, bytes.fromhex(signature), message)


def canonical(data: Any) -> bytes:
    """Write JSON in the form in which the repository signs it."""
    if isinstance(data, dict):
        pairs = (canonical(key) + b":" + canonical(data[key]) for key in sorted(data))
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(data, list):
        return b"[" + b",".join(map(canonical, data)) + b"]"
    if isinstance(data, str):
        return b'"' + data.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
    if data is None or isinstance(data, (bool, int)):
        return json.dumps(data).encode()
    raise Rejected("a file of the repository holds a number with a fraction")


def _read(data: bytes) -> Metadata:
    try:
        found = json.loads(data)
        signed, signatures = found["signed"], found["signatures"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Rejected("a file of the repository is none") from None
    if not isinstance(signed, dict) or not isinstance(signatures, list) or len(signatures) > 64:
        raise Rejected("a file of the repository is none")
    return Metadata(data, signed)


def _under(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        found = data.get(key)
        if not isinstance(found, dict):
            raise Rejected(f"a file of the repository has no {key!r}")
        data = found
    return data


def _got(fetch: Fetch, path: str) -> bytes:
    data = fetch(path)
    if data is None:
        raise Rejected(f"the repository has no {path}")
    return data


def module(data: bytes, versions: tuple[int, ...], date: str) -> str:
    """Write the module's text."""
    text = json.dumps(json.loads(data), separators=(",", ":"), sort_keys=True)
    if '"""' in text or "\\" in text:
        raise Rejected("the trusted root holds text that is not written down here")
    lines = "\n".join(text[at : at + 100] for at in range(0, len(text), 100))
    return _TEMPLATE.format(date=date, versions=versions, json=lines)


def _fetcher(source: str) -> Fetch:
    def fetch(path: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{source}/{path}", timeout=30) as answer:  # noqa: S310
                data: bytes = answer.read(MAX_SIZE + 1)
        except urllib.error.HTTPError as error:
            if error.code in (403, 404):
                return None
            raise
        if len(data) > MAX_SIZE:
            raise Rejected(f"{path} is too long")
        return data

    return fetch


def main() -> int:
    """Ask the repository and write what is new."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", default=SOURCE, help="the repository")
    source = parser.parse_args().source
    if not source.startswith("https://"):
        parser.error("the repository is asked over https only")
    now = datetime.now(timezone.utc)
    try:
        found = refreshed(_fetcher(source), ROOT.read_bytes(), production.VERSIONS, now)
    except (Rejected, Refused, OSError) as error:
        print(f"nothing was written: {error}", file=sys.stderr)
        return 1
    ROOT.write_bytes(found.root)
    date = now.date().isoformat()
    MODULE.write_text(module(found.trusted_root, found.versions, date), encoding="utf-8")
    print(f"{MODULE.name}: versions {found.versions}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
