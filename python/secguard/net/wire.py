"""One HTTP exchange, bounded in time and size, with public addresses or those allowed by name."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Mapping, NamedTuple
from urllib.parse import SplitResult, urlsplit

from secguard.net.address import looks_private, named, proxy_for
from secguard.net.failure import AskError, Failure
from secguard.net.sockets import Timed, connected, forbidden, left

ATTEMPTS = 3
MAX_WAIT = 8.0
"""Seconds that a server may ask to wait; one that asks for more is left alone."""
MAX_IDLE = 8
"""Connections that are kept for one host."""

_AGAIN = (408, 429, 500, 502, 503, 504, 522)
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Network:
    """How to reach hosts, and which may be reached."""

    private: frozenset[str] = frozenset()
    """Hosts, or hosts with port, that may lie at private addresses."""
    plain: frozenset[str] = frozenset()
    """Hosts that are spoken to without TLS."""
    proxies: Mapping[str, str] = field(default_factory=dict)
    """Proxies by scheme, and under `no` the hosts that are reached without one."""
    ca_file: str = ""
    """Authorities to trust besides those of the system."""
    timeout: float = 10.0
    """Seconds for one exchange, from the connection to the last byte."""
    pause: float = 0.25
    """Seconds before a question is asked again, doubled each time."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    """The last value of each header, by its name in lower case."""
    challenges: tuple[str, ...]
    """All `WWW-Authenticate` headers."""
    body: bytes = field(repr=False)


class _Place(NamedTuple):
    scheme: str
    host: str
    port: int


@dataclass(frozen=True)
class _Question:
    method: str
    place: _Place
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    limit: int
    blame: Failure


class Wire:
    """Connections to many hosts, used by many threads."""

    def __init__(self, network: Network, seconds: float) -> None:
        """Begin a run that ends after so many seconds, whatever is still to be asked."""
        self.network = network
        self.end = time.monotonic() + seconds
        self._idle: dict[_Place, list[HTTPConnection]] = {}
        self._limited: set[str] = set()
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            for links in self._idle.values():
                while links:
                    links.pop().close()

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        limit: int,
        *,
        body: bytes | None = None,
        blame: Failure = Failure.UNREACHABLE,
    ) -> Answer:
        """Send a request, again where that may help; raise AskError where nothing came.

        `blame` is what a forbidden address is: a server must not send us to one.
        """
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        place = self._place(parts, blame)
        question = _Question(method, place, target, headers, body, limit, blame)
        error = AskError(Failure.UNREACHABLE, "gives no answer in time")
        for attempt in range(ATTEMPTS):
            if place.host in self._limited:
                raise AskError(Failure.LIMITED, "asks to wait before it answers any more")
            wait = self.network.pause * 2**attempt
            try:
                answer = self._exchange(question)
            except (OSError, HTTPException, UnicodeError) as fault:
                error = _told(fault)
                if error.failure is Failure.UNTRUSTED:
                    raise error from None
            else:
                if answer.status not in _AGAIN:
                    return answer
                wait = _asked_wait(answer.headers.get("retry-after", ""), wait)
                limited = answer.status == 429
                failure = Failure.LIMITED if limited else Failure.UNREACHABLE
                error = AskError(failure, f"answers with status {answer.status}")
            if wait > MAX_WAIT or time.monotonic() + wait >= self.end:
                break
            if attempt + 1 < ATTEMPTS:
                time.sleep(wait)
        if error.failure is Failure.LIMITED:
            self._limited.add(place.host)
        raise error

    def _place(self, parts: SplitResult, blame: Failure) -> _Place:
        try:
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            host, port = "", 0
        if not host or not port or "@" in parts.netloc:
            raise AskError(blame, "leads to an address that is none")
        if parts.scheme == "http" and not named(host, port, self.network.plain):
            raise AskError(blame, f"leads to {host!r} without TLS")
        return _Place(parts.scheme, host, port)

    def _exchange(self, question: _Question) -> Answer:
        end = min(time.monotonic() + self.network.timeout, self.end)
        with self._lock:
            waiting = self._idle.get(question.place)
            link = waiting.pop() if waiting else None
        if link is not None:
            try:
                return self._once(link, question, end)
            except (ConnectionError, HTTPException):
                pass  # NOTE: the server may close a connection that was idle at any moment
        return self._once(self._connection(question, end), question, end)

    def _once(self, link: HTTPConnection, question: _Question, end: float) -> Answer:
        kept = False
        try:
            link.timeout = left(end)
            if link.sock is not None:
                link.sock.settimeout(link.timeout)
            link.response_class = lambda sock, *a, **k: HTTPResponse(  # type: ignore[assignment]
                Timed(sock, end),  # type: ignore[arg-type]
                *a,
                **k,
            )
            link.request(question.method, *self._asked(question))
            response = link.getresponse()
            found = response.read(question.limit + 1)
            if len(found) > question.limit:
                raise AskError(Failure.UNTRUSTED, f"sends more than {question.limit} bytes")
            if response.length:
                raise ConnectionError("the body breaks off")
            kept = response.isclosed() and not response.will_close
            given = {name.lower(): value for name, value in response.getheaders()}
            challenges = tuple(response.headers.get_all("WWW-Authenticate") or ())
            return Answer(response.status, given, challenges, found)
        finally:
            if not (kept and self._keep(question.place, link)):
                link.close()

    def _keep(self, place: _Place, link: HTTPConnection) -> bool:
        with self._lock:
            idle = self._idle.setdefault(place, [])
            if len(idle) >= MAX_IDLE:
                return False
            idle.append(link)
            return True

    def _asked(self, question: _Question) -> tuple[str, bytes | None, dict[str, str]]:
        headers = dict(question.headers)
        scheme, host, port = question.place
        proxy = proxy_for(scheme, host, self.network.proxies) if scheme == "http" else None
        if proxy is None:
            return question.target, question.body, headers
        headers.update(proxy.login)
        return f"http://{host}:{port}{question.target}", question.body, headers

    def _connection(self, question: _Question, end: float) -> HTTPConnection:
        scheme, host, port = question.place
        free = named(host, port, self.network.private)
        proxy = proxy_for(scheme, host, self.network.proxies)
        at = (host, port) if proxy is None else (proxy.host, proxy.port)
        link: HTTPConnection
        if scheme == "https":
            link = HTTPSConnection(*at, timeout=left(end), context=self._tls())
        else:
            link = HTTPConnection(*at, timeout=left(end))
        if proxy is None:

            def connect(*_: Any) -> socket.socket:
                return connected(host, port, end, None if free else question.blame)

            link._create_connection = connect  # type: ignore[attr-defined]
            return link
        if looks_private(host) and not free:
            raise forbidden(host, question.blame)
        if scheme == "https":
            link.set_tunnel(host, port, proxy.login)
        return link

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                context = ssl.create_default_context()
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                if self.network.ca_file:
                    context.load_verify_locations(self.network.ca_file)
                self._context = context
            return self._context


def _told(fault: Exception) -> AskError:
    if isinstance(fault, ssl.SSLCertVerificationError):
        why = fault.verify_message or "it cannot be verified"
        return AskError(Failure.UNTRUSTED, f"shows a certificate that is refused: {why}")
    ended = isinstance(fault, (ssl.SSLZeroReturnError, ssl.SSLEOFError))
    if isinstance(fault, ssl.SSLError) and not ended and "timed out" not in str(fault):
        return AskError(Failure.UNTRUSTED, "does not speak TLS as it should")
    return AskError(Failure.UNREACHABLE, f"cannot be reached ({type(fault).__name__})")


def _asked_wait(text: str, otherwise: float) -> float:
    if text.isdigit() and text.isascii():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return otherwise
