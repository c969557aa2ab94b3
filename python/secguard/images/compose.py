"""Finds the images that a compose file starts."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.values import HOLE
from secguard.images.dockerfile import MAX_NESTING, MAX_WORD
from secguard.images.use import Site, Use, use
from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.source.tree import parse

_VARIABLE = re.compile(
    r"\$\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})", re.ASCII
)


def uses_of(file: TextFile) -> Iterator[Use]:
    """Yield the images of a compose file; raise ReadError for what is no YAML."""
    root = parse(file)
    services = root.get("services") if root.is_map else None
    for _, service in services.values() if services is not None and services.is_map else ():
        image = service.get("image") if service.is_map else None
        if image is None or not image.is_scalar or not image.text:
            continue
        if service.get("build") is None:  # NOTE: beside `build` it names what comes out
            yield _use(image)


def _use(node: Node) -> Use:
    text = node.text[:MAX_WORD]
    for _ in range(MAX_NESTING):  # NOTE: of `${A:-${B}}` the inner one is seen first
        text = _VARIABLE.sub(_value, text)
    first, last = node.range(0, len(node.value))
    exact = node.file.text[first:last] == text
    return use(
        "compose",
        text,
        node.location(),
        display=node.text if HOLE in text else text,
        site=Site(node.file, first, last) if exact else None,
        fixed="" if exact else "comes from a variable",
    )


def _value(found: re.Match[str]) -> str:
    if found[0] == "$$":
        return "$"
    return found[4] if found[3] in ("-", ":-") else HOLE
