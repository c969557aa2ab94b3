"""Attaches signatures to the images of the registry, in each of the forms that there are."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tests.fakes.registry import INDEX, MANIFEST, Registry, encoded
from tests.fakes.sigstore import BUNDLE, Signature, simple, statement
from tests.fakes.x509 import LOG, base64, compact, pem

EMPTY = "application/vnd.oci.empty.v1+json"
SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json"
NOTATION = "application/vnd.cncf.notary.signature"


def attach_bundle(
    registry: Registry,
    name: str,
    image: str,
    bundle: Any = None,
    *,
    by_tag: bool = False,
    kind: str = BUNDLE,
    listed: str = "",
    subject: str = "",
) -> str:
    """Attach a bundle; by the call for what refers to an image, or by the tag that stands in.

    `listed` is the type under which it is listed, where that is another one.
    """
    body = compact(bundle if bundle is not None else Signature(statement(image)).bundle())
    config = registry.put(EMPTY, b"{}")
    layer = {"mediaType": kind, "digest": registry.put(kind, body), "size": len(body)}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": kind,
        "config": {"mediaType": EMPTY, "digest": config, "size": 2},
        "layers": [layer],
        "subject": {"mediaType": INDEX, "digest": subject or image, "size": 1},
    }
    found = registry.put(MANIFEST, encoded(manifest))
    refer(registry, name, image, found, listed or kind, by_tag=by_tag)
    return found


def refer(
    registry: Registry, name: str, image: str, other: str, kind: str, *, by_tag: bool = False
) -> None:
    """List one more thing that refers to an image."""
    place = (name, image.replace(":", "-") if by_tag else f"referrers:{image}")
    listed: list[Any] = []
    if place in registry.names:
        listed = json.loads(registry.bodies[registry.names[place]][1])["manifests"]
    listed.append({"mediaType": MANIFEST, "digest": other, "size": 1, "artifactType": kind})
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}
    registry.names[place] = registry.put(INDEX, encoded(index))


def log_entry(made: Signature) -> dict[str, Any]:
    """Give the entry of a log as the log itself gives it."""
    raw = compact(made.body)
    payload = {
        "body": b64encode(raw).decode(),
        "integratedTime": int(made.moment.timestamp()),
        "logIndex": 1,
        "logID": LOG.id.hex(),
    }
    return {"SignedEntryTimestamp": base64(made.promise(raw)), "Payload": payload}


def attach_simple(
    registry: Registry,
    name: str,
    image: str,
    signature: Signature | None = None,
    **annotations: Any,
) -> None:
    """Attach a signature in the older form; annotations take the place of what fits."""
    made = signature or Signature(simple(image), is_statement=False)
    found = {"dev.cosignproject.cosign/signature": base64(made.signature)}
    if made.certificate is not None:
        found["dev.sigstore.cosign/certificate"] = pem(made.certificate.der, "CERTIFICATE")
    if made.in_log:
        found["dev.sigstore.cosign/bundle"] = json.dumps(log_entry(made))
    found.update(annotations)
    config = registry.put("application/vnd.oci.image.config.v1+json", b"{}")
    place = (name, f"{image.replace(':', '-')}.sig")
    layers: list[Any] = []
    if place in registry.names:
        layers = json.loads(registry.bodies[registry.names[place]][1])["layers"]
    payload = registry.put(SIMPLE, made.message)
    size = len(made.message)
    layers.append({"mediaType": SIMPLE, "digest": payload, "size": size, "annotations": found})
    kind = "application/vnd.oci.image.config.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": kind, "digest": config, "size": 2},
        "layers": layers,
    }
    registry.names[place] = registry.put(MANIFEST, encoded(manifest))
