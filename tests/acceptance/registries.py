"""Debian's docker-registry on loopback, with what it needs to be asked in four ways."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Iterator, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.fakes.certificates import Certificates, certificates
from tests.fakes.registry import CONFIG, INDEX, MANIFEST
from tests.orb import needs

KINDS = ("plain", "tls", "basic", "token")
USER, PASSWORD = "pusher", "pa:ss wörd"
SERVICE, ISSUER = "registry.tests", "issuer.tests"


class Running(NamedTuple):
    """A registry that runs."""

    kind: str
    host: str
    authority: str
    """The file of the authority that it has its certificate from; empty without TLS."""


def layout(folder: Path, platforms: tuple[str, ...], created: str) -> Path:
    """Write an image, or one for several platforms, as skopeo copies it."""

    def put(media_type: str, body: bytes) -> dict[str, Any]:
        name = hashlib.sha256(body).hexdigest()
        path = folder / "blobs" / "sha256" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(body)}

    def document(media_type: str, data: dict[str, Any]) -> dict[str, Any]:
        return put(media_type, json.dumps(data).encode())

    children = []
    layer = put("application/vnd.oci.image.layer.v1.tar", bytes(1024))
    for platform in platforms:
        system, architecture = platform.split("/")
        shown = {"os": system, "architecture": architecture}
        ids = {"type": "layers", "diff_ids": [layer["digest"]]}
        config = document(CONFIG, {**shown, "created": created, "rootfs": ids, "config": {}})
        parts = {"config": config, "layers": [layer]}
        made = document(MANIFEST, {"schemaVersion": 2, "mediaType": MANIFEST, **parts})
        children.append({**made, "platform": shown})
    top = children[0]
    if len(children) > 1:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": children}
        top = document(INDEX, index)
    named = {**top, "annotations": {"org.opencontainers.image.ref.name": "it"}}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


@contextmanager
def registry(kind: str, folder: Path) -> Iterator[Running]:
    """Run a registry of one kind; it has stopped when this ends."""
    program = needs.tool("docker-registry")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        made = certificates(folder / "tls") if kind != "plain" else None
        auth: dict[str, Any] = {}
        if kind == "basic":
            users = folder / "users"
            users.write_text(_output(needs.tool("htpasswd"), "-Bbn", USER, PASSWORD))
            auth = {"htpasswd": {"realm": "tests", "path": str(users)}}
        elif kind == "token" and made is not None:
            realm, bundle = stack.enter_context(_issuer(folder, made))
            auth = {"token": {"realm": realm, "service": SERVICE, "issuer": ISSUER}}
            auth["token"]["rootcertbundle"] = bundle
        host = f"127.0.0.1:{_free_port()}"
        http: dict[str, Any] = {"addr": host, "secret": "tests"}
        if made is not None:
            http["tls"] = {"certificate": made.certificate, "key": made.key}
        settings = {
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
            "http": http,
            **({"auth": auth} if auth else {}),
        }
        written = folder / "config.yml"
        written.write_text(json.dumps(settings))
        log = stack.enter_context((folder / "log").open("wb"))
        process = subprocess.Popen(
            [program, "serve", str(written)], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(process, host, folder / "log")
            yield Running(kind, host, made.authority if made is not None else "")
        finally:
            process.terminate()
            process.wait(10)


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], host: str, log: Path) -> None:
    name, _, port = host.partition(":")
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            socket.create_connection((name, int(port)), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"docker-registry did not start:\n{log.read_text(errors='replace')}")


@contextmanager
def _issuer(folder: Path, made: Certificates) -> Iterator[tuple[str, str]]:
    """Run what gives out tokens, over TLS; give its address and the file with its certificate."""
    openssl = needs.tool("openssl")
    key, bundle = folder / "issuer.key", folder / "issuer.pem"
    names = ("-subj", "/CN=issuer", "-days", "2", "-nodes")
    files = ("-keyout", str(key), "-out", str(bundle))
    _output(openssl, "req", "-x509", "-newkey", "rsa:2048", *files, *names)
    chain = ssl.PEM_cert_to_DER_cert(bundle.read_text())
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output clean."""

        def do_GET(self) -> None:
            given = self.headers.get("Authorization")
            asked = parse_qs(urlsplit(self.path).query).get("scope", [])
            if given != f"Basic {pair}":
                self._send(401, {"errors": []})
            else:
                self._send(200, {"token": _token(openssl, key, chain, asked)})

        def _send(self, status: int, data: dict[str, Any]) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Say nothing of clients that refuse the certificate."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}/token", str(bundle)
    finally:
        server.shutdown()
        server.server_close()


def _token(openssl: str, key: Path, chain: bytes, scopes: list[str]) -> str:
    """Sign a token that allows what was asked for."""
    now = int(time.time())
    access = []
    for scope in scopes:
        kind, name, actions = scope.split(":", 2)
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    times = {"exp": now + 300, "nbf": now - 10, "iat": now}
    claims = {"iss": ISSUER, "sub": USER, "aud": SERVICE, "jti": "1", "access": access, **times}
    head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(chain).decode()]}
    text = f"{_packed(json.dumps(head).encode())}.{_packed(json.dumps(claims).encode())}"
    signed = subprocess.run(
        [openssl, "dgst", "-sha256", "-sign", str(key)],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    return f"{text}.{_packed(signed.stdout)}"


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
