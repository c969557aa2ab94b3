"""Finds the images that a config names: of its executors, and in its scripts."""

from __future__ import annotations

from itertools import product
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Executor, Image
from secguard.circleci.values import HOLE, Mapped, Scalar
from secguard.images.commands import pulled
from secguard.images.use import Site, Use, use

MAX_VALUES = 50
"""Values of one template that are looked at one by one."""

_LOGINS = ("auth", "aws_auth", "gcp_auth")


def uses_of(config: Config) -> Iterator[Use]:
    """Yield every use in a config, each with one concrete value."""
    for job in config.jobs:
        exposed = config.exposure(job).loses
        yield from _executor(job.executor, exposed)
    for executor in config.expansion.executors:
        yield from _executor(executor, False)
    for _, step in config.steps("setup_remote_docker"):
        yield from _uses("remote-docker", step.arg("version"), step.orb)
    for kind, script, word, text in pulled(config):
        start = word.start + word.raw.find(text)
        site, fixed = site_of(script.text, start, start + len(text), script.step.orb)
        if text not in word.raw:
            site, fixed = None, "is put together by the shell"
        yield use(
            kind,
            text,
            script.text.at(word.start, word.end),
            display=word.text.replace(HOLE, "<< … >>") if HOLE in text else text,
            related=tuple(call.location() for call in script.step.calls),
            site=site,
            fixed=fixed,
            orb=_registry_orb(script.step.orb),
            exposed=config.exposure(script.job).loses,
        )


def _executor(executor: Executor, exposed: bool) -> Iterator[Use]:
    if executor.kind == "machine" and not executor.self_hosted:
        yield from _uses("machine", executor.machine_image, executor.orb)
    yield from _uses("xcode", executor.arg("macos", "xcode"), executor.orb)
    platform = _platform(executor)
    for index, image in enumerate(executor.images):
        yield from _uses(
            "service" if index else "docker",
            image.reference,
            image.orb,
            exposed=exposed,
            platform=platform,
            auth=tuple(_auth(image)),
        )


def _platform(executor: Executor) -> str:
    size = executor.resource_class
    wanted = size.assumed if size is not None else ""
    if executor.self_hosted or HOLE in wanted:
        return ""
    return "linux/arm64" if wanted.startswith("arm.") else "linux/amd64"


def _auth(image: Image) -> Iterator[tuple[str, str]]:
    for section in _LOGINS:
        given = image.section(section)
        for name, (_, value) in given.entries.items() if given is not None else ():
            if isinstance(value, Scalar):
                yield name, value.assumed
            elif isinstance(value, Mapped):
                for inner, (_, one) in value.entries.items():
                    if isinstance(one, Scalar):
                        yield inner, one.assumed


def _uses(kind: str, scalar: Scalar | None, orb: str, **more: object) -> Iterator[Use]:
    if scalar is None or not scalar.text:
        return
    written = scalar
    if len(scalar.pieces) == 1 and scalar.pieces[0].unknown is not None:
        default = scalar.pieces[0].unknown.default
        written = default if default is not None and default.text else scalar
    where = written.at(0, len(written.text))
    way = scalar.way(0, len(scalar.text))
    if written is not scalar:
        way = (scalar.at(0, len(scalar.text), "put in here"),)
    site, fixed = site_of(written, 0, len(written.text), orb)
    for text in _values(scalar):
        yield use(
            kind,
            text,
            where,
            display=scalar.display if HOLE in text else text,
            related=tuple(place for place in way if place.span != where.span),
            site=site if text == written.text else None,
            fixed=fixed or ("" if text == written.text else "comes from a parameter"),
            orb=_registry_orb(orb),
            **more,
        )


def _values(scalar: Scalar) -> Iterator[str]:
    """Yield what a text can be: all choices of its enums, and the defaults of the rest."""
    options = [
        piece.unknown.choices if piece.unknown is not None and piece.unknown.choices else ()
        for piece in scalar.pieces
    ]
    if not any(options):
        yield scalar.assumed or scalar.text
        return
    parts = [
        found or (Scalar(scalar.node, (piece,)).assumed,)
        for found, piece in zip(options, scalar.pieces)
    ]
    seen = set()
    for count, chosen in enumerate(product(*parts)):
        text = "".join(chosen)
        if count >= MAX_VALUES:
            yield scalar.text  # NOTE: the others are not passed over: they stay open
            return
        if text not in seen:
            seen.add(text)
            yield text


def site_of(text: Scalar, start: int, end: int, orb: str) -> tuple[Site | None, str]:
    """Find where a range of a text can be rewritten, or say why it cannot be."""
    if _registry_orb(orb):
        return None, f"stands in the orb '{orb}'"
    touched = list(text.spans(start, end))
    if len(touched) != 1:
        return None, "is put together by templates"
    piece, low, high = touched[0]
    if piece.unknown is not None:
        return None, "is known to the pipeline only"
    node, wanted = piece.node, piece.text[low:high]
    if len(piece.text) == piece.end - piece.start:
        first, last = node.range(piece.start + low, piece.start + high)
        if node.file.text[first:last] == wanted:
            return Site(node.file, first, last), ""
    return None, "is written with escapes"


def _registry_orb(orb: str) -> str:
    return "" if orb.startswith("inline orb") else orb
