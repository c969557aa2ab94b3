"""The images that a config uses, each once, and what is known of them by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.lifecycle import CONVENIENCE
from secguard.circleci.values import HOLE
from secguard.oci.reference import HUB, InvalidReference, Reference, outline
from secguard.oci.tags import is_moving
from secguard.rules.config._sightings import Sighting, executors, own, sightings

_MIRRORS = (HUB, "mirror.gcr.io", "docker.mirror.hashicorp.services")


@dataclass(frozen=True)
class Image:
    """One image of a config."""

    seen: Sighting
    reference: Reference
    primary: bool
    """True where the steps of some job run in it."""
    contexts: bool
    """True where a job that holds a context runs it."""
    auth: bool
    """True where the config gives credentials for it."""

    @property
    def text(self) -> str:
        """The reference as people write it, unknown parts as templates."""
        text = self.seen.text
        return self.seen.scalar.display if HOLE in text else text

    @property
    def open(self) -> bool:
        """True where a tag or a digest may come from what is not known."""
        return bool({"tag", "digest"} & set(self.reference.holes))

    @property
    def moving(self) -> bool:
        """True for a tag that is made to be moved, `latest` and none included."""
        reference = self.reference
        if reference.digest or self.open:
            return False
        return is_moving(reference.tag)

    @property
    def successor(self) -> str:
        """What takes the place of a legacy convenience image; empty for any other image."""
        reference = self.reference
        namespace, _, name = reference.path.partition("/")
        if reference.domain in _MIRRORS and namespace == "circleci":
            return CONVENIENCE.get(name, "")
        return ""


def images(config: Config) -> Iterator[Image]:
    """Yield the images of a config in the order of the file, each text once."""
    values, primary, contexts, auth = [], set(), set(), set()
    for job, executor in executors(config):
        for index, image in enumerate(executor.images):
            if not own(image.orb):
                continue
            values.append(image.reference)
            text = image.reference.assumed
            if index == 0:
                primary.add(text)
            if job is not None and job.contexts:
                contexts.add(text)
            if any(image.section(key) for key in ("auth", "aws_auth", "gcp_auth")):
                auth.add(text)
    for seen in sightings(values):
        try:
            reference = outline(seen.text, HOLE)
        except InvalidReference:
            continue
        text = seen.text
        yield Image(seen, reference, text in primary, text in contexts, text in auth)
