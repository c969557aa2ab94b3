"""Options that say which CircleCI is asked, and the way to it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, TypeVar
from urllib.parse import urlsplit

import click

from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.api.client import Api
    from secguard.net.wire import Wire

F = TypeVar("F", bound=Callable[..., Any])

_CLOUD = "https://circleci.com"
_PUBLIC = (_CLOUD, "https://api.github.com")
_HOST = re.compile(r"https?://[^/?#@\s]+/?", re.ASCII)
_RATE = 20.0
"""Questions a second to one host, of all threads together."""
_PAUSE = 60.0
"""Seconds that CircleCI may ask to wait."""
_ATTEMPTS = 5


def api_options(function: F) -> F:
    """Add the options about CircleCI's API."""
    for option in reversed(
        (
            click.option(
                "--host",
                default=_CLOUD,
                show_default=True,
                help="The CircleCI to ask; for a server https://NAME.",
            ),
            click.option(
                "--token-variable",
                default="CIRCLE_TOKEN",
                show_default=True,
                metavar="NAME",
                help="The variable that holds the API token.",
            ),
            click.option(
                "--private-host",
                multiple=True,
                metavar="HOST",
                help="Where a server keeps output, if at a private address (repeatable).",
            ),
            click.option(
                "--plain-host",
                multiple=True,
                metavar="HOST",
                help="A host that is spoken to without TLS (repeatable).",
            ),
            click.option(
                "--ca-file",
                type=click.Path(dir_okay=False, path_type=Path),
                help="More certificates of authorities to trust.",
            ),
        )
    ):
        function = option(function)
    return function


def api_from(ctx: click.Context, options: dict[str, Any], end: float, rate: float = _RATE) -> Api:
    """Read the options of `api_options`; nothing is asked after `end`, of the monotonic clock.

    Raises UsageError where there is no token, since the token itself is never an option.
    """
    from secguard.api.client import Api
    from secguard.runtime.secret import Secret

    name = options["token_variable"]
    token = os.environ.get(name, "")
    if not token:
        raise UsageError(f"there is no API token in {name}", "give the job a context that has one")
    if not _is_host(options["host"]):
        raise UsageError(f"{options['host']!r} is no host", "say https://NAME")
    private, plain = options["private_host"], options["plain_host"]
    wire = wire_to(ctx, options, private, plain, end, rate, _PAUSE, _ATTEMPTS)
    return Api(wire, options["host"], token=Secret(name, token.encode("utf-8", "replace")))


def _is_host(text: str) -> bool:
    try:
        return bool(_HOST.fullmatch(text) and urlsplit(text).hostname and urlsplit(text).port != 0)
    except ValueError:
        return False


def wire_to(
    ctx: click.Context,
    options: dict[str, Any],
    private: Iterable[str],
    plain: Iterable[str],
    end: float,
    rate: float = 0.0,
    max_wait: float = 8.0,
    attempts: int = 3,
) -> Wire:
    """Make the way to the host of the options, and to others with or without private addresses."""
    from secguard.net.wire import Network, Wire

    ca_file = options["ca_file"]
    if ca_file is not None and not ca_file.is_file():
        raise UsageError(f"there is no file {ca_file}", "correct the path")
    own = urlsplit(options["host"])
    # NOTE: another host than these is a server of one's own, which mostly has a private address.
    private = (*private, *((own.netloc,) if options["host"] not in _PUBLIC else ()))
    plain = (*plain, *((own.netloc,) if own.scheme == "http" else ()))
    network = Network(
        frozenset(host.lower() for host in private),
        frozenset(host.lower() for host in plain),
        {
            name: os.environ.get(f"{name}_proxy") or os.environ.get(f"{name.upper()}_PROXY", "")
            for name in ("http", "https", "no")
        },
        str(ca_file or ""),
        rate=rate,
        max_wait=max_wait,
        attempts=attempts,
    )
    wire = Wire(network, end - time.monotonic())
    ctx.call_on_close(wire.close)
    return wire
