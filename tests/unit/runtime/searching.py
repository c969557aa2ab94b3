"""What the tests of the search share: needles for some variables, and a value to look for."""

from __future__ import annotations

from secguard.runtime.environ import variables
from secguard.runtime.patterns import patterns
from secguard.runtime.search import Engine
from secguard.runtime.spots import Needles

NAME = "NPM_TOKEN"
VALUE = b"cnry_7Qx2Vb9LmPz4RtWk8"


def needles(formats: bool = False, key: bytes = b"", **environ: bytes) -> Needles:
    """Look for the values of variables, without any for that of `NAME`."""
    labels = patterns(variables(environ or {NAME: VALUE}))
    return Needles(Engine(labels), labels, formats, key)
