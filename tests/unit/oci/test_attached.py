"""What is attached to an image is found in every form, and nothing that does not fit."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from secguard.net.failure import AskError, Failure
from secguard.oci.attached import SIMPLE, attached
from tests.fakes.registry import INDEX, MANIFEST, Registry, encoded
from tests.fakes.signed import NOTATION, attach_bundle, attach_simple, refer
from tests.unit.oci.asking import client_for, image

NAME = "acme/app"


@pytest.fixture
def registry() -> Any:
    with Registry() as registry:
        yield registry


def found(registry: Registry, digest: str) -> Any:
    return attached(client_for(registry), image(registry), digest)


def failed(registry: Registry, digest: str) -> AskError:
    with pytest.raises(AskError) as caught:
        found(registry, digest)
    return caught.value


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_every_form_is_found(registry: Registry, algorithm: str) -> None:
    digest = registry.image(NAME, "1", algorithm=algorithm)
    assert found(registry, digest) == found(registry, digest)
    assert not found(registry, digest).bundles
    attach_simple(registry, NAME, digest)
    attach_bundle(registry, NAME, digest)
    attach_bundle(registry, NAME, digest, kind=NOTATION)
    attach_bundle(registry, NAME, digest, kind="application/vnd.example")
    there = found(registry, digest)
    assert (len(there.bundles), len(there.simple), there.others) == (1, 1, ("Notation",))
    assert "dev.cosignproject.cosign/signature" in there.simple[0].annotations


def test_both_ways_of_listing_are_known(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    attach_bundle(registry, NAME, digest, by_tag=True)
    assert len(found(registry, digest).bundles) == 1
    attach_bundle(registry, NAME, digest, {"x": 1})
    assert found(registry, digest).bundles == (b'{"x":1}',)


def test_a_type_that_is_not_told_is_looked_up(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    empty = "application/vnd.oci.empty.v1+json"
    attach_bundle(registry, NAME, digest, by_tag=True, listed=empty)
    attach_bundle(registry, NAME, digest, by_tag=True, kind=NOTATION, listed=empty)
    attach_bundle(registry, NAME, digest, by_tag=True, kind="application/vnd.x", listed=empty)
    there = found(registry, digest)
    assert (len(there.bundles), there.others) == (1, ("Notation",))


def spoilt(registry: Registry, place: str, change: Callable[[Any], None]) -> None:
    data = json.loads(registry.bodies[registry.names[NAME, place]][1])
    change(data)
    kind = registry.bodies[registry.names[NAME, place]][0]
    registry.names[NAME, place] = registry.put(kind, encoded(data))


SPOILT: dict[str, tuple[Callable[[Any], None], str]] = {
    "no list": (lambda data: data.update(layers={}), "unknown form"),
    "no entries": (lambda data: data.update(layers=[1]), "unknown form"),
    "no digest": (lambda data: data["layers"][0].update(digest="x"), "without a digest"),
    "no size": (lambda data: data["layers"][0].update(size="1"), "without a digest"),
    "too long": (lambda data: data["layers"][0].update(size=10**9), "too long"),
    "too many": (lambda data: data.update(layers=data["layers"] * 51), "more signatures"),
    "far too many": (lambda data: data.update(layers=[{}] * 1_001), "more signatures"),
    "no annotations": (lambda data: data["layers"][0].update(annotations=[]), "unknown form"),
    "no texts": (lambda data: data["layers"][0].update(annotations={"a": 1}), "unknown form"),
    "two ways": (lambda data: data.update(manifests=[]), "two ways"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_spoilt_is_refused(registry: Registry, case: str) -> None:
    change, why = SPOILT[case]
    digest = registry.image(NAME, "1")
    attach_simple(registry, NAME, digest)
    spoilt(registry, f"{digest.replace(':', '-')}.sig", change)
    assert why in failed(registry, digest).message


def test_other_layers_are_left_out(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    attach_simple(registry, NAME, digest)
    place = f"{digest.replace(':', '-')}.sig"
    spoilt(registry, place, lambda data: data["layers"].append({"mediaType": "x", "digest": 7}))
    spoilt(registry, place, lambda data: data["layers"][0].pop("annotations"))
    assert [dict(one.annotations) for one in found(registry, digest).simple] == [{}]


def test_contents_have_to_have_their_digests(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    attach_simple(registry, NAME, digest)
    layer = next(key for key, one in registry.bodies.items() if one[0] == SIMPLE)
    registry.bodies[layer] = (SIMPLE, b"other")
    assert failed(registry, digest).failure is Failure.UNTRUSTED
    del registry.bodies[layer]
    assert failed(registry, digest).failure is Failure.MISSING


def test_a_list_has_to_be_one_of_what_is_there(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    bundle = attach_bundle(registry, NAME, digest)
    registry.bodies[bundle] = (MANIFEST, registry.bodies[bundle][1] + b" ")
    assert failed(registry, digest).failure is Failure.UNTRUSTED
    del registry.bodies[bundle]
    assert failed(registry, digest).failure is Failure.MISSING


def test_bundles_are_counted(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    bundle = attach_bundle(registry, NAME, digest)
    kind = "application/vnd.dev.sigstore.bundle.v0.3+json"
    place = (NAME, f"referrers:{digest}")
    for count, well in ((49, True), (50, False)):
        listed = [{"mediaType": MANIFEST, "digest": bundle, "size": 1, "artifactType": kind}]
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed * (count + 1)}
        registry.names[place] = registry.put(INDEX, encoded(index))
        if well:
            assert len(found(registry, digest).bundles) == count + 1
        else:
            assert "more signatures" in failed(registry, digest).message


def test_a_list_that_is_too_long_says_so(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    one = {"mediaType": MANIFEST, "digest": digest, "size": 1, "artifactType": "text/plain"}
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [one] * 10_000}
    registry.names[NAME, f"referrers:{digest}"] = registry.put(INDEX, encoded(index))
    error = failed(registry, digest)
    assert "more than 1000" in error.message and error.failure is not Failure.MISSING


def test_a_bundle_of_another_image_is_not_attached(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    attach_bundle(registry, NAME, digest, subject="sha256:" + "0" * 64)
    assert not found(registry, digest).bundles


def test_what_refers_without_a_digest_is_refused(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    refer(registry, NAME, digest, "sha256:x", "application/vnd.dev.sigstore.bundle.v0.3+json")
    assert failed(registry, digest).failure is Failure.UNTRUSTED


@pytest.mark.parametrize("mode", ["broken", "html", "twice", "deep", "huge", "half", "garbage"])
def test_a_registry_that_misbehaves_has_no_unsigned_images(registry: Registry, mode: str) -> None:
    digest = registry.image(NAME, "1")
    attach_simple(registry, NAME, digest)
    registry.mode = mode
    assert failed(registry, digest).failure is not Failure.MISSING


def test_lists_go_on_for_some_pages_only(registry: Registry) -> None:
    digest = registry.image(NAME, "1")
    attach_bundle(registry, NAME, digest)
    registry.link = f'</v2/{NAME}/referrers/{digest}?page=2>; rel="next"'
    assert "more signatures" in failed(registry, digest).message
    assert len(registry.asked(part="referrers")) == 5
    assert registry.asked(part="?page=2")
    for link, well in (("<x", True), ('<http://[x>; rel="next"', False), ("", True)):
        registry.link = link
        if well:
            assert len(found(registry, digest).bundles) == 1
        else:
            assert failed(registry, digest).failure is Failure.UNTRUSTED
