"""The trusted root is taken over only at the end of an unbroken chain."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from typing import Any, Callable

import pytest

from secguard.signatures import production
from tests.fakes.sigstore import trusted_root
from tests.fakes.x509 import Key
from tools.refresh_trusted_root import (
    MODULE,
    ROOT,
    Fetch,
    Rejected,
    canonical,
    module,
    newest,
    refreshed,
)

NOW = datetime(2026, 11, 25, tzinfo=timezone.utc)
OLD_KEYS, NEW_KEYS = tuple(map(Key, (11, 12, 13))), tuple(map(Key, (13, 14, 15)))
ONLINE, TARGETS = Key(21), Key(22)


def key_id(key: Key) -> str:
    return hashlib.sha256(key.spki).hexdigest()


def signed(data: dict[str, Any], *keys: Key) -> bytes:
    listed = [{"keyid": key_id(key), "sig": key.sign(canonical(data)).hex()} for key in keys]
    return json.dumps({"signatures": listed, "signed": data}).encode()


def metadata(kind: str, version: int, **more: Any) -> dict[str, Any]:
    expires = more.pop("expires", "2026-12-01T00:00:00Z")
    return {"_type": kind, "version": version, "expires": expires, "spec_version": "1.0", **more}


def root(version: int, keys: tuple[Key, ...], **more: Any) -> dict[str, Any]:
    roles = {
        "root": {"keyids": [key_id(key) for key in keys], "threshold": 2},
        "timestamp": {"keyids": [key_id(ONLINE)], "threshold": 1},
        "snapshot": {"keyids": [key_id(ONLINE)], "threshold": 1},
        "targets": {"keyids": [key_id(TARGETS)], "threshold": 1},
    }
    known = {
        key_id(key): {
            "keytype": "ecdsa",
            "scheme": "ecdsa-sha2-nistp256",
            "keyval": {"public": key.pem},
        }
        for key in (*keys, ONLINE, TARGETS)
    }
    return metadata("root", version, keys=known, roles=roles, **more)


TRUSTED = json.dumps(trusted_root()).encode()
START = signed(root(1, OLD_KEYS, expires="2026-01-01T00:00:00Z"), *OLD_KEYS)


def repository(**changes: Any) -> dict[str, bytes]:
    """Make a whole repository; changes are put into the parts before they are signed."""
    digest = hashlib.sha256(TRUSTED).hexdigest()
    entry = {"length": len(TRUSTED), "hashes": {"sha256": digest}, **changes.get("entry", {})}
    targets = metadata("targets", 7, targets={"trusted_root.json": entry})
    targets.update(changes.get("targets", {}))
    targets_file = signed(targets, changes.get("targets_key", TARGETS))
    listed = {"version": 7, "hashes": {"sha256": hashlib.sha256(targets_file).hexdigest()}}
    listed.update(changes.get("listed", {}))
    snapshot = metadata("snapshot", 6, meta={"targets.json": listed})
    snapshot.update(changes.get("snapshot", {}))
    timestamp = metadata("timestamp", 5, meta={"snapshot.json": {"version": 6}})
    timestamp.update(changes.get("timestamp", {}))
    second = {**root(2, NEW_KEYS), **changes.get("root", {})}
    return {
        "2.root.json": signed(second, *changes.get("root_keys", (*OLD_KEYS, *NEW_KEYS))),
        "timestamp.json": signed(timestamp, changes.get("online", ONLINE)),
        "6.snapshot.json": signed(snapshot, ONLINE),
        "7.targets.json": targets_file,
        f"targets/{digest}.trusted_root.json": TRUSTED,
    }


def fetching(files: dict[str, bytes]) -> Fetch:
    return files.get


def test_the_whole_chain_is_followed() -> None:
    found = refreshed(fetching(repository()), START, (1, 5, 6, 7), NOW)
    assert (found.trusted_root, found.versions) == (TRUSTED, (2, 5, 6, 7))
    again = refreshed(fetching(repository()), found.root, found.versions, NOW)
    assert again.versions == found.versions


GONE = {"expires": "2026-11-25T00:00:00Z"}
REJECTED: dict[str, tuple[dict[str, Any], str]] = {
    "too few of the old keys": ({"root_keys": NEW_KEYS}, "1 keys, and 2"),
    "too few of the new keys": ({"root_keys": OLD_KEYS}, "1 keys, and 2"),
    "one key twice": ({"root_keys": (OLD_KEYS[0],) * 2 + NEW_KEYS[1:]}, "1 keys, and 2"),
    "a root out of order": ({"root": {"version": 3}}, "another version"),
    "an old root": ({"root": GONE}, "newest root has expired"),
    "an old timestamp": ({"timestamp": GONE}, "timestamp has expired"),
    "an old snapshot": ({"snapshot": GONE}, "snapshot has expired"),
    "an old list": ({"targets": GONE}, "is another one|targets has expired"),
    "a timestamp by another": ({"online": Key(99)}, "0 keys, and 1"),
    "a list by another": ({"targets_key": Key(99)}, "0 keys, and 1"),
    "a timestamp of something else": ({"timestamp": {"_type": "snapshot"}}, "something else"),
    "a list of another version": ({"listed": {"version": 6}}, "no 6.targets.json"),
    "a list of another digest": ({"listed": {"hashes": {"sha256": "00"}}}, "another one"),
    "a list of another length": ({"listed": {"length": 1}}, "another one"),
    "a snapshot of another version": (
        {"snapshot": {"version": 7}},
        "another version than is listed",
    ),
    "a target of another length": ({"entry": {"length": 1}}, "another one than the list says"),
    "a target of another digest": ({"entry": {"hashes": {"sha256": "00"}}}, "has no targets/00"),
    "no target": ({"targets": {"targets": {}}}, "has no 'trusted_root.json'"),
    "no version": ({"timestamp": {"version": True}}, "no version"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_a_broken_chain_is_not_followed(case: str) -> None:
    changes, why = REJECTED[case]
    with pytest.raises(Rejected, match=why):
        refreshed(fetching(repository(**changes)), START, (0, 0, 0, 0), NOW)


@pytest.mark.parametrize("seen", [(3, 0, 0, 0), (0, 6, 0, 0), (0, 0, 7, 0), (0, 0, 0, 8)])
def test_older_files_are_not_taken(seen: tuple[int, ...]) -> None:
    with pytest.raises(Rejected, match="older"):
        refreshed(fetching(repository()), START, seen, NOW)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"{",
        lambda data: b"[]",
        lambda data: b'{"signed": {}, "signatures": 1}',
        lambda data: data.replace(b'"version": 5', b'"version": 8'),
        lambda data: data.replace(b'"1.0"', b"1.5"),
        lambda data: data.replace(b'"sig": "30', b'"sig": "31'),
    ],
)
def test_changed_files_are_not_taken(spoil: Callable[[bytes], bytes]) -> None:
    files = repository()
    files["timestamp.json"] = spoil(files["timestamp.json"])
    with pytest.raises(Rejected):
        refreshed(fetching(files), START, (0, 0, 0, 0), NOW)


def test_roots_without_end_are_not_followed() -> None:
    def fetch(path: str) -> bytes | None:
        version = int(path.partition(".")[0])
        return signed(root(version, OLD_KEYS), *OLD_KEYS[:2])

    with pytest.raises(Rejected, match="too many roots"):
        newest(fetch, START)


def test_a_trusted_root_that_is_none_is_not_taken() -> None:
    files = repository()
    (name,) = (one for one in files if one.startswith("targets/"))
    files[name] = b"x" * len(TRUSTED)
    with pytest.raises(Rejected, match="another one"):
        refreshed(fetching(files), START, (0, 0, 0, 0), NOW)


def test_the_module_in_the_tree_is_what_the_tool_writes() -> None:
    data = production.JSON.replace("\n", "").encode()
    text = module(data, production.VERSIONS, production.DATE)
    assert MODULE.read_text(encoding="utf-8") == text
    with pytest.raises(Rejected):
        module(b'{"a": "\\u0001"}', production.VERSIONS, production.DATE)


def test_the_chain_begins_with_a_root_that_enough_keys_signed() -> None:
    found = newest(lambda _: None, ROOT.read_bytes())
    assert found.version == production.VERSIONS[0]
    assert found.signed["roles"]["root"]["threshold"] >= 3
    # Its signatures hold, so that only its number speaks against it as its own successor.
    with pytest.raises(Rejected, match="another version"):
        newest(lambda _: ROOT.read_bytes(), ROOT.read_bytes())
