"""Finds what signs an image beside it in its registry, and believes only what fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping
from urllib.parse import urlsplit

from secguard.net.failure import AskError, Failure
from secguard.oci.client import Client
from secguard.oci.content import (
    MAX_MANIFEST,
    digest_of,
    is_digest,
    parse_json,
    parse_manifest,
    untrusted,
)
from secguard.oci.reference import Reference

MAX_ATTACHED = 50
"""Signatures of one image that are looked at; more are no reason to take the first ones only."""
MAX_LISTED = 1_000
MAX_PAGES = 5
MAX_BUNDLE = 1024 * 1024
MAX_PAYLOAD = 64 * 1024

BUNDLE = "application/vnd.dev.sigstore.bundle"
"""What the type of every bundle begins with."""
SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json"
_OTHERS = {"application/vnd.cncf.notary.signature": "Notation"}
# NOTE: cosign lists its bundles under the type of their config, which is none.
_UNTOLD = ("", "application/vnd.oci.empty.v1+json", "application/vnd.oci.image.config.v1+json")
_NO_SUCH_CALL = (400, 405, 501)


@dataclass(frozen=True)
class Simple:
    """A signature as cosign has long attached them."""

    payload: bytes
    annotations: Mapping[str, str]


@dataclass(frozen=True)
class Attached:
    """What says that somebody signed an image; nothing of it is checked."""

    bundles: tuple[bytes, ...] = ()
    simple: tuple[Simple, ...] = ()
    others: tuple[str, ...] = ()
    """The names of ways to sign that nothing here checks."""


def attached(client: Client, reference: Reference, digest: str) -> Attached:
    """Find the signatures of an image; raise AskError where that cannot be told."""
    simple = tuple(_simple(client, reference, digest))
    bundles: list[bytes] = []
    others: set[str] = set()
    looked_at = len(simple)
    for kind, one in _referrers(client, reference, digest):
        if not kind.startswith(BUNDLE) and kind not in (*_OTHERS, *_UNTOLD):
            continue
        looked_at += 1
        if looked_at > MAX_ATTACHED:
            raise _too_many()
        manifest = _document(client, reference, one)
        subject, own = manifest.get("subject"), str(manifest.get("artifactType"))
        if not isinstance(subject, dict) or subject.get("digest") != digest:
            continue
        if own in _OTHERS:
            others.add(_OTHERS[own])
        elif own.startswith(BUNDLE):
            bundles += (
                _blob(client, reference, layer, MAX_BUNDLE)
                for layer in _list(manifest, "layers", 1)
                if str(layer.get("mediaType")).startswith(BUNDLE)
            )
    return Attached(tuple(bundles), simple, tuple(sorted(others)))


def _simple(client: Client, reference: Reference, digest: str) -> Iterator[Simple]:
    """Yield what stands under the tag that is made of the digest."""
    manifest = _document(client, reference, f"{digest.replace(':', '-')}.sig")
    layers = [
        layer for layer in _list(manifest, "layers", MAX_LISTED) if layer.get("mediaType") == SIMPLE
    ]
    if len(layers) > MAX_ATTACHED:
        raise _too_many()
    for layer in layers:
        annotations = layer.get("annotations", {})
        if not isinstance(annotations, dict):
            raise untrusted("sends a manifest of an unknown form")
        if not all(isinstance(text, str) for text in annotations.values()):
            raise untrusted("sends a manifest of an unknown form")
        yield Simple(_blob(client, reference, layer, MAX_PAYLOAD), annotations)


def _referrers(client: Client, reference: Reference, digest: str) -> Iterator[tuple[str, str]]:
    """Yield type and digest of all that refers to an image, in the order of the registry."""
    path, found = f"referrers/{digest}", 0
    for page in range(MAX_PAGES):
        try:
            answer = client.get(reference, path, MAX_MANIFEST)
        except AskError as error:
            if error.failure is not Failure.MISSING or page:
                raise
            answer = None
        if answer is None or answer.status in _NO_SUCH_CALL:
            # NOTE: registries without this call keep the list under a tag.
            listed: Any = _document(client, reference, digest.replace(":", "-"))
            link = ""
        elif answer.status != 200:
            raise AskError(Failure.UNREACHABLE, f"answers with status {answer.status}")
        else:
            parse_manifest(answer.body, answer.headers.get("content-type", ""))
            listed, link = parse_json(answer.body), answer.headers.get("link", "")
        entries = _list(listed, "manifests", MAX_LISTED)
        for entry in entries:
            kind, one = entry.get("artifactType", ""), entry.get("digest")
            if isinstance(kind, str) and isinstance(one, str) and is_digest(one):
                yield kind, one
        found += len(entries)
        query = _query(link)
        if not query or found > MAX_LISTED:
            break
        path = f"referrers/{digest}?{query}"
    else:
        raise _too_many()


def _query(link: str) -> str:
    start, end = link.find("<"), link.find(">")
    if 'rel="next"' not in link or not 0 <= start < end < 2_000:
        return ""
    try:
        return urlsplit(link[start + 1 : end]).query
    except ValueError:
        raise untrusted("names an address that is none") from None


def _document(client: Client, reference: Reference, wanted: str) -> dict[str, Any]:
    """Take a manifest as it is; an empty one for a tag that is not there."""
    try:
        answer = client.get(reference, f"manifests/{wanted}", MAX_MANIFEST)
    except AskError as error:
        if error.failure is Failure.MISSING and not is_digest(wanted):
            return {}
        raise
    if answer.status != 200:
        raise AskError(Failure.UNREACHABLE, f"answers with status {answer.status}")
    if is_digest(wanted) and digest_of(answer.body, wanted) != wanted:
        raise untrusted("sends other content than the digest says")
    parse_manifest(answer.body, answer.headers.get("content-type", ""))
    found: dict[str, Any] = parse_json(answer.body)
    return found


def _blob(client: Client, reference: Reference, layer: Mapping[str, Any], limit: int) -> bytes:
    digest, size = layer.get("digest"), layer.get("size")
    if not isinstance(digest, str) or not is_digest(digest) or not isinstance(size, int):
        raise untrusted("names content without a digest")
    if size > limit:
        raise untrusted("has a signature that is too long")
    answer = client.get(reference, f"blobs/{digest}", limit)
    if answer.status != 200:
        raise AskError(Failure.UNREACHABLE, f"answers with status {answer.status}")
    if digest_of(answer.body, digest) != digest:
        raise untrusted("sends other content than the digest says")
    return answer.body


def _list(data: Mapping[str, Any], key: str, most: int) -> list[dict[str, Any]]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise untrusted("sends a manifest of an unknown form")
    if len(found) > most:
        raise _too_many()
    return found


def _too_many() -> AskError:
    return AskError(Failure.UNREACHABLE, "has more signatures of it than are looked at")
