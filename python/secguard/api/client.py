"""Asks CircleCI's API: reads only, keeps the token, and takes no odd answer for a good one."""

from __future__ import annotations

import json
import re
import zlib
from contextlib import closing
from typing import Any, Iterable, Iterator, Mapping
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from secguard.api.fields import inner, items, raw, value
from secguard.errors import UsageError
from secguard.net.address import proxy_for
from secguard.net.body import Body
from secguard.net.data import parsed
from secguard.net.failure import AskError, Failure
from secguard.net.wire import Answer, Wire
from secguard.runtime.secret import Secret
from secguard.sanitize import printable

CLOUD = "https://circleci.com"
MAX_ANSWER = 16 * 1024 * 1024
MAX_STREAM = 256 * 1024 * 1024
MAX_PAGES = 2_000
MAX_CURSOR = 4_096
MAX_REDIRECTS = 5
STREAM_SECONDS = 300.0

_ANOTHER_PAGE = re.compile("next|cursor|paging", re.IGNORECASE)
_ANYBODY = {"User-Agent": "secguard"}
_ADDRESS = "!$%&'()*+,/:;=?@[]~"
_ARTIFACTS = ".circle-artifacts.com"
_JSON = {"Accept": "application/json"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REDIRECTS = (301, 302, 303, 307, 308)
_HALF = re.compile("[\ud800-\udfff]")
"""Halves of characters, which JSON can hold and an address cannot."""
_TOKEN = re.compile(rb"[\x21-\x7e]{1,4096}")
_PIECE = 64 * 1024
_QUESTIONS = re.compile(
    r"/api/v2/compile-config-with-defaults|/api/v3/configs/compile"
    r"|/api/v2/owner/[^/]+/context/[^/]+/decision"
)
"""What is posted only because the question is too long for an address; it changes nothing."""


def path(template: str, *parts: str) -> str:
    """Put names into a path, each as one segment; a slug after `/project/` keeps its slashes."""
    pieces = template.split("{}")
    if len(pieces) != len(parts) + 1:
        raise ValueError("each {} stands for one name")
    made = [pieces[0]]
    for piece, part in zip(pieces[1:], parts):
        slug = made[-1].endswith("/project/")
        for segment in part.split("/") if slug else (part,):
            if segment in ("", ".", ".."):
                name = printable(repr(part), 80)
                raise AskError(Failure.UNTRUSTED, f"cannot be asked for something named {name}")
        made += (quote(part, safe="/" if slug else ""), piece)
    return "".join(made)


class Api:
    """CircleCI's API on one host, with one token; usable from many threads."""

    def __init__(self, wire: Wire, host: str = CLOUD, *, token: Secret) -> None:
        """Ask a host, given as `https://NAME`; raise UsageError for a token that cannot be sent."""
        if not _TOKEN.fullmatch(token.reveal()):
            hint = "give the token alone, without spaces or line ends"
            raise UsageError(f"the variable {token.name} holds no token", hint)
        self.host = host.rstrip("/")
        self._own = _split(self.host)
        self._wire = wire
        self._token = token

    @property
    def name(self) -> str:
        """The host as messages name it; an AskError's message is how the sentence goes on."""
        return printable(self._own.hostname or "", 200)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Ask for one thing; raise AskError where it cannot be had."""
        query = f"?{urlencode(params, quote_via=quote)}" if params else ""
        url = f"{self.host}{path}{query}"
        headers = {**self._headers(self._own), **_JSON}
        return _parsed(self._wire.ask("GET", url, headers, MAX_ANSWER))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask a question that takes a body; nothing that changes anything can be asked."""
        if not _QUESTIONS.fullmatch(path):
            raise ValueError("this is no question")
        url = f"{self.host}{path}"
        headers = {**self._headers(self._own), **_JSON, "Content-Type": "application/json"}
        data = json.dumps(body).encode("utf-8")
        return _parsed(self._wire.ask("POST", url, headers, MAX_ANSWER, body=data))

    def pages(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Go through a list that comes in pages, or as a whole; raise AskError where it breaks off.

        What came before an error has been given: who wants all or nothing takes a tuple.
        """
        third = path.startswith("/api/v3/")
        asked = dict(params or {})
        seen: set[str] = set()
        for _ in range(MAX_PAGES):
            answer = self.get(path, asked)
            whole = isinstance(answer, list)
            page = {"items": answer} if whole else answer
            found = items(page, "data" if third and not whole else "items")
            if found is None:
                raise AskError(Failure.UNTRUSTED, "answers without the list that was asked for")
            yield from found
            following = "" if whole else _following(page, third)
            if not following:
                return
            if following in seen:
                raise AskError(Failure.UNTRUSTED, "answers with the same page again and again")
            seen.add(following)
            asked["page[cursor]" if third else "page-token"] = following
        raise AskError(Failure.UNTRUSTED, f"answers with more than {MAX_PAGES} pages")

    def stream(self, url: str, *, authorised: bool, limit: int = MAX_STREAM) -> Iterator[bytes]:
        """Read something long, such as an artifact, in pieces.

        With `authorised`, the token goes along to the API's own host and to CircleCI's artifacts,
        to no other, wherever an answer may lead.
        """
        parts, blame = _split(url), Failure.UNREACHABLE
        for _ in range(MAX_REDIRECTS + 1):
            headers = self._headers(parts) if authorised and self._may_know(parts) else _ANYBODY
            url = parts.geturl()
            answer = self._wire.stream(url, headers, limit, STREAM_SECONDS, blame=blame)
            if answer.status not in _REDIRECTS:
                _check(answer)
                if answer.rest is not None:
                    with closing(answer.rest):
                        yield from _plain(answer.rest, answer.headers, limit)
                return
            target = _split(answer.headers.get("location", ""), url)
            if target.scheme not in ("https", parts.scheme):
                raise AskError(Failure.UNTRUSTED, "redirects to an address without TLS")
            parts, blame = target, Failure.UNTRUSTED
        raise AskError(Failure.UNTRUSTED, f"redirects more than {MAX_REDIRECTS} times")

    def _may_know(self, parts: SplitResult) -> bool:
        if (parts.scheme, parts.netloc.lower()) == (self._own.scheme, self._own.netloc.lower()):
            return True
        host = parts.hostname or ""
        return parts.scheme == "https" and parts.port in (None, 443) and host.endswith(_ARTIFACTS)

    def _headers(self, parts: SplitResult) -> dict[str, str]:
        host = parts.hostname or ""
        if parts.scheme != "https" and (
            host not in _LOOPBACK or proxy_for("http", host, self._wire.network.proxies)
        ):
            raise AskError(Failure.FORBIDDEN, "would get the token without TLS")
        return {**_ANYBODY, "Circle-Token": self._token.reveal().decode("ascii")}


def _plain(body: Body, headers: Mapping[str, str], limit: int) -> Iterable[bytes]:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return body
    # NOTE: storage sends what it has, whatever the request accepts.
    if encoding == "gzip":
        return _inflated(body, limit)
    raise AskError(Failure.UNTRUSTED, "sends an encoding that was not asked for")


def _inflated(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    taken = 0
    for piece in pieces:
        while piece:
            try:
                found = inflate.decompress(piece, _PIECE)
            except zlib.error:
                raise AskError(Failure.UNTRUSTED, "sends something that is no gzip") from None
            taken += len(found)
            if taken > limit:
                raise AskError(Failure.UNTRUSTED, f"sends more than {limit} bytes")
            yield found
            piece = inflate.unconsumed_tail
    if not inflate.eof:
        raise AskError(Failure.UNREACHABLE, "breaks the answer off")


def _following(page: Any, third: bool) -> str:
    holder, name = (inner(page, "page"), "next") if third else (page, "next_page_token")
    if value(holder, name) is None:
        # NOTE: a first page must not pass for the whole list because a field has a new name.
        if any(one and _ANOTHER_PAGE.search(key) for key, one in (*page.items(), *holder.items())):
            raise AskError(Failure.UNTRUSTED, "names the next page in an unknown way")
        return ""
    found = raw(holder, name)
    if found is None or len(found) > MAX_CURSOR or _HALF.search(found):
        raise AskError(Failure.UNTRUSTED, "names a next page that is none")
    return found


def _split(url: str, base: str = "") -> SplitResult:
    try:
        parts = urlsplit(urljoin(base, url))
        _ = parts.port
        # NOTE: artifacts have the names of files, and what is encoded already stays as it is.
        path, query = (quote(one, safe=_ADDRESS) for one in (parts.path, parts.query))
        parts = parts._replace(path=path, query=query)
    except ValueError:
        raise AskError(Failure.UNTRUSTED, "leads to an address that is none") from None
    return parts


def _check(answer: Answer) -> None:
    status = answer.status
    if status in (401, 403):
        raise AskError(Failure.FORBIDDEN, f"gives the token no access ({status})")
    if status in (404, 410):
        message = f"has no such thing, or none that the token may see ({status})"
        raise AskError(Failure.MISSING, message)
    if status in _REDIRECTS:
        raise AskError(Failure.UNTRUSTED, f"redirects to another address ({status})")
    if status != 200:
        raise AskError(Failure.UNREACHABLE, f"answers with status {status}")


def _parsed(answer: Answer) -> Any:
    _check(answer)
    return parsed(answer.body)
