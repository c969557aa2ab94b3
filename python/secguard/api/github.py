"""Asks GitHub's REST API, and only reads: at one host, with a token that nothing shows."""

from __future__ import annotations

import json
import re
import time
from typing import Any, Iterator, Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from secguard.api.client import path as filled
from secguard.errors import UsageError
from secguard.net.address import proxy_for
from secguard.net.failure import AskError, Failure
from secguard.net.pace import asked_wait
from secguard.net.wire import Answer, Wire
from secguard.runtime.secret import Secret
from secguard.sanitize import printable

CLOUD = "https://api.github.com"
MAX_ANSWER = 8 * 1024 * 1024
MAX_PAGES = 500

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PAUSE = 60.0
"""Seconds to wait after a secondary limit that names none."""
_REDIRECTS = (301, 307, 308)
_TOKEN = re.compile(rb"[\x21-\x7e]{1,4096}")
_NEXT = re.compile(r"<([^<>\s]{1,2000})>\s*;\s*rel=\"?next\"?", re.IGNORECASE)
_HEADERS = {
    "Accept": "application/vnd.github+json",
    "User-Agent": "secguard",
    "X-GitHub-Api-Version": "2022-11-28",
}


class GitHubError(AskError):
    """A question without a usable answer."""

    def __init__(self, failure: Failure, message: str, said: str = "") -> None:
        """Keep GitHub's own words apart: they tell one 404 from another."""
        super().__init__(failure, message)
        self.said = said


class GitHub:
    """The part of the REST API that reads; every failure is an AskError."""

    def __init__(self, wire: Wire, token: Secret, base: str = CLOUD) -> None:
        """Ask with a token; `base` is `https://HOST/api/v3` for a GitHub Enterprise Server.

        Raises UsageError for a token or a base that cannot be used.
        """
        # NOTE: http.client quotes a header that it refuses, so no token may come to that.
        if not _TOKEN.fullmatch(token.reveal()):
            hint = "give the token alone, without spaces or line ends"
            raise UsageError(f"the variable {token.name} holds no token", hint)
        parts = urlsplit(base)
        host = parts.hostname or ""
        proxied = proxy_for("http", host, wire.network.proxies) is not None
        if parts.scheme != "https" and (parts.scheme != "http" or host not in _LOOPBACK or proxied):
            hint = "write https://HOST/api/v3 for a GitHub Enterprise Server"
            raise UsageError("the token is not sent to an address without TLS", hint)
        self._wire = wire
        self._token = token
        self._base = base.rstrip("/")
        self._limited = False

    def get(self, path: str, *names: str, **query: str) -> Any:
        """Give the JSON below a path, each `{}` of which stands for a name."""
        return _parsed(self._ask(self._url(path, names, query)))

    def pages(self, path: str, *names: str, **query: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a list, page by page; the next one is asked for when needed."""
        url = self._url(path, names, {"per_page": "100", **query})
        seen = {url}
        for _ in range(MAX_PAGES):
            answer = self._ask(url)
            found = _parsed(answer)
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise _untrusted("sends something else than a list")
            yield from found
            following = _NEXT.search(answer.headers.get("link", ""))
            if following is None:
                return
            url = _joined(url, following[1])
            if url in seen or not found:
                raise _untrusted("sends the same page again and again")
            seen.add(url)
        raise _untrusted(f"sends more than {MAX_PAGES} pages")

    def _url(self, path: str, names: tuple[str, ...], query: Mapping[str, str]) -> str:
        url = self._base + filled(path, *names)
        return f"{url}?{urlencode(query)}" if query else url

    def _ask(self, url: str) -> Answer:
        for _ in _REDIRECTS:
            if not url.startswith(f"{self._base}/"):
                raise _untrusted("sends us to another place than its API")
            answer = self._asked(url)
            if answer.status == 200:
                return answer
            if answer.status not in _REDIRECTS:
                raise _refused(answer)
            url = _joined(url, answer.headers.get("location", ""))
        raise _untrusted("redirects again and again")

    def _asked(self, url: str) -> Answer:
        """Ask, and once more after the wait that a secondary limit asks for."""
        token = self._token.reveal().decode("ascii")
        headers = {**_HEADERS, "Authorization": f"Bearer {token}"}
        for last in (False, True):
            if self._limited:
                break
            answer = self._wire.ask("GET", url, headers, MAX_ANSWER)
            if not _is_limit(answer):
                return answer
            wait = asked_wait(answer.headers.get("retry-after", ""), _PAUSE)
            late = time.monotonic() + wait >= self._wire.end
            if last or late or wait > self._wire.network.max_wait:
                self._limited = True
            else:
                time.sleep(wait)
        raise GitHubError(Failure.LIMITED, "answers no more for now: its rate limit is reached")


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise _untrusted("sends us to an address that is none") from None


def _untrusted(message: str) -> GitHubError:
    return GitHubError(Failure.UNTRUSTED, message)


def _is_limit(answer: Answer) -> bool:
    """Tell a 403 that means 'later' from one that means 'no'."""
    return answer.status == 403 and (
        "retry-after" in answer.headers
        or answer.headers.get("x-ratelimit-remaining") == "0"
        or b"rate limit" in answer.body[:2000].lower()
    )


def _refused(answer: Answer) -> GitHubError:
    try:
        data = json.loads(answer.body)
        said = data.get("message") if isinstance(data, dict) else ""
    except (ValueError, RecursionError):
        said = ""
    said = printable(said, 200) if isinstance(said, str) else ""
    status = answer.status
    if status == 401:
        return GitHubError(Failure.FORBIDDEN, "does not accept the token (401)", said)
    if status == 404:
        # NOTE: GitHub hides what a token may not see, so that this is no proof of absence.
        return GitHubError(Failure.MISSING, "has no such thing, or hides it (404)", said)
    if status in (302, 403, 422, 451):
        # NOTE: a list of members that a stranger asks for leads (302) to the public ones.
        return GitHubError(Failure.FORBIDDEN, f"does not let the token see it ({status})", said)
    return GitHubError(Failure.UNREACHABLE, f"answers with status {status}", said)


def _parsed(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _untrusted("sends something that is no JSON") from None
