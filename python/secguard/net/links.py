"""Connections that are kept, and the ways to make new ones: straight or by a proxy, with TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, Mapping, NamedTuple

from secguard.net.address import Proxy, looks_private, proxy_for
from secguard.net.failure import Failure
from secguard.net.sockets import connected, forbidden, left

MAX_IDLE = 8
"""Connections that are kept for one place."""


class Place(NamedTuple):
    """Where a server is."""

    scheme: str
    host: str
    port: int


class Links:
    """Connections to many places, used by many threads."""

    def __init__(self, proxies: Mapping[str, str], ca_file: str) -> None:
        """Go by these proxies, and trust these authorities besides those of the system."""
        self._proxies = proxies
        self._ca_file = ca_file
        self._idle: dict[Place, list[HTTPConnection]] = {}
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            for links in self._idle.values():
                while links:
                    links.pop().close()

    def idle(self, place: Place) -> HTTPConnection | None:
        """Take a connection that is kept; the server may have closed it by now."""
        with self._lock:
            waiting = self._idle.get(place)
            return waiting.pop() if waiting else None

    def keep(self, place: Place, link: HTTPConnection) -> bool:
        """Keep a connection, unless there are enough."""
        with self._lock:
            idle = self._idle.setdefault(place, [])
            if len(idle) >= MAX_IDLE:
                return False
            idle.append(link)
            return True

    def target(self, place: Place, target: str) -> tuple[str, dict[str, str]]:
        """Say what to ask for there, and what a proxy on the way wants to see."""
        proxy = self._proxy(place) if place.scheme == "http" else None
        if proxy is None:
            return target, {}
        return f"http://{place.host}:{place.port}{target}", proxy.login

    def new(self, place: Place, end: float, blame: Failure | None) -> HTTPConnection:
        """Make a connection; `blame` is what a private address is, None where it is allowed."""
        scheme, host, port = place
        proxy = self._proxy(place)
        at = (host, port) if proxy is None else (proxy.host, proxy.port)
        link: HTTPConnection
        if scheme == "https":
            link = HTTPSConnection(*at, timeout=left(end), context=self._tls())
        else:
            link = HTTPConnection(*at, timeout=left(end))
        if proxy is None:

            def connect(*_: Any) -> socket.socket:
                return connected(host, port, end, blame)

            link._create_connection = connect  # type: ignore[attr-defined]
            return link
        if blame is not None and looks_private(host):
            raise forbidden(host, blame)
        if scheme == "https":
            link.set_tunnel(host, port, proxy.login)
        return link

    def _proxy(self, place: Place) -> Proxy | None:
        return proxy_for(place.scheme, place.host, self._proxies)

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                context = ssl.create_default_context()
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                if self._ca_file:
                    context.load_verify_locations(self._ca_file)
                self._context = context
            return self._context
