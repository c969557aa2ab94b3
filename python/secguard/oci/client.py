"""Asks registries for images: anonymously or with credentials, and believes only what fits."""

from __future__ import annotations

import re
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Callable, Mapping, NamedTuple
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from secguard.net.failure import AskError, Failure
from secguard.net.wire import Answer, Wire
from secguard.oci.challenge import Challenge, choose, parse_challenges
from secguard.oci.content import (
    ACCEPT,
    INDEXES,
    MANIFESTS,
    MAX_CONFIG,
    MAX_MANIFEST,
    Manifest,
    created_of,
    digest_of,
    is_digest,
    parse_json,
    parse_manifest,
    platform_of,
    untrusted,
)
from secguard.oci.reference import HUB, Reference

MAX_REDIRECTS = 5
MAX_TOKEN = 64 * 1024
MAX_PAGES = 300
MAX_TAGS = 300_000
"""Of one repository: a thousand on each page, and a registry may send more."""

_API_HOSTS = {HUB: "registry-1.docker.io"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORT = re.compile(r":[0-9]+\Z")
_REDIRECTS = (301, 302, 303, 307, 308)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_NEXT = re.compile(r"\s*<([^<>\s]{1,2000})>\s*;\s*rel=\"?next\"?", re.IGNORECASE)


@dataclass(frozen=True)
class Login:
    """What proves who asks."""

    user: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    """An identity token, in the place of user and secret."""


Logins = Callable[[Reference], "Login | None"]
"""Finds the login for a repository; asked only where its registry wants one."""


class Head(NamedTuple):
    """What a name stands for now."""

    digest: str
    media_type: str


class Details(NamedTuple):
    """What never changes under a digest."""

    created: str
    """The day; empty where it is not told."""
    platforms: tuple[str, ...]


class Client:
    """The part of the registry API that reads; usable from many threads."""

    def __init__(self, wire: Wire, logins: Logins) -> None:
        """Ask through a wire, and take credentials from where they are kept."""
        self._wire = wire
        self._logins = logins
        self._wants: dict[str, Challenge] = {}
        self._headers: dict[tuple[str, str], dict[str, str]] = {}
        self._lock = threading.Lock()

    def head(self, reference: Reference) -> Head:
        """Say which digest a name has, if possible without taking the manifest."""
        wanted = reference.digest or reference.tag or "latest"
        answer = self._ask("HEAD", reference, f"manifests/{wanted}", 0)
        digest = answer.headers.get("docker-content-digest", "")
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status != 200 or not is_digest(digest) or media_type not in INDEXES + MANIFESTS:
            digest, manifest = self._manifest(reference, wanted)
            media_type = manifest.media_type
        if reference.digest and digest != reference.digest:
            raise untrusted("has other content under the digest that was asked for")
        return Head(digest, media_type)

    def details(self, reference: Reference, digest: str) -> Details:
        """Say when an image was made, and for which platforms."""
        try:
            return self._details(reference, digest)
        except AskError as error:
            if error.failure is not Failure.MISSING:
                raise
            # NOTE: the name is there, so this says nothing about whether the image exists.
            message = "names content that it does not give out"
            raise AskError(Failure.UNREACHABLE, message) from None

    def _details(self, reference: Reference, digest: str) -> Details:
        _, manifest = self._manifest(reference, digest)
        platforms = tuple(dict.fromkeys(platform for platform, _ in manifest.children))
        if manifest.media_type in INDEXES:
            if not manifest.children:
                return Details("", ())
            first = dict(reversed(manifest.children))
            _, manifest = self._manifest(
                reference, first.get("linux/amd64", manifest.children[0][1])
            )
        if not manifest.config:
            return Details("", platforms)
        answer = self._ask("GET", reference, f"blobs/{manifest.config}", MAX_CONFIG)
        if answer.status != 200:
            raise _refused(answer.status)
        _check(answer.body, manifest.config)
        config = parse_json(answer.body)
        own = platform_of(config)
        return Details(created_of(config), platforms or ((own,) if own else ()))

    def tags(self, reference: Reference) -> tuple[str, ...]:
        """List the tags of a repository."""
        found: list[str] = []
        path = "tags/list?n=1000"
        for _ in range(MAX_PAGES):
            if not path:
                return tuple(found)
            answer = self._ask("GET", reference, path, MAX_MANIFEST)
            if answer.status != 200:
                raise _refused(answer.status)
            data = parse_json(answer.body)
            tags = data.get("tags") if isinstance(data, dict) else None
            here = [tag for tag in tags or () if isinstance(tag, str) and _TAG.fullmatch(tag)]
            found += here
            if len(found) > MAX_TAGS:
                raise untrusted(f"lists more than {MAX_TAGS} tags")
            following = _NEXT.match(answer.headers.get("link", "")) if here else None
            query = _split(following[1]).query if following else ""
            path = f"tags/list?{query}" if query else ""
        raise untrusted(f"lists its tags on more than {MAX_PAGES} pages")

    def get(self, reference: Reference, path: str, limit: int) -> Answer:
        """Ask for something of a repository; raise AskError where that is forbidden or missing."""
        return self._ask("GET", reference, path, limit)

    def _manifest(self, reference: Reference, wanted: str) -> tuple[str, Manifest]:
        answer = self._ask("GET", reference, f"manifests/{wanted}", MAX_MANIFEST)
        if answer.status != 200:
            raise _refused(answer.status)
        told = answer.headers.get("docker-content-digest", "")
        expected = wanted if is_digest(wanted) else told
        if expected and not is_digest(expected):
            raise untrusted("names a digest that is none")
        digest = digest_of(answer.body, expected)
        if expected:
            _check(answer.body, expected)
        content_type = answer.headers.get("content-type", "")
        return digest, parse_manifest(answer.body, content_type)

    def _ask(self, method: str, reference: Reference, path: str, limit: int) -> Answer:
        host = _API_HOSTS.get(reference.domain, reference.domain)
        plain = {host, _PORT.sub("", host)} & self._wire.network.plain
        url = f"{'http' if plain else 'https'}://{host}/v2/{reference.path}/{path}"
        key = (reference.domain, reference.path)
        headers = self._headers.get(key)
        if headers is None and reference.domain in self._wants:
            headers = self._login(reference, self._wants[reference.domain], url)
        answer, own = self._followed(method, url, headers or {}, limit)
        if answer.status == 401 and own and headers is None:
            challenge = choose(parse_challenges(answer.challenges))
            if challenge is None:
                raise AskError(Failure.FORBIDDEN, "wants to be asked in an unknown way")
            headers = self._login(reference, challenge, url)
            self._wants[reference.domain] = challenge
            answer, _ = self._followed(method, url, headers, limit)
        if answer.status in (401, 403):
            raise AskError(
                Failure.FORBIDDEN,
                f"gives no access ({answer.status}): the image is private or gone",
            )
        if answer.status == 404:
            raise AskError(Failure.MISSING, "has no such image")
        return answer

    def _followed(
        self, method: str, url: str, headers: Mapping[str, str], limit: int
    ) -> tuple[Answer, bool]:
        """Follow redirects; credentials stay with the host that they are for."""
        sent = {"Accept": ACCEPT, "User-Agent": "secguard", **headers}
        start = urlsplit(url)
        blame = Failure.UNREACHABLE
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._wire.ask(method, url, sent, limit, blame=blame)
            if answer.status not in _REDIRECTS:
                return answer, _origin(url) == _origin(start.geturl())
            target = _split(answer.headers.get("location", ""), url).geturl()
            if urlsplit(target).scheme not in ("https", urlsplit(url).scheme):
                raise untrusted("redirects to an address without TLS")
            if _origin(target) != _origin(url):
                sent.pop("Authorization", None)
            url, blame = target, Failure.UNTRUSTED
        raise untrusted(f"redirects more than {MAX_REDIRECTS} times")

    def _login(self, reference: Reference, challenge: Challenge, url: str) -> dict[str, str]:
        login = self._logins(reference)
        start = urlsplit(url)
        if login is not None and start.scheme != "https" and start.hostname not in _LOOPBACK:
            raise AskError(Failure.FORBIDDEN, "would get the password without TLS")
        if challenge.scheme == "basic":
            if login is None:
                raise AskError(Failure.FORBIDDEN, "wants a login, and there is none for it")
            headers = {"Authorization": _basic(login)}
        else:
            token = self._token(reference, challenge.parameters, login, start.scheme)
            headers = {"Authorization": f"Bearer {token}"}
        with self._lock:
            self._headers[reference.domain, reference.path] = headers
        return headers

    def _token(
        self, reference: Reference, parameters: Mapping[str, str], login: Login | None, scheme: str
    ) -> str:
        realm = parameters["realm"]
        parts = _split(realm)
        if parts.scheme not in ("https", scheme) or parts.fragment:
            raise untrusted("sends us for a token to an address that is not safe")
        asked = {
            "service": parameters.get("service", ""),
            "scope": f"repository:{reference.path}:pull",
        }
        headers, body = {"User-Agent": "secguard"}, None
        if login is not None and login.token:
            form = {**asked, "grant_type": "refresh_token", "client_id": "secguard"}
            body = urlencode({**form, "refresh_token": login.token}).encode("ascii")
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            url = realm
        else:
            if login is not None:
                headers["Authorization"] = _basic(login)
            url = f"{realm}{'&' if parts.query else '?'}{urlencode(asked, quote_via=quote)}"
        answer = self._wire.ask(
            "POST" if body else "GET", url, headers, MAX_TOKEN, body=body, blame=Failure.UNTRUSTED
        )
        if answer.status != 200:
            raise AskError(Failure.FORBIDDEN, f"gives no token ({answer.status})")
        data = parse_json(answer.body)
        token = (data.get("token") or data.get("access_token")) if isinstance(data, dict) else None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise untrusted("gives a token that is none")
        return token


def _check(body: bytes, digest: str) -> None:
    if digest_of(body, digest) != digest:
        raise untrusted("sends other content than the digest says")


def _basic(login: Login) -> str:
    return "Basic " + b64encode(f"{login.user}:{login.secret}".encode()).decode("ascii")


def _split(url: str, base: str = "") -> SplitResult:
    """Take an address apart that a server has named."""
    try:
        return urlsplit(urljoin(base, url))
    except ValueError:
        raise untrusted("names an address that is none") from None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _refused(status: int) -> AskError:
    return AskError(Failure.UNREACHABLE, f"answers with status {status}")
