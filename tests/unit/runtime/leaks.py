"""Secrets as jobs have them, and how programs would write them into files."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import shlex
import shutil
import string
import subprocess
import urllib.parse
from typing import Callable
from xml.sax.saxutils import escape, quoteattr

Leak = Callable[[str], bytes]


def secrets(count: int, seed: int = 7) -> list[str]:
    """Make secrets of the kinds that jobs hold."""
    rng = random.Random(seed)  # noqa: S311

    def some(alphabet: str, size: int) -> str:
        return "".join(rng.choices(alphabet, k=size))

    word = string.ascii_letters + string.digits
    kinds: tuple[Callable[[], str], ...] = (
        lambda: "ghx_" + some(word, 36),
        lambda: some(word + "/+", 40),
        lambda: some("0123456789abcdef", 40),
        lambda: some(word + "!#$%&*+-=?@^_<>'\"\\", 16),
        lambda: (
            f"{some('0123456789abcdef', 8)}-{some('0123456789abcdef', 4)}-4abc-9def-"
            + some("0123456789abcdef", 12)
        ),
        lambda: f"postgres://app:{some(word, 14)}@db.internal.test:5432/app?sslmode=require",
        lambda: some(word, 20),
        lambda: f"xoxx-{some('0123456789', 12)}-{some(word, 24)}",
        lambda: "pä" + some(word + "äöü€&<", 14),
        lambda: " ".join(some(string.ascii_lowercase, 6) for _ in range(4)),
    )
    return [kinds[number % len(kinds)]() for number in range(count)]


def _wrapped(data: bytes, columns: int) -> bytes:
    text = base64.b64encode(b"before " * 9 + data + b" after" * 9)
    return b"\n".join(text[at : at + columns] for at in range(0, len(text), columns)) + b"\n"


def _program(*command: str) -> Leak:
    def leak(secret: str) -> bytes:
        return subprocess.run(
            command, input=secret.encode(), stdout=subprocess.PIPE, check=True
        ).stdout

    return leak


def _bash(script: str) -> Leak:
    def leak(secret: str) -> bytes:
        ran = subprocess.run(
            ["bash", "-c", script],
            env={"S": secret, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
        return ran.stdout

    return leak


def _percent(safe: str) -> Leak:
    return lambda secret: urllib.parse.quote(secret, safe=safe).encode()


LEAKS: dict[str, Leak] = {
    "as it is": lambda s: s.encode(),
    "in quotes": lambda s: f'token="{s}";'.encode(),
    "base64": lambda s: base64.b64encode(s.encode()),
    "base64 of a line": lambda s: base64.b64encode(s.encode() + b"\n"),
    "basic authentication": lambda s: b"Basic " + base64.b64encode(f"bot:{s}".encode()),
    "base64 with a neighbour": lambda s: base64.b64encode(f"us:{s}@".encode()),
    "docker config": lambda s: json.dumps(
        {"auths": {"r": {"auth": base64.b64encode(f"me:{s}".encode()).decode()}}}
    ).encode(),
    "URL-safe base64": lambda s: base64.urlsafe_b64encode(f"x{s}".encode()),
    "base64 in lines of 76": lambda s: _wrapped(s.encode(), 76),
    "base64 in lines of 64": lambda s: _wrapped(s.encode(), 64),
    "base64 of base64": lambda s: base64.b64encode(base64.b64encode(f"a: {s}".encode())),
    "hex": lambda s: s.encode().hex().encode(),
    "HEX": lambda s: s.encode().hex().upper().encode(),
    "percent": _percent(""),
    "percent in lower case": lambda s: re.sub(
        "%..", lambda m: m[0].lower(), urllib.parse.quote(s, safe="")
    ).encode(),
    "path of a URL": _percent("/"),
    "encodeURIComponent": _percent("~!'()*"),
    "form": lambda s: urllib.parse.urlencode({"q": s}).encode(),
    "JSON": lambda s: json.dumps({"a": [s]}).encode(),
    "JSON in UTF-8": lambda s: json.dumps({"a": s}, ensure_ascii=False).encode(),
    "JSON in JSON": lambda s: json.dumps(json.dumps({"a": s})).encode(),
    "JSON of PHP": lambda s: json.dumps(s).replace("/", "\\/").encode(),
    "XML": lambda s: f"<a>{escape(s)}</a>".encode(),
    "XML attribute": lambda s: f"<a b={quoteattr(s)}/>".encode(),
    "HTML": lambda s: f"<a b='{html.escape(s)}'>".encode(),
    "shell word": lambda s: f"curl -H {shlex.quote(s)}".encode(),
    "UTF-16": lambda s: s.encode("utf-16"),
    "UTF-16 big": lambda s: s.encode("utf-16-be"),
}
"""Each way to write a secret, by name; none of them shares code with what is tested."""

if shutil.which("bash"):
    LEAKS["bash -x"] = _bash('set -x; : "$S"')
    LEAKS["printf %q"] = _bash("printf '%q' \"$S\"")
if shutil.which("openssl"):
    LEAKS["openssl base64"] = _program("openssl", "base64")
if shutil.which("jq"):
    LEAKS["jq @base64"] = _program("jq", "-Rrs", "@base64")
    LEAKS["jq @uri"] = _program("jq", "-Rrs", "@uri")
    LEAKS["jq @json"] = _program("jq", "-Rs", "[.]|@json|[.]")
    LEAKS["jq @html"] = _program("jq", "-Rrs", "@html")
    LEAKS["jq @sh"] = _program("jq", "-Rrs", "@sh")
if shutil.which("xxd"):
    LEAKS["xxd -p"] = _program("xxd", "-p")
if shutil.which("node"):
    LEAKS["encodeURI"] = _program(
        "node", "-e", 'console.log(encodeURI(require("fs").readFileSync(0, "utf8")))'
    )
