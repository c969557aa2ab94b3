"""Checks that a signature stands in a transparency log (RFC 6962, and signed notes)."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Mapping

from secguard.signatures import keys
from secguard.signatures.keys import EdKey
from secguard.signatures.message import Message
from secguard.signatures.refused import Refused
from secguard.signatures.root import Log, log_algorithm

MAX_NOTE = 16 * 1024

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST_SECOND = 253_402_300_799
_HEAD = re.compile(r"([^\n]{1,500})\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")
_SIGNATURE = re.compile("\u2014 ([^ \n]{1,500}) ([A-Za-z0-9+/=]{8,1000})")


@dataclass(frozen=True)
class Entry:
    """An entry of a log, with what proves that it is one."""

    log_id: bytes
    index: int
    body: bytes
    kind: tuple[str, str] = ("", "")
    """What it is an entry of, and of which version."""
    seconds: int = 0
    """When it was taken in; 0 where the log does not say."""
    promise: bytes = b""
    proof: Proof | None = None


@dataclass(frozen=True)
class Proof:
    """The way from an entry to what the log has signed."""

    index: int
    size: int
    root: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str


def read_entry(one: Message) -> Entry:
    """Read an entry as bundles hold it."""
    kind = one.message("kindVersion", "kind", "version")
    promise = one.maybe("inclusionPromise", "signedEntryTimestamp")
    proof = one.maybe("inclusionProof", "logIndex", "rootHash", "treeSize", "hashes", "checkpoint")
    return Entry(
        one.message("logId", "keyId").octets("keyId"),
        one.number("logIndex"),
        one.octets("canonicalizedBody"),
        (kind.text("kind"), kind.text("version")),
        one.number("integratedTime") if "integratedTime" in one else 0,
        promise.octets("signedEntryTimestamp") if promise is not None else b"",
        _proof(proof) if proof is not None else None,
    )


def _proof(one: Message) -> Proof:
    return Proof(
        one.number("logIndex"),
        one.number("treeSize"),
        one.octets("rootHash"),
        one.all_octets("hashes"),
        one.message("checkpoint", "envelope").text("envelope"),
    )


def check_entry(entry: Entry, logs: Mapping[bytes, Log]) -> Log:
    """Refuse an entry that its log did not sign, in every way in which it says that it did."""
    log = logs.get(entry.log_id)
    if log is None:
        raise Refused("it stands in a log that is not trusted")
    if entry.proof is not None:
        _check_proof(entry.body, entry.proof)
        _check_checkpoint(entry.proof, log, entry.log_id)
    if entry.promise:
        _check_promise(entry, log)
    if entry.proof is None and not entry.promise:
        raise Refused("it has no proof that it stands in a log")
    return log


def taken_in(entry: Entry, log: Log) -> datetime | None:
    """Say when an entry was taken in, where its log promises that; None where it does not."""
    if not entry.promise or not entry.seconds:
        return None
    if entry.seconds > _LAST_SECOND:
        raise Refused("it has a time that is none")
    moment = _EPOCH + timedelta(seconds=entry.seconds)
    if not log.period.holds(moment):
        raise Refused("the log in which it stands was not trusted then")
    return moment


def _check_proof(body: bytes, proof: Proof) -> None:
    """Compute the root of the tree from the entry upwards."""
    if proof.index >= proof.size or {len(one) for one in proof.hashes} - {32}:
        raise Refused("the proof that it stands in a log is none")
    inner = (proof.index ^ (proof.size - 1)).bit_length()
    border = bin(proof.index >> inner).count("1")
    if len(proof.hashes) != inner + border:
        raise Refused("the proof that it stands in a log has another length than it should")
    found = hashlib.sha256(b"\x00" + body).digest()
    for at, other in enumerate(proof.hashes):
        left = at >= inner or proof.index >> at & 1
        pair = other + found if left else found + other
        found = hashlib.sha256(b"\x01" + pair).digest()
    if found != proof.root:
        raise Refused("the proof that it stands in a log does not fit")


def _check_checkpoint(proof: Proof, log: Log, log_id: bytes) -> None:
    text, gap, tail = proof.checkpoint.partition("\n\n")
    head = _HEAD.fullmatch(text + "\n")
    if len(proof.checkpoint) > MAX_NOTE or not gap or head is None or not tail.endswith("\n"):
        raise Refused("the checkpoint of its log is damaged")
    if b64decode(head[3]) != proof.root or int(head[2]) != proof.size:
        raise Refused("the checkpoint of its log is one of another state")
    # NOTE: older logs sign with the name of whatever machine they run on.
    origin = log.host if isinstance(log.key, EdKey) else head[1].partition(" - ")[0]
    if head[1].partition(" - ")[0] != origin:
        raise Refused("the checkpoint of its log is one of another log")
    signatures = [_signature(line) for line in tail[:-1].split("\n")]
    for name, data in signatures:
        # NOTE: the first one counts, as with others who check this.
        if data[:4] == log_id[:4] and name == origin:
            if not _is_signed(log, data[4:], f"{text}\n".encode()):
                raise Refused("the checkpoint of its log has a signature that does not fit")
            return
    raise Refused("the checkpoint of its log is not signed by the log")


def _signature(line: str) -> tuple[str, bytes]:
    """Read a line with who signed a checkpoint, and how."""
    found = _SIGNATURE.fullmatch(line)
    try:
        data = b64decode(found[2], validate=True) if found else b""
    except ValueError:
        data = b""
    if found is None or len(data) < 5:
        raise Refused("the checkpoint of its log is damaged")
    return found[1], data


def _check_promise(entry: Entry, log: Log) -> None:
    promised = {
        "body": b64encode(entry.body).decode("ascii"),
        "integratedTime": entry.seconds,
        "logID": entry.log_id.hex(),
        "logIndex": entry.index,
    }
    data = json.dumps(promised, separators=(",", ":"), sort_keys=True).encode("ascii")
    if not _is_signed(log, entry.promise, data):
        raise Refused("the promise of its log has a signature that does not fit")


def _is_signed(log: Log, signature: bytes, data: bytes) -> bool:
    if isinstance(log.key, EdKey):
        return keys.verify(log.key, signature, data)
    return log_algorithm(log.key).verify(log.key, signature, data)
