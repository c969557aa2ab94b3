"""The secrets that a secret holds: what its base64 stands for, values in its JSON, passwords."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, Iterator, Tuple
from urllib.parse import unquote_to_bytes

from secguard.runtime.forms import bare
from secguard.runtime.secret import Secret
from secguard.runtime.strength import is_distinctive, ordinary
from secguard.secrets.entropy import looks_random
from secguard.secrets.names import is_secret_name
from secguard.secrets.scan import find

DECODED = "decoded from base64"
"""The origin of what base64 stands for."""
KEY_LINE = "a line of its private key"
"""The origin of a part that stands in no file by itself."""

_DEPTH = 3
_MOST = 400
_LEAST_BASE64 = 12
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
# Files that people keep in a variable as base64: DER (keys, PKCS #12), Java key stores, zips.
_FILES = (b"0\x82", b"\xfe\xed\xfe\xed", b"PK\x03\x04")
_UNPRINTABLE = re.compile(r"[^\t\n\r -~\xa0-\U0010ffff]")
_KEYS = frozenset("auth _auth _authtoken identitytoken client-key-data".split())
_USER_INFO = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?P<user>[^\s/@:?#]*)(?::(?P<password>[^\s/]*))?@"
)
_SETTING = re.compile(
    rb"""(?:^|[;&?,\s{])(?:export\s)?["']?(?P<key>[A-Za-z_/][\w./:@-]{0,99})["']?"""
    rb"""[ \t]{0,4}[=:][ \t]{0,4}(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s;&,]+)"""
)
_NETRC = re.compile(rb"(?<![\w-])password[ \t]+(?P<value>\S+)")
_BASIC = re.compile(rb"[\w.@+-]{1,100}:(?P<value>\S+)")
_PEM = re.compile(
    rb"-----BEGIN (?P<kind>[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----(?P<body>[^-]*)"
)
_PEM_LINE = re.compile(rb"[A-Za-z0-9+/=]{40,}")
_FEW_LINES = 12
_OPENSSH = b"b3BlbnNzaC1rZXktdjE"

_Part = Tuple[str, bytes]


def derive(secret: Secret) -> tuple[Secret, ...]:
    """Give the secrets that a secret holds, and what these hold, each value once."""
    found = {secret.reveal(): secret}
    waiting = [(secret, 0)]
    while waiting:
        parent, depth = waiting.pop(0)
        for origin, value in _parts(bare(parent.reveal()), parent.origin.endswith("base64")):
            value = bare(value)
            if len(found) > _MOST or value in found or ordinary(value):
                continue
            found[value] = parent.part(value, origin)
            if depth < _DEPTH:
                waiting.append((found[value], depth + 1))
    return tuple(found.values())[1:]


def holds_secret(name: str, value: bytes) -> str:
    """Say what kind of credential a value is or holds by its own shape, or give an empty text."""
    match = next(find(f"{name}={value.decode('latin-1')}"), None)
    if match is not None:
        return match.format.title
    for origin, part in _parts(bare(value), False):
        if origin == DECODED:
            return holds_secret(name, part)
        if is_distinctive(part) and looks_random(part.decode("latin-1")):
            return "secret"
    return ""


def _parts(value: bytes, was_base64: bool) -> Iterator[_Part]:
    decoded = _decode(value)
    if decoded is not None:
        yield DECODED, decoded
        return
    if value[:1] in (b"{", b"["):
        data = _json(value)
        if data is not None:
            yield from (("in its JSON", leaf) for leaf in _leaves(data, False))
            return
    keys = list(_PEM.finditer(value))
    for key in keys:
        yield from ((KEY_LINE, line) for line in _key_lines(key["body"]))
    yield from _passwords(value)
    settings = list(_SETTING.finditer(value))
    for setting in settings:
        held = setting["value"].strip(b"\"'")
        if _is_secret_key(setting["key"].decode("latin-1")) or next(
            find(held.decode("latin-1")), None
        ):
            yield "in its settings", held
    yield from (("password in its netrc", match["value"]) for match in _NETRC.finditer(value))
    basic = _BASIC.fullmatch(value) if was_base64 else None
    if basic:
        yield "password behind a user name", basic["value"]
    if not settings and not keys:
        lines = value.splitlines() if b"\n" in value else ()
        yield from (("a line of it", line) for line in lines if is_distinctive(line.strip()))


def _passwords(value: bytes) -> Iterator[_Part]:
    for url in _USER_INFO.finditer(value):
        password = url["password"]
        if password is None:
            if looks_random(url["user"].decode("latin-1")):
                yield "user in a URL", url["user"]
            continue
        yield "password in a URL", password
        yield "password in a URL", unquote_to_bytes(password)


def _key_lines(body: bytes) -> Iterator[bytes]:
    # NOTE: what certificates and public keys show as well is left out: the first half of a long
    # (RSA) key is its modulus, and each OpenSSH key begins alike.
    lines = _PEM_LINE.findall(body.replace(b"\\n", b"\n"))
    if len(lines) >= _FEW_LINES:
        lines = lines[len(lines) // 2 :]
    return (line for line in lines if not line.startswith(_OPENSSH))


def _decode(value: bytes) -> bytes | None:
    """Decode base64 that stands for text or a file; most tokens could be base64, and are not."""
    text = b"".join(value.split())
    if len(text) < _LEAST_BASE64 or not _BASE64.fullmatch(text):
        return None
    digits = text.rstrip(b"=")
    try:
        decoded = base64.b64decode(
            digits + b"=" * (-len(digits) % 4), b"-_" if {45, 95} & set(digits) else None
        )
    except binascii.Error:
        return None
    if decoded.startswith(_FILES):
        return decoded
    try:
        return None if _UNPRINTABLE.search(decoded.decode("utf-8")) else decoded
    except UnicodeDecodeError:
        return None


def _json(value: bytes) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _leaves(data: Any, wanted: bool) -> Iterator[bytes]:
    # NOTE: the depth of the data is what the JSON reader got through without a RecursionError,
    # which needs more of the stack for each level than this does.
    if isinstance(data, dict):
        for key, item in data.items():
            yield from _leaves(item, _is_secret_key(str(key)))
    elif isinstance(data, list):
        for item in data:
            yield from _leaves(item, wanted)
    elif isinstance(data, str) and (wanted or next(find(data), None)):
        yield data.encode("utf-8", "surrogatepass")


def _is_secret_key(key: str) -> bool:
    name = key.rpartition(":")[2] or key
    return name.lower() in _KEYS or is_secret_name(name)
