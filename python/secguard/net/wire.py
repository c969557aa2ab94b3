"""One HTTP exchange, bounded in time and size, with public addresses or those allowed by name."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Mapping
from urllib.parse import SplitResult, urlsplit

from secguard.net.address import named
from secguard.net.body import Body
from secguard.net.failure import AskError, Failure
from secguard.net.faults import told
from secguard.net.links import Links, Place
from secguard.net.pace import Pace, asked_wait
from secguard.net.sockets import Deadline, Timed, left

_AGAIN = (408, 429, 500, 502, 503, 504, 522)
_AROUND = 1024 * 1024
"""Bytes of heads, and of what cuts bodies into chunks."""
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
    attempts: int = 3
    """How often a question is asked in all; refusals do not count while others get through."""
    max_wait: float = 8.0
    """Seconds that a server may ask to wait; one that asks for more is left alone."""
    rate: float = 0.0
    """Questions a second to one host, of all threads together; 0 for any number."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    """The values of each header by its name in lower case; different ones are joined."""
    challenges: tuple[str, ...]
    """All `WWW-Authenticate` headers."""
    body: bytes = field(repr=False)
    rest: Body | None = field(default=None, repr=False)
    """The body in pieces, where it was asked for so; whoever asked has to close it."""


@dataclass(frozen=True)
class _Question:
    method: str
    place: Place
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    limit: int
    blame: Failure
    seconds: float = 0.0
    """For a body that is taken in pieces, how long that may last."""


class Wire:
    """Connections to many hosts, used by many threads."""

    def __init__(self, network: Network, seconds: float) -> None:
        """Begin a run that ends after so many seconds, whatever is still to be asked."""
        self.network = network
        self.end = time.monotonic() + seconds
        self._links = Links(network.proxies, network.ca_file)
        self._pace = Pace(network.rate, network.max_wait, self.end)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._links.close()

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
        return self._answer(self._question(method, url, headers, limit, body, blame))

    def stream(
        self,
        url: str,
        headers: Mapping[str, str],
        limit: int,
        seconds: float,
        *,
        blame: Failure = Failure.UNREACHABLE,
    ) -> Answer:
        """Ask for a long body: it comes as `rest` where the status is 200, for so many seconds."""
        question = self._question("GET", url, headers, limit, None, blame)
        return self._answer(replace(question, seconds=seconds))

    def _question(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        limit: int,
        body: bytes | None,
        blame: Failure,
    ) -> _Question:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise AskError(blame, "leads to an address that is none") from None
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        return _Question(method, self._place(parts, blame), target, headers, body, limit, blame)

    def _answer(self, question: _Question) -> Answer:
        network, place = self.network, question.place
        error = AskError(Failure.UNREACHABLE, "gives no answer in time")
        attempt, answered = 0, self._pace.answered(place)
        while attempt < network.attempts:
            self._pace.take(place)
            wait = network.pause * 2**attempt
            attempt += 1
            try:
                answer = self._exchange(question)
            except (OSError, HTTPException, ValueError) as fault:
                error = told(fault)
                if error.failure is Failure.UNTRUSTED:
                    raise error from None
            else:
                self._pace.heed(place, answer.status, answer.headers)
                if answer.status not in _AGAIN:
                    return answer
                wait = max(asked_wait(answer.headers.get("retry-after", ""), 0.0), wait)
                limited = answer.status == 429
                failure = Failure.LIMITED if limited else Failure.UNREACHABLE
                error = AskError(failure, f"answers with status {answer.status}")
                if limited:
                    self._pace.hold(place, wait)
                    if self._pace.answered(place) != answered:
                        # NOTE: others get through, so this is a queue and not a closed door.
                        attempt, answered = 0, self._pace.answered(place)
            if wait > network.max_wait or time.monotonic() + wait >= self.end:
                break
            if attempt < network.attempts and error.failure is not Failure.LIMITED:
                time.sleep(wait)
        if error.failure is Failure.LIMITED:
            self._pace.hold(place, float("inf"))
        raise error

    def _place(self, parts: SplitResult, blame: Failure) -> Place:
        try:
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            host, port = "", 0
        if not host or not port or "@" in parts.netloc:
            raise AskError(blame, "leads to an address that is none")
        if parts.scheme == "http" and not named(host, port, self.network.plain):
            raise AskError(blame, f"leads to {host!r} without TLS")
        return Place(parts.scheme, host, port)

    def _exchange(self, question: _Question) -> Answer:
        end = min(time.monotonic() + self.network.timeout, self.end)
        link = self._links.idle(question.place)
        if link is not None:
            try:
                return self._once(link, question, end)
            except (ConnectionError, HTTPException):
                pass  # NOTE: the server may close a connection that was idle at any moment
        _, host, port = question.place
        blame = None if named(host, port, self.network.private) else question.blame
        return self._once(self._links.new(question.place, end, blame), question, end)

    def _once(self, link: HTTPConnection, question: _Question, end: float) -> Answer:
        kept, response = False, None
        try:
            link.timeout = left(end)
            if link.sock is not None:
                link.sock.settimeout(link.timeout)
            deadline = Deadline(end, 2 * question.limit + _AROUND)
            link.response_class = lambda sock, *a, **k: HTTPResponse(  # type: ignore[assignment]
                Timed(sock, deadline),  # type: ignore[arg-type]
                *a,
                **k,
            )
            target, login = self._links.target(question.place, question.target)
            link.request(question.method, target, question.body, {**question.headers, **login})
            response = link.getresponse()
            if question.seconds and response.status == 200:
                deadline.end = min(time.monotonic() + question.seconds, self.end)
                kept = True
                keep = partial(self._links.keep, question.place)
                return _answered(response, b"", Body(link, response, question.limit, keep))
            found = response.read(question.limit + 1)
            if len(found) > question.limit:
                raise AskError(Failure.UNTRUSTED, f"sends more than {question.limit} bytes")
            if response.length:
                raise ConnectionError("the body breaks off")
            kept = response.isclosed() and not response.will_close
            kept = kept and self._links.keep(question.place, link)
            return _answered(response, found)
        finally:
            if not kept:
                if response is not None:
                    response.close()
                link.close()


def _answered(response: HTTPResponse, body: bytes, rest: Body | None = None) -> Answer:
    names = {name.lower() for name in response.headers}
    # NOTE: of two values none may be taken for the one that others see.
    values = {name: dict.fromkeys(response.headers.get_all(name) or ()) for name in names}
    given = {name: ", ".join(map(str, found)) for name, found in values.items()}
    challenges = tuple(response.headers.get_all("WWW-Authenticate") or ())
    return Answer(response.status, given, challenges, body, rest)
