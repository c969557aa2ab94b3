"""The forms in which programs write a value: encodings, escapes, quotings."""

from __future__ import annotations

import base64
import json
import re
from operator import itemgetter
from typing import Iterable, Iterator, Tuple

_LEAST = 8
_QUOTED = 8
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
# What programs leave as it is in a URL: Go and RFC 3986, Python, encodeURIComponent, encodeURI,
# Java and forms.
_SAFE = (b"~", b"~/", b"~!'()*", b"~!'()*;,/?:@&=+$#", b"*")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What stands for `"` and for `'`: text, Python and React, Java and Node, PHP, XML, Go and Jinja.
_ENTITIES = (
    ('"', "'"),
    ("&quot;", "'"),
    ("&quot;", "&#x27;"),
    ("&quot;", "&#39;"),
    ("&quot;", "&#039;"),
    ("&quot;", "&apos;"),
    ("&#34;", "&#39;"),
)
_ATTRIBUTE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_GO = ("&", "<", ">", "\u2028", "\u2029")
_DOTNET = ('"', "'", "+", "`", *_GO)
_QUOTES = re.compile(r"'+")
_IN_DOUBLE_QUOTES = re.compile(r'[\\"$`]')
_PERCENT_Q = re.compile(r"""[\t !"$&'()*,;<>?\[\\\]^`{|}]|^[#~]|(?<=[:=])~""")
_ANSI_C = {
    ord(char): f"\\{name}"
    for char, name in zip(
        "\a\b\t\n\v\f\r\x1b\\'", ("a", "b", "t", "n", "v", "f", "r", "E", "\\", "'")
    )
}
_SPACE = re.compile(r"\s+")

_Form = Tuple[str, bytes]


def forms(value: bytes, *, ends: bool = False, twice: bool = False) -> dict[bytes, str]:
    """Give each form of a value with its name, plain forms first.

    An encoding that depends on what stands around the value is given as the part that does not.
    `ends` adds the variants whose last characters depend on the value's being the end of the
    text, `twice` adds base64 of base64.
    """
    core = bare(value)
    found = {form: "" for form in (value, core) if form}
    text = _decoded(core)
    if text:
        for name, form in filter(itemgetter(1), _escaped(text)):
            found.setdefault(form, name)
    for name, form in _encoded(core, text or "", ends, twice):
        if len(form) >= _LEAST:
            found.setdefault(form, name)
    return found


def bare(value: bytes) -> bytes:
    """Take the white space and the quotes off that people paste around a value."""
    core = value.strip()
    if len(core) > _QUOTED and core[:1] == core[-1:] and core[:1] in (b"'", b'"'):
        core = core[1:-1].strip()
    return core


def base64_cores(value: bytes) -> Iterator[bytes]:
    """Give the base64 digits that a value fixes, for each place it can have among its neighbours.

    Digits that hold a bit of a neighbour are not among them.
    """
    for shift in range(3):
        first, last = -(-8 * shift // 6), 8 * (shift + len(value)) // 6
        yield base64.b64encode(bytes(shift) + value + b"\0\0")[first:last]


def _encoded(value: bytes, text: str, ends: bool, twice: bool) -> Iterator[_Form]:
    yield from _base64(value, ends)
    yield "hex", value.hex().encode()
    yield "hex", value.hex().upper().encode()
    yield from _percent(value)
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16", text.encode("utf-16-be")
    if twice:
        for core in base64_cores(value):
            yield from (("base64 of base64", outer) for outer in base64_cores(core))


def _decoded(value: bytes) -> str | None:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _base64(value: bytes, ends: bool) -> Iterator[_Form]:
    whole = list(base64_cores(value))
    for shift in range(3) if ends else ():
        for tail in (b"", b"\n"):
            digits = base64.b64encode(bytes(shift) + value + tail)[-(-8 * shift // 6) :]
            whole += (digits, digits.rstrip(b"="))
    for digits in whole:
        yield "base64", digits
        yield "URL-safe base64", digits.translate(_URL_SAFE)


def _percent(value: bytes) -> Iterator[_Form]:
    for extra in _SAFE:
        safe = frozenset(_UNRESERVED + extra)
        for pattern in ("%{:02X}", "%{:02x}"):
            parts = (chr(byte) if byte in safe else pattern.format(byte) for byte in value)
            encoded = "".join(parts).encode()
            yield "percent-encoding", encoded
            yield "percent-encoding", encoded.replace(b"%20", b"+")


def _escaped(text: str) -> Iterator[_Form]:
    yield from _named("lines joined", _joined(text))
    yield from _named("JSON", _json(text))
    yield from _named("XML", _xml(text))
    yield from _named("shell quoting", _quoted(text))
    yield from _named("doubled quotes", (text.replace(mark, mark * 2) for mark in "'\"$"))


def _named(name: str, texts: Iterable[str]) -> Iterator[_Form]:
    return ((name, text.encode("utf-8")) for text in texts)


def _joined(text: str) -> Iterator[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    yield from (sign.join(lines) for sign in ("\n", "\r\n", " "))
    yield _SPACE.sub("", text)


def _json(text: str) -> Iterator[str]:
    once = [json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]]
    once += [one.replace("/", "\\/") for one in once]
    once.append(_unicode(once[1], _GO, "\\u{:04x}"))
    once.append(_unicode(once[0].replace('\\"', '"'), _DOTNET, "\\u{:04X}"))
    yield from once
    yield from (json.dumps(one, ensure_ascii=False)[1:-1] for one in once)


def _unicode(text: str, chars: Iterable[str], pattern: str) -> str:
    for char in chars:
        text = text.replace(char, pattern.format(ord(char)))
    return text


def _xml(text: str) -> Iterator[str]:
    yield _replaced(text, {"&": "&amp;", "<": "&lt;"})
    for double, single in _ENTITIES:
        table = {**_XML, '"': double, "'": single}
        yield _replaced(text, table)
        yield _replaced(text, {**table, **_ATTRIBUTE})


def _replaced(text: str, table: dict[str, str]) -> str:
    return text.translate({ord(char): sign for char, sign in table.items()})


def _quoted(text: str) -> Iterator[str]:
    yield text.replace("'", "'\\''")
    yield text.replace("'", "'\"'\"'")
    yield _QUOTES.sub("'\"\\g<0>\"'", text)
    yield _IN_DOUBLE_QUOTES.sub(r"\\\g<0>", text)
    yield _PERCENT_Q.sub(r"\\\g<0>", text)
    ansi = text.translate(_ANSI_C)
    yield ansi
    # NOTE: outside of a UTF-8 locale bash writes each byte that is not ASCII as three octal digits.
    yield "".join(char if char.isascii() else _octal(char) for char in ansi)


def _octal(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8"))
