"""An image registry on 127.0.0.1 that serves, logs, and misbehaves on request."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

OCI = "application/vnd.oci.image."
INDEX, MANIFEST = f"{OCI}index.v1+json", f"{OCI}manifest.v1+json"
CONFIG = f"{OCI}config.v1+json"
TOKEN = "a.token-for_tests"
USER, SECRET = "someone", "s3cret"
PLATFORMS = ("linux/amd64", "linux/arm64")


def digest(body: bytes, name: str = "sha256") -> str:
    return f"{name}:{hashlib.new(name, body).hexdigest()}"


def encoded(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True).encode()


class Registry:
    """A registry; `mode` is how it misbehaves, `auth` is '', 'basic' or 'token'."""

    def __init__(
        self,
        mode: str = "",
        auth: str = "",
        *,
        delay: float = 0,
        tls: tuple[str, str] | None = None,
    ) -> None:
        self.mode, self.auth, self.delay = mode, auth, delay
        self.no_head = False
        self.realm = ""
        self.redirect = ""
        self.retry_after = ""
        self.link = ""
        """Where lists of what refers to an image say that they go on."""
        self.log: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: dict[str, tuple[str, bytes]] = {}
        self.names: dict[tuple[str, str], str] = {}
        registry = self

        class Handler(_Handler):
            owner = registry

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: Any) -> None:
                """Say nothing: clients that give up are what is tested."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.scheme = "https" if tls is not None else "http"
        self.port = self.server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def image(
        self,
        name: str,
        tag: str = "",
        *,
        created: str = "2026-09-01T10:00:00Z",
        platforms: tuple[str, ...] = PLATFORMS,
        single: bool = False,
        algorithm: str = "sha256",
    ) -> str:
        """Add an image and give its digest; `single` for one without a list of platforms."""
        children = []
        last = ""
        for platform in platforms:
            system, architecture, *variant = platform.split("/")
            data = {"os": system, "architecture": architecture, "created": created}
            if variant:
                data["variant"] = variant[0]
            config = self.put(CONFIG, encoded(data), algorithm)
            body = encoded(
                {
                    "schemaVersion": 2,
                    "mediaType": MANIFEST,
                    "config": {"mediaType": CONFIG, "digest": config, "size": 1},
                    "layers": [],
                }
            )
            last = self.put(MANIFEST, body, algorithm)
            shown = {key: data[key] for key in ("os", "architecture", "variant") if key in data}
            children.append({"mediaType": MANIFEST, "digest": last, "size": 1, "platform": shown})
        if not single:
            unknown = {"os": "unknown", "architecture": "unknown"}
            children.append({"mediaType": MANIFEST, "digest": last, "size": 1, "platform": unknown})
            index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": children}
            last = self.put(INDEX, encoded(index), algorithm)
        if tag:
            self.names[name, tag] = last
        return last

    def put(self, media_type: str, body: bytes, algorithm: str = "sha256") -> str:
        """Keep a body and give its digest."""
        found = digest(body, algorithm)
        self.bodies[found] = (media_type, body)
        return found

    def asked(self, method: str = "", part: str = "") -> list[str]:
        """List the paths that were asked for."""
        return [path for verb, path, _ in self.log if method in ("", verb) and part in path]

    def credentials(self) -> list[str]:
        """List everything that proves somebody, in the order in which it came."""
        return [
            headers["authorization"] for _, _, headers in self.log if "authorization" in headers
        ]


class _Handler(BaseHTTPRequestHandler):
    owner: Registry
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        owner = self.owner
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner.log.append((self.command, self.path, headers))
        if owner.delay:
            time.sleep(owner.delay)
        path = urlsplit(self.path).path
        if path == "/token":
            self._token()
        elif not self._misbehaves(path) and self._allowed():
            self._serve(path)

    def _allowed(self) -> bool:
        owner = self.owner
        given = self.headers.get("Authorization", "")
        basic = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
        if not owner.auth or given == (basic if owner.auth == "basic" else f"Bearer {TOKEN}"):
            return True
        realm = owner.realm or f"{owner.scheme}://{owner.host}/token"
        challenge = f'Bearer realm="{realm}",service="registry, of tests"'
        self._send(
            401,
            b"{}",
            {"WWW-Authenticate": 'Basic realm="all"' if owner.auth == "basic" else challenge},
        )
        return False

    def _token(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        token = {"weird-token": "a\r\nHost: evil", "no-token": 7}.get(self.owner.mode, TOKEN)
        body = encoded({"token": token})
        self._send(200, body + b" " * (200_000 if self.owner.mode == "huge-token" else 0))

    def _serve(self, path: str) -> None:
        owner = self.owner
        _, _, rest = path.partition("/v2/")
        if not rest:
            self._send(200, b"{}")
            return
        if rest.endswith("/tags/list"):
            self._tags(rest[: -len("/tags/list")])
            return
        name, kind, wanted = self._parts(rest)
        found = owner.bodies.get(owner.names.get((name, wanted), wanted))
        if found is None:
            self._send(404, b"{}")
            return
        media_type, body = found
        algorithm = wanted.partition(":")[0]
        told = digest(body, algorithm if algorithm in ("sha256", "sha512") else "sha256")
        if owner.names.get((name, wanted)):
            told = owner.names[name, wanted]
        if kind == "manifests":
            media_type, body, told = self._spoilt(media_type, body, told)
        elif owner.mode == "tampered-blob":
            body = body.replace(b"2026", b"2020")
        headers = {"Content-Type": media_type, "Docker-Content-Digest": told}
        if kind == "referrers" and owner.link:
            headers["Link"] = owner.link
        if owner.mode == "no-digest":
            del headers["Docker-Content-Digest"]
        self._send(200, body, headers)

    def _parts(self, rest: str) -> tuple[str, str, str]:
        for kind in ("manifests", "blobs", "referrers"):
            name, found, wanted = rest.partition(f"/{kind}/")
            if found:
                # What refers to a digest is kept under a name that no tag can have.
                return name, kind, f"referrers:{wanted}" if kind == "referrers" else wanted
        return rest, "", ""

    def _spoilt(self, media_type: str, body: bytes, told: str) -> tuple[str, bytes, str]:
        mode = self.owner.mode
        if mode == "tampered-manifest":
            body = body.replace(b'"schemaVersion": 2', b'"schemaVersion": 2 ')
        elif mode == "wrong-digest":
            told = "sha256:" + "0" * 64
        elif mode == "wrong-type":
            media_type = MANIFEST if media_type == INDEX else INDEX
        elif mode == "html":
            media_type, body = "text/html", b"<html>"
        elif mode == "two-ways":
            body = encoded({**json.loads(body), "layers": [], "manifests": [], "config": {}})
            told = digest(body)
        elif mode == "twice":
            body = b'{"schemaVersion": 2, "schemaVersion": 2}'
            told = digest(body)
        elif mode == "deep":
            body = b"[" * 100_000
            told = digest(body)
        elif mode == "huge":
            body = body + b" " * 5_000_000
            told = digest(body)
        return media_type, body, told

    def _misbehaves(self, path: str) -> bool:
        """Answer wrongly, or not at all; say whether that was all."""
        owner, mode = self.owner, self.owner.mode
        manifest = "/manifests/" in path
        if self.command == "HEAD" and owner.no_head:
            self._send(405, b"")
        elif mode == "redirect" and owner.redirect:
            self._send(307, b"", {"Location": owner.redirect + self.path})
        elif mode == "loop":
            self._send(307, b"", {"Location": self.path})
        elif mode == "storm":
            retry = {"Retry-After": owner.retry_after} if owner.retry_after else {}
            self._send(429, b"{}", retry)
        elif mode == "once" and len(owner.asked(part=path)) == 1:
            self._send(503, b"", {"Retry-After": "0"})
        elif mode == "broken":
            self._send(500, b"")
        elif mode == "slow-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._drip(b"X-Slow: 1\r\n" * 10_000)
        elif mode == "slow-body" and manifest and self.command == "GET":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            self._drip(b"x" * 100_000)
        elif mode == "endless" and manifest and self.command == "GET":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                self.wfile.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        elif mode == "half" and manifest and self.command == "GET":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{")
            self.close_connection = True
        elif mode == "silent":
            self.close_connection = True
        elif mode == "garbage":
            self.wfile.write(b"\x00\xff" * 50)
            self.close_connection = True
        else:
            self.close_connection = self.close_connection or mode == "stale"
            return False
        return True

    def _drip(self, data: bytes) -> None:
        for at in range(len(data)):
            self.wfile.write(data[at : at + 1])
            self.wfile.flush()
            time.sleep(0.05)

    def _tags(self, name: str) -> None:
        tags = sorted(tag for path, tag in self.owner.names if path == name)
        query = parse_qs(urlsplit(self.path).query)
        last = query.get("last", [""])[0]
        page = [tag for tag in tags if tag > last][:5]
        more = page and page[-1] != tags[-1]
        link = {"Link": f'</v2/{name}/tags/list?last={page[-1]}&n=5>; rel="next"'} if more else {}
        self._send(200, encoded({"name": name, "tags": page}), link)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
