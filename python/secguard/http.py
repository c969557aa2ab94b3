"""One way to ask a server: time-outs, size limits, no redirects, nothing logged."""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from typing import Any, Mapping
from urllib.parse import urlsplit

from secguard.errors import SecguardError

TIMEOUT = 10.0
"""Seconds to connect, and between two pieces of an answer."""
PATIENCE = 30.0
"""Seconds for a whole answer."""
MAX_ANSWER = 8 * 1024 * 1024


class HttpError(SecguardError):
    """A request that brought no usable answer; the message names the host and never a header."""

    def __init__(self, message: str, status: int = 0) -> None:
        """Keep the HTTP status; 0 where there was no answer."""
        super().__init__(message, "try again later, or go on without --online")
        self.status = status


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post_json(
    url: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Any:
    """Send JSON and read JSON; raise HttpError for anything else."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        raise HttpError("the address of the host cannot be read") from None
    local = host in ("127.0.0.1", "localhost", "::1")
    if not url.startswith("https://") and not (local and url.startswith("http://")):
        raise HttpError(f"{host} is not asked without TLS")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url,
        json.dumps(body).encode("utf-8"),
        {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
    )
    context = ssl.create_default_context()
    opener = urllib.request.build_opener(
        _NoRedirect(), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=min(TIMEOUT, patience)) as answer:
            data = _read(answer, time.monotonic() + patience)
    except urllib.error.HTTPError as error:
        error.close()
        raise HttpError(f"{host} answered with status {error.code}", error.code) from None
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        raise HttpError(f"{host} cannot be reached ({type(reason).__name__})") from None
    if len(data) > MAX_ANSWER:
        raise HttpError(f"{host} sent more than {MAX_ANSWER} bytes", 200)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise HttpError(f"{host} sent something that is not JSON", 200) from None


def _read(answer: http.client.HTTPResponse, end: float) -> bytes:
    data = bytearray()
    while len(data) <= MAX_ANSWER:
        part = answer.read1(65_536)
        if not part:
            break
        data += part
        if time.monotonic() > end:
            raise TimeoutError
    return bytes(data)
